#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ethtool -l tells of the queue pairs there are; -L takes as many, and refuses anything
else with the right error and a word why, while not one ping is lost."""

import re

from lib import control, e1k

BAD = (("combined", 3), ("combined", 0), ("combined", 4294967295), ("rx", 1), ("tx", 1),
       ("other", 1), ("combined", 0, "rx", 1, "tx", 1))


def channels(t):
    """(most, now) of each kind."""
    out = t.must(t.on_nut("ethtool", "-l", t.nut)).out
    return re.findall(r"^(\w+):\s+(\S+)$", out, re.M)


def test(t):
    most, now = control.queues(t)
    expected = [(name, str(count) if name == "Combined" else "n/a") for count in (most, now)
                for name in ("RX", "TX", "Other", "Combined")]
    t.equal([(name, "n/a" if value == "0" else value) for name, value in channels(t)], expected,
            "combined channels, no other kind")
    with control.Pinging() as ping:
        for args in BAD:
            result = t.on_nut("ethtool", "-L", t.nut, *args)
            t.check(not result and re.search("Invalid argument", result.out)
                    and re.search("exceeds maximum|no RX or TX|at least one", result.out),
                    f"{' '.join(map(str, args))}: refused, and said why", result)
        result = t.on_nut("ethtool", "-L", t.nut, "combined", now)
        t.check(result, "as many as there are: as it is already", result)
        t.check(ping.answered(20), "the peer answers")
        t.equal(ping.lost(), 0, "not one ping was lost")
    t.must(t.link("down"))
    result = t.on_nut("ethtool", "-L", t.nut, "combined", most + 1)
    t.check(not result and "Invalid argument" in result.out, "while down: refused as well", result)


e1k.main(test, plan=len(BAD) + 5)
