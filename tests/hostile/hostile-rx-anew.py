#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet, 82574
"""Rings are exchanged again and again, each time with a frame on the new one that has no
interrupt yet: none is taken for lost, since no frame has waited from one check to the next."""

from lib import e1k, frames, hostile


def test(t):
    t.quiet()
    out = frames.raw(t, "peer")
    one = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46))
    polls = hostile.healed_by_exchanges(t, "irq-lost", "rx", lambda: out.send(one), "heal_polls")
    t.check(not polls, "no frame on an exchanged ring is taken for a waiting one", polls)
    hostile.survived(t, "rings that are exchanged")


e1k.main(test, plan=2)
