#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
#
# timeout: 400
#
# The packet walk of a page of TCP, twice: recv() copies it, TCP_ZEROCOPY_RECEIVE maps it. The
# page that the process gets is the one that the driver has named, and nothing has copied the
# payload. A NIC or a kernel without header split says so.

import os
import re
import struct

from lib import e1k, walking
import comparing
import mapping
import zerocopy
from figures import WATCHED

NAMES = tuple(walking.group("zero copy"))
SEEN = ("the page is the one that the driver has named",
        "no copy in its walk, which would have been seen", "bytes copied and mapped, of both")


def rows(result, event):
    return [row for walk in result["walks"] for row in walk["steps"] if row["event"] == event]


def pages(result):
    """That of the driver, and those that the process got: as the kernel has recorded them."""
    named = {int(str(row["values"]["page"]), 0) for row in rows(result, "e1k_rx_skb")}
    got = [struct.unpack_from("<Q", bytes.fromhex(row["values"]["pages"]))[0]
           for row in rows(result, "vm_insert_pages")]
    return named, got


def figures(result):
    return {name: result["figures"].get(name) for name in (comparing.COPIED, comparing.MAPPED)}


def test(t):
    results = walking.play("--compare", "zerocopy")
    new = [*map(int, os.uname().release.split(".")[:2])] >= [6, 12]
    skipped = [result["not_played"] for result in results if result.get("not_played")]
    walking.check_each(t, results, NAMES)
    walking.check_statements(t, results)
    t.equal(tuple(result["scenario"] for result in results), NAMES, "side by side: both")
    copied, mapped = results
    copies = [row["words"] for name in zerocopy.COPIES for row in rows(mapped, name)]
    if skipped and not new:
        for text in SEEN:
            t.skip(text, skipped[0])
    else:
        named, got = pages(mapped)
        t.check(not skipped and len(got) == 1 and {*got} == named != {0},
                SEEN[0], named, got, *skipped)
        t.check(mapped["walks"] and not copies and mapped["figures"][WATCHED],
                SEEN[1], *copies)
        t.equal((figures(copied), figures(mapped)),
                ({comparing.COPIED: mapping.PAGE, comparing.MAPPED: 0},
                 {comparing.COPIED: 0, comparing.MAPPED: mapping.PAGE}),
                SEEN[2])
    t.check(not walking.left_behind(), "no probe and no buffer stays behind")
    rings, link = (t.on_nut(*words, t.nut).out for words in
                   (("ethtool", "-g"), ("ip", "link", "show")))
    t.check(not re.search(r"split:\s*on", rings) and "mtu 1500 " in link,
            "header split and MTU are as before", rings, link)


e1k.main(test, plan=len(NAMES) + 7)
