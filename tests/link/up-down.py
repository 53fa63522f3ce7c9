#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A hundred times down and up while both sides send at full rate."""
# timeout: 180
# allow-log: virtio_net .*NETDEV WATCHDOG

from lib import e1k, frames, traffic

CYCLES = 100


def test(t):
    t.static_neighbours()
    into = frames.capture(t, "peer", frames.ETH_P_TEST)
    with traffic.flood(t):
        for i in range(CYCLES):
            t.must(t.link("down"))
            t.must(t.link("up"))
            # Mostly as fast as it can be done, now and then under real traffic.
            if i % 10 == 9:
                e1k.wait_for(t.has_carrier, "carrier")
                traffic.drain(into.sock)
                into.next()
    t.check(True, f"{CYCLES} times down and up")
    t.check(e1k.wait_for(t.has_carrier), "the carrier is there")
    # Its routes and neighbours went with it.
    t.must(e1k.command("ip", "-n", "nut", "addr", "replace", f"{e1k.NUT_IP6}/64",
                       "dev", t.nut, "nodad"))
    t.check(t.ping(4), "IPv4 works")
    t.check(t.ping(6), "IPv6 works")


e1k.main(test, plan=4)
