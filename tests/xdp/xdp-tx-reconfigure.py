#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""Rings are replaced while a program sends every frame back: those that the old ring still held
find a transmitter that is stopped, and their memory comes back all the same."""

from lib import e1k, xdp

ROUNDS = 20


def test(t):
    program = xdp.Programs("verdict", "one_buffer")["one_buffer"]
    pools = xdp.Pools(t)
    xdp.attach(t, program)
    with xdp.flood(t, *8 * [xdp.frame(xdp.TX, 300, 0)], pause=0):
        for step in range(ROUNDS):
            t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 512 >> step % 2))
    sent = xdp.counters(t)["tx"]
    t.check(sent, f"{ROUNDS} times another size, {sent} frames sent back")
    xdp.detach(t)
    t.check(t.ping(), "the peer answers")
    t.check(pools.empty(), "the memory of every frame came back", pools.inflight())


e1k.main(test, plan=3)
