#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Packets for segmentation as large as IP allows, IPv4 and IPv6, tagged or not: every segment
is on the wire, though a NIC may not do such packets, or not with a tag."""

import os
import struct

from lib import e1k, frames, traffic

VID, MSS, PORT, SEQ = 5, 1400, 9, 77
ETHERTYPES = {"IPv4": frames.ETH_P_IP, "IPv6": frames.ETH_P_IPV6}
ADDRESSES = {"IPv4": (e1k.NUT_IP, e1k.PEER_IP), "IPv6": (e1k.NUT_IP6, e1k.PEER_IP6)}
IP_HEADER = {"IPv4": 20, "IPv6": 40}
TCP_HEADER = 20
# What a length field in the IP header can say: IPv4 counts its header, IPv6 does not.
LARGEST = {"IPv4": 65535 - 20, "IPv6": 65535}
# Frames that any NIC does, and those around the length at which one emulation gives up,
# with a tag and without. The stack segments what is longer than the driver allows.
LENGTHS = (20000, 65515, 65516, 65517, 65519, 65520, 65521)


def packet(ip, length):
    """TCP's bytes, and a frame with a virtio header that carries them to the peer."""
    src, dst = ADDRESSES[ip]
    data = os.urandom(length)
    segment = frames.tcp(src, dst, PORT, PORT, data, seq=SEQ, partial=True)
    start = frames.ETH_HLEN + IP_HEADER[ip]
    vnet = frames.vnet_header(start + TCP_HEADER, MSS, start, 16, ip == "IPv6")
    return data, vnet + frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, ETHERTYPES[ip],
                                     frames.ip_packet(src, dst, 6, segment))


def test(t):
    t.peer_gro_off()
    t.static_neighbours()
    # On both sides: the peer, too, may have its NIC keep out other VLANs.
    for args, dev in ((("ip", "-n", "nut", "link"), t.nut), (("ip", "link"), t.peer)):
        t.must(e1k.command(*args, "add", "link", dev, "name", "vl", "type", "vlan", "id", VID))
        t.must(e1k.command(*args, "set", "dev", "vl", "addrgenmode", "none", "up"))
    t.defer(e1k.command, "ip", "link", "del", "vl")
    # The peer's answers do not matter.
    at_peer = frames.capture(t, "peer")
    tag = struct.pack("!HH", frames.ETH_P_8021Q, VID)
    for dev, text, head in ((t.nut, "without a tag", b""), ("vl", "with a tag", tag)):
        out = frames.raw(t, "nut")
        out.bind((dev, 0))
        out.setsockopt(frames.SOL_PACKET, frames.PACKET_VNET_HDR, 1)
        for ip, ethertype in ETHERTYPES.items():
            headers = frames.ETH_HLEN + IP_HEADER[ip] + TCP_HEADER
            wrong = []
            for length in (*(whole - headers for whole in LENGTHS), LARGEST[ip] - TCP_HEADER):
                data, frame = packet(ip, length)
                list(at_peer.waiting())
                out.send(frame)
                result = traffic.segments(at_peer, data, SEQ, head + ethertype.to_bytes(2, "big"))
                if result:
                    wrong.append(f"{headers + length} bytes: {result}")
            t.check(not wrong, f"{ip} {text}: up to {headers + LARGEST[ip] - TCP_HEADER} bytes",
                    *wrong)


e1k.main(test, plan=4)
