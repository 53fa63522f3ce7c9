#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
"""The NIC has sixteen receive addresses, some of its kind fifteen: the last one is never read
or written, however many addresses are wanted, nor by the self-test."""

from lib import e1k, frames, hostile

LAST = (0x5478, 0x547c)
# Not valid: bit 31 of the second one is off.
MARK = (0x11223344, 0x00005566)


def marked():
    return tuple(hostile.peek(offset) for offset in LAST)


def mark():
    for offset, value in zip(LAST, MARK):
        hostile.nic("poke", offset=offset, value=value)


def test(t):
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    addresses = [f"02:00:00:00:f2:{i:02x}" for i in range(16)]
    mark()
    seen = set()
    for leave in (False, True):
        for address in addresses:
            into.member(frames.PACKET_MR_UNICAST, address, leave=leave)
            seen.add(marked())
    # Newer kernels write filters a little later.
    t.check(t.ping(), "the peer answers")
    t.equal(seen | {marked()}, {MARK}, "one address after the other comes and goes: not written")
    touched = []
    for offset in LAST:
        hostile.arm("read", offset=offset, value=0)
        t.on_nut("ethtool", "-t", t.nut, "offline")     # whatever its verdict
        e1k.wait_for(t.has_carrier, "the carrier")
        touched.append(hostile.struck("read"))
        hostile.disarm()
    t.equal(touched, [0, 0], "the self-test does not look at it")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=4)
