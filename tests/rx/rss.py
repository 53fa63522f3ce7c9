#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""Receive-side scaling: hash and queue of each frame are those that Toeplitz's function
gives with this key, Microsoft's verification suite says which; what cannot be done is
refused, and what was set stays."""

import re
import socket

from lib import control, e1k, frames, rss

# Source, destination, their ports, hash of the addresses, hash with ports
VECTORS = (
    ("66.9.149.187", "161.142.100.80", 2794, 1766, 0x323e8fc2, 0x51ccc178),
    ("199.92.111.2", "65.69.140.83", 14230, 4739, 0xd718262a, 0xc626b0ea),
    ("24.19.198.95", "12.22.207.184", 12898, 38024, 0xd2d0a5de, 0x5c2b394a),
    ("38.27.205.30", "209.142.163.6", 48228, 2217, 0x82989176, 0xafc7327f),
    ("153.39.163.191", "202.188.127.2", 44251, 1303, 0x5d1809c5, 0x10e828a2),
    ("3ffe:2501:200:1fff::7", "3ffe:2501:200:3::1", 2794, 1766, 0x2cc18cd5, 0x40207d3d),
    ("3ffe:501:8:0:260:97ff:fe40:efab", "ff02::1", 14230, 4739, 0x0f0c461c, 0xdde51bbf),
    ("3ffe:1900:4545:3:200:f8ff:fe21:67cf", "fe80::200:f8ff:fe21:67cf", 44251, 38024,
     0x4b61e985, 0x02d1feef),
)
REFUSED = (
    ("another hash function", ("-X", "hfunc", "xor")),
    ("a table with a third queue", ("-X", "equal", 3)),
    ("UDP's ports", ("-N", "rx-flow-hash", "udp4", "sdfn")),
    ("one of the addresses", ("-N", "rx-flow-hash", "tcp4", "s")),
    ("a rule for a queue of the table", ("-N", "flow-type", "tcp4", "dst-port", 5001, "action", 1)),
)


def settings(t):
    """Key, table and fields as ethtool tells them."""
    return [t.must(t.on_nut("ethtool", "-x", t.nut)).out,
            t.must(t.on_nut("ethtool", "-n", t.nut, "rx-flow-hash", "tcp4")).out,
            t.must(t.on_nut("ethtool", "-n", t.nut, "rx-flow-hash", "udp4")).out]


def test_vectors(t, out, text, queues, hashed=True):
    """With the table that spreads evenly the lowest bit is the queue."""
    wrong = []
    for src, dst, sport, dport, plain, ports in VECTORS:
        for kind, value in ((socket.IPPROTO_UDP, plain), (socket.IPPROTO_TCP, ports)):
            if not rss.has(t, out, rss.packet(kind, src, dst, sport, dport), value if hashed else 0,
                       value % queues):
                wrong.append(f"{src} {kind}")
    t.check(not wrong, f"{text}: hash and queue of all vectors", *wrong)


def test(t):
    rss.two_queues(t)
    said = settings(t)
    t.check(rss.text(rss.KEY) in said[0] and "toeplitz: on" in said[0], "the key is told", said[0])
    table = [int(n) for line in re.findall(r"^\s+\d+:((?:\s+\d+)+)$", said[0], re.M)
             for n in line.split()]
    t.equal(table, [i % 2 for i in range(128)], "so is the table")
    out = frames.raw(t, "peer")
    test_vectors(t, out, "two queues", 2)
    other = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(100))
    t.check(rss.has(t, out, other, 0, 0), "what is not IP has none, and goes to the first queue")

    src, dst, sport, dport, plain, ports = VECTORS[0]
    segment = rss.packet(socket.IPPROTO_TCP, src, dst, sport, dport)
    t.must(t.on_nut("ethtool", "-N", t.nut, "rx-flow-hash", "tcp4", "sd"))
    t.check(rss.has(t, out, segment, plain, plain % 2), "TCP by addresses alone")
    t.must(t.on_nut("ethtool", "-N", t.nut, "rx-flow-hash", "tcp4", "sdfn"))
    t.check(rss.has(t, out, segment, ports, ports % 2), "and with ports again")
    for queue in (0, 1):
        t.must(t.on_nut("ethtool", "-X", t.nut, "weight", 1 - queue, queue))
        t.check(rss.has(t, out, segment, ports, queue), f"a table with queue {queue} only")
    t.must(t.on_nut("ethtool", "-X", t.nut, "equal", 2))

    for text, (option, *args) in REFUSED:
        result = t.on_nut("ethtool", option, t.nut, *args)
        t.check(rss.refused(result), f"refused: {text}", result)
    t.equal(settings(t), said, "after that all is as before")

    t.must(t.features("rxhash", "off"))
    test_vectors(t, out, "receive hashes off", 2, hashed=False)
    t.must(t.features("rxhash", "on"))
    t.must(e1k.command("devlink", "dev", "reload", control.handle(t)))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "after a reset the peer answers")
    test_vectors(t, out, "after a reset", 2)
    t.must(t.on_nut("ethtool", "-X", t.nut, "default"))
    t.must(t.on_nut("ethtool", "-L", t.nut, "combined", 1))
    test_vectors(t, out, "one queue", 1)
    # Then the NIC hashes nothing
    t.must(t.features("rxhash", "off"))
    test_vectors(t, out, "one queue, receive hashes off", 1, hashed=False)
    t.must(t.features("rxhash", "on"))
    test_vectors(t, out, "one queue, and on again", 1)


e1k.main(test, plan=15 + len(REFUSED))
