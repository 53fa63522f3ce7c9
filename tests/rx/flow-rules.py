#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""Flow rules: a TCP port has a queue of its own, whatever else arrives goes to the other
one; what would break a rule is refused, and RSS is as before when the last one is deleted."""

import re
import socket

from lib import control, e1k, frames, rss

PORT, OTHER, ALONE = 5001, 5002, 5120
# With the key that PORT alone would have this one has its hash; ALONE has that of no hash.
SHARED = PORT + 128
OFF = "off [requested on]"
SRC6, SRC4 = "2001:db8::99", "192.0.2.99"
BUSY = (
    ("a table with the rule's queue", ("-X", "equal", 2)),
    ("another key", ("-X", "hkey", rss.text(bytes(range(40))))),
    ("fewer queues", ("-L", "combined", 1)),
    ("other fields", ("-N", "rx-flow-hash", "tcp6", "sd")),
    ("a rule for the other family", ("-N", "flow-type", "tcp4", "dst-port", OTHER, "action", 1)),
    ("a rule for UDP", ("-N", "flow-type", "udp6", "dst-port", OTHER, "action", 1)),
    ("a rule for a source port",
     ("-N", "flow-type", "tcp6", "dst-port", OTHER, "src-port", 9, "action", 1)),
    ("a rule for the first queue", ("-N", "flow-type", "tcp6", "dst-port", OTHER, "action", 0)),
    ("a rule for a queue too many",
     ("-N", "flow-type", "tcp6", "dst-port", OTHER, "action", 2)),
    ("a rule that drops", ("-N", "flow-type", "tcp6", "dst-port", OTHER, "action", -1)),
    ("a rule for port 0", ("-N", "flow-type", "tcp6", "dst-port", 0, "action", 1)),
    ("a rule in another's place",
     ("-N", "flow-type", "tcp6", "dst-port", OTHER, "action", 1, "loc", 0)),
)
TCP, UDP = socket.IPPROTO_TCP, socket.IPPROTO_UDP


def add(t, family, port, *more):
    """Add a rule; its number."""
    said = t.must(t.on_nut("ethtool", "-N", t.nut, "flow-type", f"tcp{family}", "dst-port", port,
                           *more, "action", 1)).out
    return int(re.search(r"ID (\d+)", said)[1])


def where(t, out, wanted):
    """Of a list of (kind, family, port, queue) those whose frames do not come by that queue."""
    wrong = []
    for kind, family, port, queue in wanted:
        src, dst = (SRC6, e1k.NUT_IP6) if family == 6 else (SRC4, e1k.NUT_IP)
        # Whatever the source port
        for sport in (1024, 40001):
            if not rss.has(t, out, rss.packet(kind, src, dst, sport, port), 0, queue):
                wrong.append((kind, family, port, queue))
    return wrong


def settings(t):
    """Key, table and fields as ethtool tells them."""
    return [t.must(t.on_nut("ethtool", "-x", t.nut)).out,
            t.must(t.on_nut("ethtool", "-n", t.nut, "rx-flow-hash", "tcp4")).out,
            t.must(t.on_nut("ethtool", "-n", t.nut, "rx-flow-hash", "tcp6")).out]


def rules(t):
    """Numbers and ports of the rules."""
    said = t.must(t.on_nut("ethtool", "-n", t.nut)).out
    return [(int(n), int(port)) for n, port in
            re.findall(r"Filter: (\d+)\n.*?Dest port: (\d+) ", said, re.S)]


def hashing(t, wanted):
    """What ethtool says of receive hashes, soon after a rule has come or gone."""
    def told():
        return re.search(r"receive-hashing: (.*)",
                         t.must(t.on_nut("ethtool", "-k", t.nut)).out)[1]
    e1k.wait_for(lambda: told() == wanted)
    return told()


def test_while(t, out):
    """What is refused, and what keeps the rules."""
    said = settings(t)
    for text, (option, *args) in BUSY:
        result = t.on_nut("ethtool", option, t.nut, *args)
        t.check(rss.refused(result), f"refused: {text}", result)
    t.equal((settings(t), rules(t)), (said, [(0, PORT)]), "after that all is as before")

    number = add(t, 6, ALONE, "dst-ip", e1k.NUT_IP6)
    t.equal(rules(t), [(0, PORT), (number, ALONE)], "a second rule, for a port with its address")
    wanted = [(TCP, 6, PORT, 1), (TCP, 6, ALONE, 1), (TCP, 6, OTHER, 0), (UDP, 6, PORT, 0)]
    wrong = where(t, out, wanted)
    t.check(not wrong, "both have the queue, with a key for both", wrong)
    t.must(e1k.command("devlink", "dev", "reload", control.handle(t)))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "after a reset the peer answers")
    wrong = where(t, out, wanted)
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 128))
    wrong += where(t, out, wanted)
    t.must(t.link("down"))
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "so it does when the interface was down")
    wrong += where(t, out, wanted)
    t.check(not wrong, "after reset, another ring, down and up the rules are there", wrong)
    t.must(t.on_nut("ethtool", "-N", t.nut, "delete", number))
    t.check(rss.refused(t.on_nut("ethtool", "-N", t.nut, "delete", number)),
            "no rule is deleted twice")


def test(t):
    rss.two_queues(t)
    out = frames.raw(t, "peer")
    rule = ("ethtool", "-N", t.nut, "flow-type", "tcp6", "dst-port", PORT, "action", 1)
    result = t.on_nut(*rule)
    t.check(rss.refused(result), "refused while RSS's table has the queue", result)
    t.must(t.on_nut("ethtool", "-X", t.nut, "equal", 1))
    before = settings(t)
    t.equal(add(t, 6, PORT), 0, "accepted when it has not")
    t.equal(rules(t), [(0, PORT)], "ethtool -n tells it")
    t.equal(settings(t), before, "what was set of RSS is told as it was")
    t.equal(hashing(t, OFF), OFF, "a part of the port is not told as a hash")
    wrong = where(t, out, [(TCP, 6, PORT, 1), (TCP, 6, SHARED, 1), (TCP, 6, OTHER, 0),
                           (TCP, 6, PORT - 1, 0), (UDP, 6, PORT, 0), (TCP, 4, PORT, 0),
                           (UDP, 4, PORT, 0), (TCP, 6, 0, 0)])
    t.check(not wrong, "the port and those of its hash have the queue, nothing else", wrong)
    test_while(t, out)

    t.must(t.on_nut("ethtool", "-N", t.nut, "delete", 0))
    t.equal((settings(t), rules(t), hashing(t, "on")), (before, [], "on"),
            "with the last rule gone RSS is as before")
    t.must(t.on_nut("ethtool", "-X", t.nut, "equal", 2))
    data = socket.inet_aton(SRC4) + socket.inet_aton(e1k.NUT_IP) + bytes((4, 0, 4, 1))
    value = rss.toeplitz(data)
    t.check(rss.has(t, out, rss.packet(TCP, SRC4, e1k.NUT_IP, 1024, 1025), value, value & 1),
            "and so is the hash, of addresses and ports")

    t.must(t.on_nut("ethtool", "-X", t.nut, "equal", 1))
    add(t, 4, PORT)
    wrong = where(t, out, [(TCP, 4, PORT, 1), (TCP, 4, OTHER, 0), (UDP, 4, PORT, 0),
                           (TCP, 6, PORT, 0)])
    t.check(not wrong, "IPv4: the port has the queue, nothing else", wrong)
    t.must(t.features("ntuple", "off"))
    t.equal((rules(t), hashing(t, "on")), ([], "on"), "ntuple off deletes the rules")
    result = t.on_nut(*rule)
    t.check(rss.refused(result), "and refuses others", result)
    t.must(t.features("ntuple", "on"))
    t.check(not rss.refused(t.on_nut(*rule)), "ntuple on takes them again")
    t.must(t.features("ntuple", "off"))
    t.must(t.features("ntuple", "on"))
    t.must(t.on_nut("ethtool", "-L", t.nut, "combined", 1))
    result = t.on_nut(*rule)
    t.check(rss.refused(result), "refused with one queue", result)


e1k.main(test, plan=20 + len(BUSY))
