#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""A transmit ring that is really full, since the NIC stands still: the queue is stopped. Once
the NIC goes on, everything that was accepted is sent, and the queue is woken."""

from lib import control, e1k, hostile, traffic

RING, SENT = 64, 60


def test(t):
    t.quiet()
    t.must(t.on_nut("ethtool", "-G", t.nut, "tx", str(RING)))
    # BQL would stop the queue long before.
    control.bql_limit(t, 10000000)
    nut, peer = traffic.udp_pair(t)
    before, stops = t.statistics(), control.queue(t, "tx0_stops")

    def gained(name):
        return t.statistics()[name] - before[name]

    hostile.arm("tx-stall", until="kick")
    for number in range(SENT):
        nut.send(number.to_bytes(4, "big") * 25)
    t.check(control.queue(t, "tx0_stops") > stops, "the ring is full: the queue is stopped")
    # The driver rings the doorbell again when it finds the hang.
    e1k.wait_for(lambda: gained("heal_kicks"), "the kick")
    peer.settimeout(e1k.PATIENCE)
    came = [int.from_bytes(peer.recv(2000)[:4], "big") for _ in range(SENT)]
    t.equal(came, list(range(SENT)), "what was accepted arrives, in order")
    for number in range(SENT, SENT + 2 * RING):
        nut.send(number.to_bytes(4, "big") * 25)
        if int.from_bytes(peer.recv(2000)[:4], "big") != number:
            break
    else:
        number += 1
    t.equal(number, SENT + 2 * RING, "the queue is woken: more arrives")
    t.equal([gained(f"heal_{step}") for step in ("kicks", "restarts", "resets")], [1, 0, 0],
            "one kick did it")


e1k.main(test, plan=4)
