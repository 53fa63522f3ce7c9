#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The checksums of UDP and TCP are right on the wire, made by the NIC or by the
stack: any length, IPv4 options, IPv6 extension headers, and the UDP
sum that must not be zero."""

import os
import socket
import struct

from lib import e1k, frames, traffic

IP_OPTIONS, IPV6_HOPOPTS = 4, 54
NOPS = b"\x01" * 40
PADDING_OPTION = bytes((0, 0, 1, 4, 0, 0, 0, 0))   # next header, length, PadN


def udp_frames(t, family, at_peer, payloads, options=None):
    """Send the payloads; what is wrong with them on the wire, as a list."""
    nut, peer = traffic.udp_pair(t, family)
    if options:
        nut.setsockopt(*options)
    port, wrong = nut.getsockname()[1], []
    for data in payloads:
        nut.send(data)
        packet = frames.Packet(at_peer.until(lambda f: frames.Packet(f).sport == port)[-1])
        if packet.wrong or packet.payload != data:
            wrong.append(f"{len(data)} bytes: {packet.wrong or 'other bytes'}")
    nut.close()
    peer.close()
    return wrong


def tcp_frames(t, family, at_peer):
    """Segments of many lengths; what is wrong with them on the wire, as a list."""
    nut, peer = traffic.tcp_pair(t, family)
    nut.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sizes = list(range(1, 70)) + [255, 256, 257, 535, 536, 537, 1000, 1427, 1428]
    data = os.urandom(sum(sizes))

    def send(sock, data):
        at = 0
        for size in sizes:
            sock.sendall(data[at:at + size])
            at += size

    wrong = [traffic.transfer(nut, peer, data, send)]
    port = nut.getsockname()[1]
    nut.close()
    peer.close()
    packets = [frames.Packet(frame) for frame in at_peer.waiting()]
    wrong += [packet.wrong for packet in packets if packet.sport == port]
    return [w for w in wrong if w]


def zero_sum(t, family, at_peer):
    """A datagram whose sum is zero has to carry 0xffff, as zero means no sum."""
    nut, peer = traffic.udp_pair(t, family)
    src, dst = traffic.addresses(family)
    ports = nut.getsockname()[1], peer.getsockname()[1]
    for value in range(0x10000):
        data = struct.pack("!H", value)
        if frames.udp(src, dst, *ports, data)[6:8] == b"\xff\xff":
            break
    nut.send(data)
    frame = at_peer.until(lambda f: frames.Packet(f).sport == ports[0])[-1]
    at = 14 + (20 if family == socket.AF_INET else 40) + 6
    return frame[at:at + 2]


def test(t):
    t.peer_gro_off()
    at_peer = frames.capture(t, "peer")
    noise = os.urandom(2000)
    payloads = [noise[i:i + size] for i, size in
                enumerate(list(range(70)) + [255, 256, 257, 1000, 1399, 1400])]
    for state in ("on", "off"):
        t.must(t.features("tx", state))
        for family, ip, options in (
                (socket.AF_INET, "IPv4", (socket.IPPROTO_IP, IP_OPTIONS, NOPS)),
                (socket.AF_INET6, "IPv6", (socket.IPPROTO_IPV6, IPV6_HOPOPTS, PADDING_OPTION))):
            name = f"{ip}, tx checksum {state}"
            t.check(not (wrong := udp_frames(t, family, at_peer, payloads)), f"{name}: UDP",
                    *wrong[:20])
            wrong = udp_frames(t, family, at_peer, payloads[::7], options)
            t.check(not wrong, f"{name}: UDP behind more headers", *wrong[:20])
            t.check(not (wrong := tcp_frames(t, family, at_peer)), f"{name}: TCP", *wrong[:20])
            t.equal(zero_sum(t, family, at_peer), b"\xff\xff", f"{name}: a UDP sum of zero")


e1k.main(test, plan=16)
