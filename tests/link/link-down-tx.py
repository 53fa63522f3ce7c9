#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: link_events
"""The cable is pulled while the NIC transmits at full rate, and put back: nothing
hangs, TCP goes on where it was."""

from lib import e1k, traffic


def test(t):
    t.defer(t.cable, True)
    t.static_neighbours()
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    with traffic.flood(t, sides=("nut",), pause=0):
        for i in range(3):
            t.cable(False)
            e1k.wait_for(lambda: not t.has_carrier(), "the loss of the carrier")
            t.cable(True)
            e1k.wait_for(t.has_carrier, "the carrier")
            t.check(stream.flows(), f"pulled and put back ({i + 1}): the traffic goes on")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


e1k.main(test, plan=5)
