#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# e1k-walk --pcapng: Wireshark's programs and tcpdump read it; each packet has its time, its
# direction, its bytes, its whole length, and a comment that says what became of it.

import exported
import exports


def fields(path, *names):
    wanted = [word for name in names for word in ("-e", name)]
    out = exported.read("tshark", "-r", str(path), "-T", "fields", *wanted)
    return [line.split("\t") for line in out.splitlines()]


def test(t, directory):
    path = directory / "walk.pcapng"
    results = exported.results()
    path.write_bytes(exports.pcapng(results))
    walks = sorted((result["epoch"] + walk["origin"], walk["path"], walk) for result in results
                   for walk in result["walks"])
    about = exported.read("capinfos", "-M", str(path))
    t.check("pcapng" in about and f"Number of packets:   {len(walks)}" in about,
            "capinfos: pcapng, with as many packets as walks", about)
    rows = fields(path, "frame.comment", "frame.len", "frame.cap_len", "frame.time_epoch",
                  "frame.interface_name", "frame.packet_flags_direction", "_ws.expert.message")
    t.same(len(rows), len(walks), "tshark: a line for each")
    order = sorted(walks, key=lambda row: row[0])
    t.same([row[1] for row in rows], [str(max(walk["length"], len(walk["bytes"]) // 2))
                                      for _, _, walk in order], "each is as long as it was")
    t.same([row[2] for row in rows], [str(len(walk["bytes"]) // 2) for _, _, walk in order],
           "what was recorded of each is there")
    t.check(all(abs(float(row[3]) * 1e6 - time) < 1 for row, (time, _, _) in zip(rows, order)),
            "each has its time")
    t.same({row[4] for row in rows}, {"eth3"}, "and its interface")
    directions = [{"receive": 1, "transmit": 2}[path] for _, path, _ in order]
    t.same([int(row[5], 0) for row in rows], directions, "and its direction")
    comments = [row[0] for row in rows]
    for wanted in ("dropped: NO_SOCKET in udp_rcv", "delivered: receiver", "sent (",
                   "not sent: sendto() returns -101 (ENETUNREACH)"):
        t.check(any(comment.startswith(wanted) for comment in comments),
                f"a comment says: {wanted}", *comments)
    addresses = fields(path, "udp.dstport")
    t.check(["7000"] in addresses, "the headers are understood", addresses)
    said = exported.read("tcpdump", "-n", "-r", str(path))
    t.same(len(said.splitlines()), len(walks), "tcpdump shows each of them")
    t.check("192.0.2.2.7001 > 192.0.2.1.7000" in said, "and its addresses", said)


exported.main(test, "tshark", "capinfos", "tcpdump")
