#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The MTU changes while TCP runs, and not a byte is lost."""

from lib import e1k, model, traffic

MTUS = (9000, 1500, model.MAX_MTU, 1280, 4000, 1500)


def test(t):
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    # The peer takes every frame, so only one side changes.
    t.peer_link("mtu", max(MTUS))
    for mtu in MTUS:
        t.must(t.link("mtu", mtu))
        t.check(stream.flows(), f"MTU {mtu}: the traffic goes on")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)

    t.must(t.link("down"))
    t.must(t.link("mtu", 9000))
    t.must(t.link("up"))
    t.check(e1k.wait_for(lambda: t.on_nut("ping", "-q", "-c1", "-W5", "-s8900", "-Mdo",
                                          e1k.PEER_IP)),
            "set while down: in effect after up")


e1k.main(test, plan=len(MTUS) + 3)
