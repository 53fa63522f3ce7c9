#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Where pause parameters can be asked for, the counters of pause frames can be, too, by ethtool
-I -a: on NICs that have few other counters as well."""

import json

from lib import e1k

COUNTERS = {"tx_pause_frames", "rx_pause_frames"}


def found(t, *args):
    """The counters of pause frames in what ethtool says."""
    out = t.must(t.on_nut("ethtool", "--json", *args)).out
    told = json.loads(out)[0]
    for key in ("statistics", "pause"):
        told = told.get(key, told)
    return {name: value for name, value in told.items() if name in COUNTERS}


def test(t):
    t.must(t.on_nut("ethtool", "-a", t.nut))
    none = dict.fromkeys(COUNTERS, 0)
    for state in ("up", "down"):
        t.must(t.link(state))
        t.equal(found(t, "-I", "-a", t.nut), none, f"{state}: ethtool -I -a shows both")


e1k.main(test, plan=2)
