#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The rings change their size while TCP runs over them, and not a byte is lost."""

import re

from lib import e1k, traffic

SIZES = ((64, 64), (4096, 4096), (64, 4096), (4096, 64), (512, 1024), (256, 256))


def test(t):
    def rings():
        out = t.must(t.on_nut("ethtool", "-g", t.nut)).out.split("Current hardware")[1]
        return tuple(int(re.search(rf"^{name}:\s*(\d+)", out, re.M).group(1))
                     for name in ("RX", "TX"))

    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    for rx, tx in SIZES:
        t.must(t.on_nut("ethtool", "-G", t.nut, "rx", rx, "tx", tx))
        t.check(rings() == (rx, tx) and stream.flows(),
                f"rx {rx}, tx {tx}: set, and the traffic goes on", f"rings are {rings()}",
                *stream.wrong)
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 100, "tx", 201))
    t.check(rings() == (128, 256) and stream.flows(),
            "sizes are rounded up to a power of two", f"rings are {rings()}")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)

    t.must(t.link("down"))
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 512, "tx", 128))
    t.must(t.link("up"))
    t.check(rings() == (512, 128) and t.ping(), "set while down: in effect after up")


e1k.main(test, plan=len(SIZES) + 4)
