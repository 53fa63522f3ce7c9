#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Memory has no more than four pages in a row: the interface comes up, gets other rings
and receives all the same, from fewer pages, and from more when it has them again; frames of
9000 bytes as well, three of which share eight pages."""

from lib import e1k, faults, traffic


def fragment(order):
    """From now on allocations of 2**order pages and more fail."""
    faults.write(f"{faults.DEBUG}/order", order)


def test(t):
    faults.need(t)
    t.defer(fragment, 0)
    t.must(t.link("down"))
    fragment(3)
    t.check(t.link("up"), "fragmented: the interface comes up")
    e1k.wait_for(t.has_carrier, "the carrier")
    stream = traffic.Stream(t)
    t.check(stream.flows(1 << 20), "fragmented: TCP both ways")
    t.check(t.on_nut("ethtool", "-G", t.nut, "rx", 512), "fragmented: other rings")
    t.check(stream.flows(1 << 20), "fragmented: TCP goes on")
    t.mtu(9000)
    t.check(stream.flows(1 << 22), "fragmented: TCP goes on with an MTU of 9000")
    fragment(0)
    t.check(stream.flows(1 << 22), "memory in one piece again: TCP goes on")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.must(t.link("down"))
    t.check(e1k.wait_for(lambda: not faults.mappings(t)), "down: no DMA mapping is left",
            faults.mappings(t))


e1k.main(test, plan=8, bed=False)
