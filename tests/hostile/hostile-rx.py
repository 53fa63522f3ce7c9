#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet, 82574
# timeout: 240
"""The NIC writes nonsense into receive descriptors: lengths, missing ends, errors,
descriptors that it was not given. Nothing is believed, each is counted, and traffic
flows again."""

from lib import e1k, frames, hostile
from lib.hostile import MASK_EOP

DROPS = ("rx0_length_errors", "rx0_frame_errors")
RING = 64
BUFFER = {1500: 2048, 9000: 8192}      # what the NIC is told, by MTU
SPILL = 2304                           # of a second buffer, at MTU 9000


def write_back(**settings):
    return {"op": "arm", "fault": "rx-writeback", **settings}


def dropped(t):
    counters = t.statistics()
    return sum(counters[name] for name in DROPS)


def test_lengths(t, mtu):
    """Lengths that cannot be, for a frame that ends and for one that goes on."""
    t.mtu(mtu)
    good = 700
    ends = [0, 1, 13, BUFFER[mtu] + 1, 65535] + ([1523, 2048] if mtu == 1500 else [])
    goes_on = [0, 1, 60, BUFFER[mtu] - 1, BUFFER[mtu] + 1, 65535]
    before = dropped(t)
    hostile.play(*(item for length in ends
                     for item in (write_back(length=length, count=1), good)),
                   *(item for length in goes_on
                     for item in (write_back(length=length, clear=MASK_EOP, count=1), good, good)))
    expected = before + len(ends) + len(goes_on)
    t.check(e1k.wait_for(lambda: dropped(t) >= expected),
            f"MTU {mtu}: impossible lengths are dropped and counted", dropped(t), expected)
    hostile.survived(t, f"MTU {mtu}: impossible lengths")


def test_spill(t):
    """The second buffer of a frame, whose bytes are copied behind those of the first."""
    begin = write_back(length=BUFFER[9000], clear=MASK_EOP, count=1)
    before = dropped(t)
    bad = (0, SPILL + 1, BUFFER[9000], 65535)
    hostile.play(*(item for length in bad
                   for item in (begin, 700, write_back(length=length, count=1), 700)),
                 begin, 700, write_back(length=10, clear=MASK_EOP, count=1), 700, 700)
    t.check(e1k.wait_for(lambda: dropped(t) >= before + len(bad) + 1),
            "a second buffer with more than there is room for: dropped", dropped(t), before)
    into = frames.capture(t, "nut")
    hostile.play(begin, 700, write_back(length=SPILL, count=1), 700)
    longest = BUFFER[9000] + SPILL
    t.check(into.until(lambda frame: len(frame) == longest),
            "a second buffer with as much as there is room for: received")
    hostile.survived(t, "second buffers")


def test_chains(t, mtu, buffer, what):
    """Pieces without end: more than an skb, or the whole ring, can hold. They are one frame."""
    t.mtu(mtu)
    before = dropped(t)
    hostile.play(*(item for pieces in (16, 17, 18, 19, 40, RING, 5 * RING)
                     for item in (write_back(length=buffer, clear=MASK_EOP, count=pieces),
                                  hostile.many(700, pieces))))
    hostile.survived(t, f"{what}: a chain without end")
    t.equal(dropped(t), before + 1, f"{what}: a chain without end is dropped, all of it")


def test_errors(t):
    """All combinations of the eight error bits."""
    before, packets = t.statistics(), t.counter("rx_packets")
    spoil = 0x97         # CE, SE, SEQ, CXE, RXE: not those of a checksum
    hostile.play(*(item for errors in range(256)
                     for item in (write_back(set=errors << 40, count=1), 100)))
    expected = before["rx0_frame_errors"] + sum(1 for e in range(256) if e & spoil)
    seen = e1k.wait_for(lambda: t.statistics()["rx0_frame_errors"] >= expected)
    after = t.statistics()
    t.check(seen and after["rx0_frame_errors"] == expected,
            "every combination with a frame error is dropped", before, after)
    t.check(e1k.wait_for(lambda: t.counter("rx_packets") >= packets +
                         256 - (expected - before["rx0_frame_errors"])),
            "the others are received")
    hostile.survived(t, "error bits")


def test_noise(t):
    """Descriptors full of noise; DD is set, and nothing else is sure."""
    for seed in range(6):
        hostile.play({"op": "arm", "fault": "rx-writeback", "random": True, "seed": seed},
                       *[60 + 40 * n for n in range(32)])
    hostile.survived(t, "noise")


def test_order(t):
    """Done twice, done out of turn, done though nothing was received."""
    for name, fault in (("the next ones done, too", {"fault": "rx-spread", "slots": [1, 2, 3]}),
                        ("done twice", {"fault": "rx-spread", "slots": [-1, 0]}),
                        ("all of the ring done", {"fault": "rx-spread",
                                                  "slots": list(range(1, RING))}),
                        ("out of order", {"fault": "rx-hold", "depth": 8})):
        hostile.play({"op": "arm", "count": 40, **fault},
                       hostile.many(200, 40))
        hostile.survived(t, name)


def test_silence(t):
    """Frames are written, DD is not: the driver notices that the NIC went on."""
    before = t.statistics()["heal_resets"]
    hostile.arm("rx-silent")
    hostile.play(hostile.many(200, 8))
    hostile.disarm()
    t.check(e1k.wait_for(lambda: t.statistics()["heal_resets"] > before),
            "descriptors never done: found out and reset")
    hostile.survived(t, "descriptors never done")


def test(t):
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", RING, "tx", RING))
    t.quiet()
    for mtu in (1500, 9000):
        test_lengths(t, mtu)
        test_chains(t, mtu, BUFFER[mtu], f"MTU {mtu}")
    test_spill(t)
    # Frames of many buffers
    t.must(t.features("rx-all", "on"))
    test_chains(t, 1500, 4096, "rx-all")
    t.must(t.features("rx-all", "off"))
    t.mtu(9000)
    test_errors(t)
    test_noise(t)
    test_order(t)
    t.mtu(1500)
    test_order(t)
    test_silence(t)
    out = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    sent = [hostile.frame(60 + n) for n in range(40)]
    for one in sent:
        out.send(one)
    t.equal([into.next() for _ in sent], sent, "frames arrive as they were sent")


e1k.main(test, plan=28)
