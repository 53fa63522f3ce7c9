#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 300
"""Pages, skbs and DMA mappings fail at random while TCP runs: it never stalls for
good, no wrong byte arrives, and with memory it runs as before. At both frame sizes."""

from lib import e1k, faults, traffic

FAILURES = 300


def test(t):
    faults.need(t)
    for mtu in (1500, 9000):
        t.mtu(mtu)
        stream = traffic.Stream(t)
        t.must(stream.flows())
        faults.Random.sweep(t, stream, FAILURES, f"MTU {mtu}")
    t.must(t.link("down"))
    t.check(e1k.wait_for(lambda: not faults.mappings(t)), "down: no DMA mapping is left",
            faults.mappings(t))


e1k.main(test, plan=11, bed=False)
