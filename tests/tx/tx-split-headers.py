#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Packets whose headers do not lie in one piece: the linear part of the skb ends
inside the Ethernet, IP or TCP header, with and without work for the NIC. (A packet
ring puts the frame's pages into the skb as they are.)"""

import mmap
import os
import struct

from lib import e1k, frames, traffic

PACKET_VERSION, PACKET_TX_RING, TPACKET_V2, PACKET_TX_HAS_OFF = 10, 13, 1, 19
TP_STATUS_AVAILABLE, TP_STATUS_SEND_REQUEST, TP_STATUS_WRONG_FORMAT = 0, 1, 4
ADDRESSES = {"IPv4": (e1k.NUT_IP, e1k.PEER_IP), "IPv6": (e1k.NUT_IP6, e1k.PEER_IP6)}
PORT = 9     # discard; what matters is on the wire
SEQ = 77


class TxRing:
    """A packet socket's transmit ring: one frame in one block of pages."""

    HEADER = 32     # TPACKET2_HDRLEN - sizeof(struct sockaddr_ll), aligned

    def __init__(self, t, vnet=False, size=1 << 17):
        self.sock = frames.raw(t, "nut")
        self.vnet = vnet
        self.sock.setsockopt(frames.SOL_PACKET, PACKET_VERSION, TPACKET_V2)
        if vnet:
            self.sock.setsockopt(frames.SOL_PACKET, frames.PACKET_VNET_HDR, 1)
        self.sock.setsockopt(frames.SOL_PACKET, PACKET_TX_HAS_OFF, 1)
        self.sock.setsockopt(frames.SOL_PACKET, PACKET_TX_RING,
                             struct.pack("IIII", size, 1, size, 1))
        self.ring = mmap.mmap(self.sock.fileno(), size)

    def send(self, frame, offset=64, vnet=b""):
        """Send the frame from this offset in the block; true if it was taken."""
        data = vnet + frame
        self.ring[offset:offset + len(data)] = data
        self.ring[0:self.HEADER] = struct.pack("IIIHHIIHHI", 0, len(data), len(data), offset,
                                               offset, 0, 0, 0, 0, 0)
        self.ring[0:4] = struct.pack("I", TP_STATUS_SEND_REQUEST)
        self.sock.send(b"")
        # The slot is free again when the driver has let the skb go.
        e1k.wait_for(lambda: self.status() not in (TP_STATUS_SEND_REQUEST, 2), "the slot")
        return self.status() == TP_STATUS_AVAILABLE

    def status(self):
        """The state of the slot."""
        return struct.unpack_from("I", self.ring)[0]


def test_plain(t, at_peer):
    """All but the Ethernet header in pages; cut where the page ends."""
    ring = TxRing(t)
    for ip, (src, dst) in ADDRESSES.items():
        wrong = []
        for length in (1, 2, 3, 18, 100, 700, 1432):
            packet = frames.ip_packet(src, dst, 17, frames.udp(src, dst, PORT, PORT,
                                                               os.urandom(length)))
            frame = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC,
                                 frames.ETH_P_IP if ip == "IPv4" else frames.ETH_P_IPV6, packet)
            for cut in (0, 1, 13, 14, 15, 22, 33, 34, 35, 41, 42, 43, 54, 62):
                ring.send(frame, mmap.PAGESIZE - cut if cut else 64)
                seen = at_peer.next()
                if seen != frame.ljust(frames.ETH_ZLEN, b"\0"):
                    wrong.append(f"{length} bytes cut at {cut}: "
                                 f"{traffic.difference(seen or b'', frame)}")
        t.check(not wrong, f"{ip}: headers in pages, any cut", *wrong[:20])


def test_offload(t, at_peer):
    """The same with checksum and segmentation left to the NIC."""
    ring = TxRing(t, vnet=True)
    for ip, (src, dst) in ADDRESSES.items():
        hlen, ethertype = (20, frames.ETH_P_IP) if ip == "IPv4" else (40, frames.ETH_P_IPV6)
        wrong = []
        for length in (1, 1000, 1400, 1401, 5000, 9999, 20000, 60000):
            data = os.urandom(length)
            segment = frames.tcp(src, dst, PORT, PORT, data, seq=SEQ, partial=True)
            frame = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, ethertype,
                                 frames.ip_packet(src, dst, 6, segment))
            large = length > 1400
            for cut in (0, 20, 14 + hlen, 14 + hlen + 7, 14 + hlen + 20, 14 + hlen + 21):
                head = 14 + hlen + 20 if large else 14
                vnet = frames.vnet_header(head, 1400 if large else 0, 14 + hlen, 16,
                                          ip == "IPv6")
                ring.send(frame, mmap.PAGESIZE - cut - len(vnet) if cut else 64, vnet)
                result = traffic.segments(at_peer, data, SEQ, ethertype.to_bytes(2, "big"))
                if result:
                    wrong.append(f"{length} bytes cut at {cut}: {result}")
        t.check(not wrong, f"{ip}: with offloads, any cut", *wrong[:20])


def test(t):
    t.peer_gro_off()
    t.static_neighbours()
    # The peer's answers (resets, port unreachable) do not matter.
    at_peer = frames.capture(t, "peer")
    test_plain(t, at_peer)
    test_offload(t, at_peer)


e1k.main(test, plan=4)
