#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""A program sends more frames back than fit on the transmit ring, since the NIC stands still:
those that found no room are dropped and counted, the others leave unaltered, in order."""

from lib import e1k, frames, hostile, xdp

RING, COUNT = 128, 300


def test(t):
    t.quiet()
    t.must(t.on_nut("ethtool", "-G", t.nut, "tx", str(RING)))
    programs = xdp.Programs("verdict", "one_buffer")
    xdp.attach(t, programs["one_buffer"])
    back = frames.capture(t, "peer", frames.ETH_P_TEST)
    before = xdp.counters(t)
    orders = [xdp.frame(xdp.TX, 200, number=number) for number in range(COUNT)]

    hostile.arm("tx-stall", until="kick")
    hostile.play(*orders)
    e1k.wait_for(lambda: sum(xdp.gained(t, before)[name] for name in ("tx", "tx_errors")) >= COUNT,
                 "the verdicts")
    gained = xdp.gained(t, before)
    t.check(0 < gained["tx"] < RING, "no more than fit are put on the ring", gained)
    t.equal(gained["tx"] + gained["tx_errors"], COUNT, "the others are counted as errors")
    # The driver rings the doorbell again when it finds the hang.
    e1k.wait_for(lambda: t.statistics()["heal_kicks"], "the kick")
    came = [back.next() for _ in range(gained["tx"])]
    wrong = [number for number, frame in enumerate(came) if frame != xdp.swapped(orders[number])]
    t.check(not wrong, "those leave in order, every byte", wrong[:5])
    xdp.detach(t)
    t.check(t.ping() and not list(back.waiting()), "the peer answers, no other frame came")


e1k.main(test, plan=4)
