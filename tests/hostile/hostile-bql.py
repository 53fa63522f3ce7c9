#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""Byte queue limits count what is given to the NIC. A frame that it never sent, and that is
dropped because the rings are exchanged or the NIC is reset, is taken out of that count."""

import socket

from lib import control, e1k, hostile


def test(t):
    t.quiet()
    sock = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    path = f"/sys/class/net/{t.nut}/queues/tx-0/byte_queue_limits/inflight"

    def inflight():
        return int(t.must(t.on_nut("cat", path)).out)

    ways = {"the ring is exchanged": lambda: t.on_nut("ethtool", "-G", t.nut, "tx", 128),
            "the NIC is reset": lambda: e1k.command("devlink", "dev", "reload",
                                                    control.handle(t)),
            "the interface goes down and up": lambda: t.link("down") and t.link("up")}
    for text, way in ways.items():
        e1k.wait_for(lambda: not inflight(), "an empty queue")
        hostile.arm("tx-stall")
        # One only: those behind it would wait in the stack and be given to the new ring.
        sock.sendto(bytes(1000), (e1k.PEER_IP, 9))
        stuck = inflight()
        t.must(way())
        left = inflight()
        hostile.disarm()
        e1k.wait_for(t.has_carrier, "the carrier")
        t.check(stuck >= 1000 and not left, f"{text}: it is not counted any more",
                f"{stuck} bytes before, {left} after")
        t.check(t.ping() and e1k.wait_for(lambda: not inflight()), "traffic flows, none is left",
                inflight())


e1k.main(test, plan=6)
