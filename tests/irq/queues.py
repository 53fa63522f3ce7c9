#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""Two queues: each has its vector, its NAPI, its counters and its moderation; both carry
traffic; their number changes under TCP and while the interface is down, and RSS's table
follows; what cannot be is refused."""

import re
import socket

from lib import control, e1k, traffic

FLOWS = 24


def table(t):
    """The queues that RSS's table names."""
    out = t.must(t.on_nut("ethtool", "-x", t.nut)).out
    return {int(n) for line in re.findall(r"^\s+\d+:((?:\s+\d+)+)$", out, re.M)
            for n in line.split()}


def flows(t):
    """Bytes through many connections at once, so that each queue gets some of them."""
    pairs = [traffic.tcp_pair(t, socket.AF_INET) for _ in range(FLOWS)]
    wrong = [traffic.transfer(a, b, bytes(20000)) for a, b in pairs]
    wrong += [traffic.transfer(b, a, bytes(20000)) for a, b in pairs]
    for pair in pairs:
        for sock in pair:
            sock.close()
    return [text for text in wrong if text]


def spread(t, before):
    """What the counters of each queue say of both directions since then."""
    now = t.statistics()
    return [(now[f"rx{i}_polls"] - before[f"rx{i}_polls"],
             now[f"tx{i}_doorbells"] - before[f"tx{i}_doorbells"]) for i in (0, 1)]


def test(t):
    control.set_queues(t, 2)
    t.equal(control.queues(t), (2, 2), "ethtool -l: two of two")
    t.equal(len(t.irqs()), 3, "a vector for each queue and one for the rest")
    t.equal(table(t), {0, 1}, "RSS's table has both")
    before = t.statistics()
    wrong = flows(t)
    t.check(not wrong, f"{FLOWS} connections: every byte", *wrong)
    t.check(all(polls and rung for polls, rung in spread(t, before)),
            "both queues received and sent", spread(t, before))
    rings = [[control.ring(t, which, queue)["queue"] for queue in (0, 1)] for which in ("rx", "tx")]
    t.equal(rings, [[0, 1], [0, 1]], "devlink shows the rings of both")

    t.must(t.on_nut("ethtool", "-Q", t.nut, "queue_mask", "0x2", "--coalesce", "rx-usecs", 300))
    said = t.must(t.on_nut("ethtool", "-Q", t.nut, "queue_mask", "0x3", "--show-coalesce")).out
    t.equal(re.findall(r"^rx-usecs:\s*(\d+)", said, re.M), ["20", "300"],
            "each queue has its own moderation")
    for args in (("-C", t.nut, "tx-usecs", 50), ("-L", t.nut, "combined", 3),
                 ("-L", t.nut, "combined", 0), ("-L", t.nut, "rx", 1, "combined", 1)):
        result = t.on_nut("ethtool", *args)
        t.check(not result, f"refused: {args[0]} {args[2:]}", result)
    t.equal(control.queues(t), (2, 2), "still two queues")

    stream = traffic.Stream(t)
    for count in (1, 2) * 5:
        t.must(t.on_nut("ethtool", "-L", t.nut, "combined", count))
        if table(t) != set(range(count)) or not stream.flows():
            stream.wrong.append(f"{count} queues: table {table(t)}")
            break
    t.check(not stream.stop(), "ten changes of their number under TCP", *stream.wrong)
    t.must(t.link("down"))
    t.must(t.on_nut("ethtool", "-L", t.nut, "combined", 1))
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    before = t.statistics()
    wrong = flows(t)
    t.check(not wrong, "one queue, chosen while down: every byte", *wrong)
    t.equal(spread(t, before)[1], (0, 0), "the second queue rests")
    t.must(t.on_nut("ethtool", "-X", t.nut, "equal", 1))
    t.must(t.on_nut("ethtool", "-L", t.nut, "combined", 2))
    t.equal(table(t), {0}, "a table that the user set stays")
    t.must(t.on_nut("ethtool", "-X", t.nut, "equal", 2))
    result = t.on_nut("ethtool", "-L", t.nut, "combined", 1)
    t.check(not result, "a queue that the user's table names is not taken away", result)
    t.must(t.on_nut("ethtool", "-X", t.nut, "default"))


e1k.main(test, plan=17)
