#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: 82574
# timeout: 240
"""With header split the NIC writes nonsense into receive descriptors: lengths of headers and of
payload, gaps, missing ends, noise. Nothing is believed, each is counted, traffic flows again."""

import os

from lib import e1k, frames, hostile
from lib.hostile import MASK_EOP

RING = 64
PAGE = 4096
HDRSP = 1 << 15
PAGES = {1500: 1, 9000: 3}
SIZE = 700              # of a frame that is not split: the first buffer and a page


def arm(fault, **settings):
    return {"op": "arm", "fault": fault, "count": 1, **settings}


def dropped(t):
    return t.statistics()["rx0_length_errors"]


def impossible(mtu):
    """Lengths that cannot be: of the first buffer, and of the pages."""
    for length in (0, 1, 13, 257, 2048, 65535):
        yield arm("rx-writeback", length=length)
    for lengths in ([PAGE + 1, 0, 0], [65535, 0, 0], [0, 1, 0], [0, 0, 1], [100, 1, 0],
                    [PAGE, 0, 1], [PAGE, PAGE - 1, 1], [PAGE, PAGE + 1, 0], [PAGE, PAGE, PAGE + 1]):
        yield arm("rx-split", lengths=lengths)
        yield arm("rx-split", lengths=lengths, header=HDRSP | 54)
    if PAGES[mtu] == 1:
        yield arm("rx-split", lengths=[PAGE, 1, 0])


def test_lengths(t, mtu):
    """More than there is room for, less than a header, a page before that is not full."""
    t.mtu(mtu)
    bad, before = list(impossible(mtu)), dropped(t)
    hostile.play(*(item for fault in bad for item in (fault, SIZE)))
    t.check(e1k.wait_for(lambda: dropped(t) >= before + len(bad)),
            f"MTU {mtu}: impossible lengths are dropped and counted", dropped(t) - before, len(bad))
    into = frames.capture(t, "nut")
    full = [PAGE * (n < PAGES[mtu]) for n in range(3)]
    hostile.play(arm("rx-split", lengths=full, header=HDRSP | 54), SIZE)
    t.check(into.until(lambda frame: len(frame) == 256 + sum(full)),
            f"MTU {mtu}: as much as there is room for is received")
    into.sock.close()
    hostile.survived(t, f"MTU {mtu}: impossible lengths")


def test_chains(t):
    """Frames without end are one each, however long."""
    before = dropped(t)
    lengths = (1, 2, RING, 5 * RING)
    hostile.play(*(item for times in lengths for item in (
        {**arm("rx-writeback", clear=MASK_EOP), "count": times}, hostile.many(SIZE, times), SIZE)))
    t.check(e1k.wait_for(lambda: dropped(t) >= before + len(lengths)), "frames go on: dropped",
            dropped(t) - before)
    hostile.survived(t, "frames go on")
    t.equal(dropped(t), before + len(lengths), "frames go on: each is dropped once")


def test_noise(t):
    """All of the descriptor but DD is noise, or its second half alone."""
    noise = {"random": True, "count": 32}
    for seed in range(4):
        whole = [arm("rx-writeback", **noise, seed=seed)] if seed % 2 else []
        hostile.play(*whole, arm("rx-split", **noise, seed=seed), *[60 + 40 * n for n in range(32)])
    hostile.survived(t, "noise")


def test_order(t):
    """Done twice, done out of turn, done though nothing was received."""
    for name, fault in (("the next ones done, too", {"fault": "rx-spread", "slots": [1, 2, 3]}),
                        ("done twice", {"fault": "rx-spread", "slots": [-1, 0]}),
                        ("out of order", {"fault": "rx-hold", "depth": 8})):
        hostile.play({"op": "arm", "count": 40, **fault}, hostile.many(SIZE, 40))
        hostile.survived(t, name)


def test(t):
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", RING, "tx", RING))
    if not t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on") and \
            [*map(int, os.uname().release.split(".")[:2])] < [6, 12]:
        raise e1k.Skip("this kernel cannot set header split")
    t.quiet()
    for mtu in (1500, 9000):
        test_lengths(t, mtu)
    test_chains(t)
    test_noise(t)
    test_order(t)
    t.equal([hostile.nic("state")["violations"]], [[]], "the NIC saw no fault of the driver's")
    out = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    sent = [hostile.frame(60 + 25 * n) for n in range(40)]
    for one in sent:
        out.send(one)
    t.equal([into.next() for _ in sent], sent, "frames arrive as they were sent")


e1k.main(test, plan=15)
