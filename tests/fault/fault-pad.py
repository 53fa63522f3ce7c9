#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A short frame whose memory is shared is padded in memory of its own: when
there is none, the frame is dropped and counted. Each frame accepted is sent or counted."""

import socket

from lib import e1k, faults, frames

COUNT = 5


def test(t):
    faults.need(t)
    t.quiet()
    # What listens here also gets what is sent: copies that share the frame's memory.
    tap = t.socket("nut", socket.AF_PACKET, socket.SOCK_RAW, 0)
    tap.bind((t.nut, frames.ETH_P_ALL))
    sock, wire = frames.raw(t, "nut"), frames.capture(t, "peer", frames.ETH_P_TEST)
    frame = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST, b"short")

    def counters():
        return t.counter("tx_packets"), t.counter("tx_dropped"), t.statistics()["tx0_pad_errors"]

    before, accepted, refused, rounds = counters(), 0, 0, 0
    # A frame may be sent by a softirq, whose allocations do not fail: try again then.
    while counters()[2] - before[2] < COUNT and rounds < 10 * COUNT:
        rounds += 1
        for fault in faults.each(lambda: sock.send(frame)):
            accepted += not fault.error
            refused += bool(fault.error)
        accepted += 1   # the last one, of which nothing failed
    t.check(accepted > rounds and refused, "some were accepted, some refused", accepted, refused)
    t.check(e1k.wait_for(lambda: sum(counters()[:2]) == sum(before[:2]) + accepted),
            "each frame accepted was sent or dropped", before, counters(), accepted)
    after = counters()
    sent, pads = after[0] - before[0], after[2] - before[2]
    t.check(COUNT <= pads <= after[1] - before[1],
            "those that could not be padded are counted as such", before, after)
    came = [wire.next() for _ in range(sent)] + list(wire.waiting())
    t.equal(came, [frame.ljust(frames.ETH_ZLEN, b"\0")] * sent,
            "all that were sent arrive, padded with zeroes")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=5, bed=False)
