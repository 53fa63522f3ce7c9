#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: link_events
"""What ip -s link shows of the NIC's own counters is of this moment, though it was not asked for
ethtool."""

from lib import control, e1k, frames

GROUP = "01:00:5e:00:00:fb"
ROUNDS = 5


def test(t):
    said = f"each of {ROUNDS} multicasts is counted when it has come"
    if "few-stats" in control.quirks(t):
        t.skip(said, "this NIC does not count them")
        return
    t.quiet()
    out = frames.raw(t, "peer")
    seen = frames.capture(t, "nut", frames.ETH_P_TEST)
    seen.member(frames.PACKET_MR_MULTICAST, GROUP)
    counted = [t.counter("multicast")]
    for _ in range(ROUNDS):
        out.send(frames.ether(GROUP, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46)))
        seen.next()
        counted.append(t.counter("multicast"))
    each = 2 if control.counts_multicast_twice(t) else 1
    t.equal([b - a for a, b in zip(counted, counted[1:])], ROUNDS * [each], said)


e1k.main(test, plan=1)
