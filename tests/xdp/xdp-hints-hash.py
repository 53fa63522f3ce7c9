#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""A program asks the driver for the hash by which RSS chose the queue, and is told it, and
what it is of; of a frame without one it is told that there is none. Where the kernel has hints."""

import errno
import socket

from lib import e1k, frames, rss, xdp

RESULT, HASH, TYPE = range(3)
# enum xdp_rss_hash_type
IPV4, IPV6, HEADERS, L4, TCP = (1 << bit for bit in range(5))
SRC, DST = ("10.9.8.7", "2001:db8::7"), (e1k.NUT_IP, e1k.NUT_IP6)
PORTS = 1025, 1026


def test(t):
    with open("/proc/kallsyms", encoding="ascii") as symbols:
        if " bpf_xdp_metadata_rx_vlan_tag\n" not in symbols.read():
            raise e1k.Skip("this kernel has no such hints")
    rss.two_queues(t)
    t.quiet()
    programs = xdp.Programs("hints", "rx_hash", bound_to=xdp.index_of(t))
    hint = programs.map("hint", "=i")
    xdp.attach(t, programs["rx_hash"])
    sender = frames.raw(t, "peer")

    def told(frame):
        into = frames.capture(t, "nut")
        sender.send(frame)
        into.until(lambda f: f.endswith(frame[14:]))
        into.sock.close()
        return hint[RESULT], hint[HASH] & 0xFFFFFFFF, hint[TYPE]

    for src, dst, family, layer3 in zip(SRC, DST, (socket.AF_INET, socket.AF_INET6),
                                        (IPV4, IPV6 | HEADERS)):
        addresses = socket.inet_pton(family, src) + socket.inet_pton(family, dst)
        ports = b"".join(port.to_bytes(2, "big") for port in PORTS)
        t.equal(told(rss.packet(socket.IPPROTO_UDP, src, dst, *PORTS)),
                (0, rss.toeplitz(addresses), layer3), f"UDP to {dst}: a hash of the addresses")
        t.equal(told(rss.packet(socket.IPPROTO_TCP, src, dst, *PORTS)),
                (0, rss.toeplitz(addresses + ports), layer3 & ~HEADERS | L4 | TCP),
                f"TCP to {dst}: a hash of addresses and ports")
    t.equal(told(xdp.incoming(300))[0], -errno.ENODATA, "what is not IP has none")
    t.must(t.on_nut("ethtool", "-N", t.nut, "rx-flow-hash", "tcp4", "sd"))
    t.equal(told(rss.packet(socket.IPPROTO_TCP, SRC[0], DST[0], *PORTS))[2], IPV4,
            "TCP hashed by addresses: and so it says")
    t.must(t.on_nut("ethtool", "-N", t.nut, "rx-flow-hash", "tcp4", "sdfn"))


e1k.main(test, plan=6)
