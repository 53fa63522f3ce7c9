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
        for kind in ("pages", "skbs", "mappings"):
            with faults.Random(kind, 20, FAILURES) as random:
                done = e1k.wait_for(lambda: not random.left() or stream.wrong)
                left = random.left()
            t.check(done and not stream.wrong,
                    f"MTU {mtu}: it goes on while {FAILURES} allocations of {kind} fail",
                    f"{left} are still to come", *stream.wrong)
        t.check(stream.flows(1 << 20), f"MTU {mtu}: with memory it runs as before")
        wrong = stream.stop()
        t.check(not wrong, f"MTU {mtu}: every byte was the right one", *wrong)
    t.must(t.link("down"))
    t.check(e1k.wait_for(lambda: not faults.mappings(t)), "down: no DMA mapping is left",
            faults.mappings(t))


e1k.main(test, plan=11, bed=False)
