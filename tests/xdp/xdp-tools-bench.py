#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""xdp-bench in native mode: drop, pass, tx and its redirects, each on a flooded NIC, and
each seen by the driver's counters; xdp-monitor tells of the redirects."""

import re

from lib import e1k, xdp


def test(t):
    xdp.need_types()
    xdp.tool("xdp-loader", "unload", "--all", t.nut)
    xdp.veth(t)
    with xdp.flood(t, *8 * [xdp.incoming(100)]):
        for words, counter in ((("drop", t.nut), "drop"), (("pass", t.nut), "pass"),
                               (("tx", t.nut), "tx"),
                               (("redirect", t.nut, "v0"), "redirect"),
                               (("redirect-map", t.nut, "v0"), "redirect"),
                               (("redirect-cpu", t.nut, "-c", 1), "redirect")):
            before = xdp.counters(t)[counter]
            mode = () if words[0].startswith("redirect") else ("-m", "native")
            with xdp.running("xdp-bench", *words, *mode, "-i", 1) as bench:
                good = e1k.wait_for(lambda c=counter, b=before: xdp.counters(t)[c] > b + 100)
                native = xdp.state(t)[0] == xdp.NATIVE
            t.check(good and native, f"xdp-bench {words[0]}: the driver does it", *bench.said)

        with xdp.running("xdp-bench", "redirect", t.nut, "v0", "-i", 1), \
                xdp.running("xdp-monitor", "-i", 1, "-s") as monitor:
            t.check(e1k.wait_for(lambda: re.search(r"Summary +[1-9][\d,]* redir/s",
                                                   "".join(monitor.said))),
                    "xdp-monitor sees redirects", *monitor.said)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=8)
