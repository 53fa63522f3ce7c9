#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""At any MTU a full frame fits one receive buffer, with a tag that is left in it as well: it
takes one descriptor of the ring, however the MTU came about. But for frames of more than
8 KiB and up to some 10 KiB: they take two."""

import os

from lib import e1k, frames, model
from lib.registers import RDH, Registers

# On both sides of what 4096 and 8192 bytes hold: so many less than a frame's 22 bytes about
# its payload, and none
MTUS = tuple(mtu for mtu in (1500, 1501, 2026, 2040, 4074, 4075, 4080, 4095, 8170, 8171, 8180,
                             8191, 9000, 10474, 10475, 16110, 4000, 1500) if mtu <= model.MAX_MTU)
# Frames of these MTUs do not fit 8 KiB, and 16 KiB for each would be far too much
TWO = range(8171, 10475)
LONG = 8192
SLOTS = 256


def test(t):
    t.quiet()
    registers = Registers(t.pci)
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut")
    t.peer_link("mtu", max(MTUS))
    t.defer(t.peer_link, "mtu", 1500)
    t.must(t.features("rxvlan", "off", "rx-vlan-filter", "off"))
    for mtu in MTUS:
        t.must(t.link("mtu", mtu))
        e1k.wait_for(t.has_carrier, "the carrier")
        plain = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, os.urandom(mtu))
        for what, frame in (("plain", plain), ("tagged", frames.vlan(plain, 5))):
            before = registers[RDH]
            out.send(frame)
            seen = into.until(lambda f, size=len(frame): len(f) == size)
            used = (registers[RDH] - before) % SLOTS
            want = 2 if mtu in TWO and len(frame) > LONG else 1
            t.check(seen and seen[-1] == frame and used == len(seen) + want - 1,
                    f"MTU {mtu}, {what}: descriptors", f"{len(seen)} frames, {used} descriptors")


e1k.main(test, plan=2 * len(MTUS))
