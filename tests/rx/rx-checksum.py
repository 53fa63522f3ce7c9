#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""The 82574L verifies checksums of what it receives: right ones are counted, and spare
the stack the work; wrong ones are left to the stack, which drops them, with and without a
VLAN tag, in IPv4 and IPv6; with rx-checksum off nothing is taken from the NIC."""

import socket

from lib import control, e1k, frames

PORT = 7777
FEW = 10


def frame(kind, src, dst, wrong=False, tag=None):
    """A packet for the NIC, its checksum right or not."""
    build = frames.tcp if kind == socket.IPPROTO_TCP else frames.udp
    data = bytearray(build(src, dst, 1000, PORT, b"x" * 301))
    if wrong:
        data[-1] ^= 1
    proto = frames.ETH_P_IPV6 if ":" in src else frames.ETH_P_IP
    whole = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, proto,
                         frames.ip_packet(src, dst, kind, bytes(data)))
    return frames.vlan(whole, tag) if tag else whole


def test(t):
    t.quiet()
    control.set_queues(t, 1)
    # If a test before has loaded 8021q, the NIC drops tags of VLANs that nobody has added.
    t.must(t.features("rx-vlan-filter", "off"))
    t.defer(t.features, "rx-vlan-filter", "on")
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut")

    def verified(data):
        """How many of a few such frames the NIC has found to be right."""
        before = control.queue(t, "rx0_csum_good")
        for _ in range(FEW):
            out.send(data)
            into.until(lambda seen: seen == data)
        return control.queue(t, "rx0_csum_good") - before

    for text, src, dst in (("IPv4", e1k.PEER_IP, e1k.NUT_IP), ("IPv6", e1k.PEER_IP6, e1k.NUT_IP6)):
        for kind, name in ((socket.IPPROTO_TCP, "TCP"), (socket.IPPROTO_UDP, "UDP")):
            for tag in (None, 5):
                what = f"{name} in {text}" + (", tagged" if tag else "")
                t.equal(verified(frame(kind, src, dst, tag=tag)), FEW, f"{what}: right")
                t.equal(verified(frame(kind, src, dst, True, tag)), 0, f"{what}: wrong")
    server = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((e1k.NUT_IP, PORT))
    server.settimeout(1)
    out.send(frame(socket.IPPROTO_UDP, e1k.PEER_IP, e1k.NUT_IP, True))
    out.send(frame(socket.IPPROTO_UDP, e1k.PEER_IP, e1k.NUT_IP))
    t.equal(server.recv(2000), b"x" * 301, "a socket gets the right datagram, not the wrong one")
    t.must(t.features("rx-checksum", "off"))
    t.equal(verified(frame(socket.IPPROTO_TCP, e1k.PEER_IP, e1k.NUT_IP)), 0,
            "rx-checksum off: nothing is taken from the NIC")


e1k.main(test, plan=18)
