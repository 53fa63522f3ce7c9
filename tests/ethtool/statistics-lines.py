#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: counters
"""ethtool -S has the lines that docs/use/ethtool.md lists, and none that another place of the
kernel has: each line that earlier versions had is where the table there says."""

import json
import os
import re

from lib import control, e1k, traffic

DOC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/use/ethtool.md")
# Of a queue, by the names of netlink's specification
QUEUE = {"rx-csum-unnecessary": (0, 16), "tx-needs-csum": (1, 27), "tx-hw-gso-packets": (1, 28),
         "tx-stop": (1, 33), "tx-wake": (1, 34)}


def tables():
    """The lines that there are, and (line, place, name) of those that there were."""
    with open(DOC, encoding="utf-8") as file:
        _, text = file.read().split("\n### Lines of", 1)
    head, rest = text.split("Lines that earlier versions had:")
    there = [name for cells in re.findall(r"^\| (`.*?`) \|", head, re.M)
             for name in re.findall(r"\w+", cells)]
    gone = re.findall(r"^\| (`.*?`) \| ([\w -]+) \| `([\w-]+)` \|$", rest, re.M)
    return there, [(re.findall(r"\w+", line), place, name) for line, place, name in gone]


def places(t):
    """The names of each place."""
    found = {name: set(control.group(t, name)) for name in ("eth-mac", "eth-phy", "eth-ctrl", "rmon")}
    out = t.must(t.on_nut("ethtool", "--json", "-I", "-a", t.nut)).out
    found["pause"] = set(json.loads(out)[0]["statistics"])
    found["ip -s -s link"] = set(t.must(t.on_nut(
        "ls", f"/sys/class/net/{t.nut}/statistics")).out.split())
    rows = control.queue_statistics(t)
    found["queue"] = {name for name, (way, kind) in QUEUE.items() if rows and kind in rows[way]}
    return found


def test(t):
    control.set_queues(t, 1)
    there, gone = tables()
    found = places(t)
    few = "few-stats" in control.quirks(t)
    stay = [] if found["queue"] else [line for lines, place, _ in gone for line in lines
                                      if place == "queue"]
    # The document has those of the first queue
    lines = [line for line in t.statistics() if not line.startswith(("rx1_", "tx1_"))]
    t.equal(sorted(lines), sorted([*there, *stay]), "the lines are the documented ones")
    lost = [row for row in gone if row[2] not in found[row[1]] and
            not (row[1] == "queue" and stay) and not few]
    t.check(len(gone) > 30 and not lost, "what is no line any more is where the table says", lost)
    t.equal(bool(stay), control.queue_statistics(t) is None,
            "a queue's counters are lines only where netlink does not tell them")

    before, lines = {name: control.queue(t, name) for name in control.QUEUE_LINES}, t.statistics()
    sent = control.group(t, "eth-mac")["FramesTransmittedOK"]
    nut, peer = traffic.tcp_pair(t)
    wrong = traffic.transfer(nut, peer, os.urandom(300_000))
    nut.close()
    peer.close()
    after = {name: control.queue(t, name) - value for name, value in before.items()}
    tso = "no-tso" not in control.quirks(t)
    t.check(not wrong and (after["tx0_tso"] > 0) == tso and after["tx0_csum"] > 0, "TCP: a queue's "
            "counters grow", after)
    t.ping()

    def same():
        grown = t.statistics()["mac_tx_total_packets"] - lines["mac_tx_total_packets"]
        return 200 <= grown == control.group(t, "eth-mac")["FramesTransmittedOK"] - sent

    t.check(e1k.wait_for(same), "what stayed a line is the counter that it names",
            lines["mac_tx_total_packets"], t.statistics()["mac_tx_total_packets"], sent,
            control.group(t, "eth-mac")["FramesTransmittedOK"])


e1k.main(test, plan=5)
