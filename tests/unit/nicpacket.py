# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the NIC in software: the hash and the checksums of received packets, and what
packet split makes of them."""

from __future__ import annotations

import ipaddress
import struct
from typing import Callable

from nic import split
from nic.offload import ones_sum
from nic.packet import (IP4, IP6, IP6_EX, IPV6, TCP, TCP4, TCP6, UDP, Packet, headers, parse, rss,
                        verdict)
from nic.regs import RXD_IPCS, RXD_IPE, RXD_TCPCS, RXD_TCPE, RXD_UDPCS

MACS = bytes.fromhex("525400e10001525400e10002")
# Microsoft's key, and its table: addresses, ports, hash of the addresses, hash with the ports
KEY = bytes.fromhex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa")
VECTORS = (
    ("66.9.149.187", 2794, "161.142.100.80", 1766, 0x323e8fc2, 0x51ccc178),
    ("199.92.111.2", 14230, "65.69.140.83", 4739, 0xd718262a, 0xc626b0ea),
    ("24.19.198.95", 12898, "12.22.207.184", 38024, 0xd2d0a5de, 0x5c2b394a),
    ("38.27.205.30", 48228, "209.142.163.6", 2217, 0x82989176, 0xafc7327f),
    ("153.39.163.191", 44251, "202.188.127.2", 1303, 0x5d1809c5, 0x10e828a2),
    ("3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766, 0x2cc18cd5, 0x40207d3d),
    ("3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739, 0x0f0c461c, 0xdde51bbf),
    ("3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251, "fe80::200:f8ff:fe21:67cf", 38024,
     0x4b61e985, 0x02d1feef))
ALL = 0x1f0000


def packet(protocol: int, data: bytes, source: str = "192.0.2.1", target: str = "192.0.2.2",
           fragment: int = 0, options: bytes = b"") -> bytes:
    """A frame with an IP packet, its checksums right, padded."""
    a, b = ipaddress.ip_address(source).packed, ipaddress.ip_address(target).packed
    place = {TCP: 16, UDP: 6}.get(protocol)
    if place is not None and not fragment:
        pseudo = a + b + struct.pack("!IHBB", len(data), 0, 0, protocol)
        value = 0xffff - ones_sum(pseudo + data) or 0xffff
        data = data[:place] + struct.pack("!H", value) + data[place + 2:]
    if len(a) == 16:
        head = struct.pack("!IHBB", 6 << 28, len(options) + len(data), 60 if options else protocol,
                           64) + a + b + options
        return (MACS + b"\x86\xdd" + head + data).ljust(60, b"\xee")
    size = 20 + len(options)
    head = struct.pack("!BBHHHBBH", 0x40 | size // 4, 0, size + len(data), 1, fragment, 64,
                       protocol, 0) + a + b + options
    head = head[:10] + struct.pack("!H", 0xffff - ones_sum(head)) + head[12:]
    return (MACS + b"\x08\x00" + head + data).ljust(60, b"\xee")


def tcp(source: int, target: int, payload: bytes = b"abc") -> bytes:
    return struct.pack("!HHIIBBHHH", source, target, 1, 2, 0x50, 0x18, 9, 0, 0) + payload


def udp(payload: bytes = b"abc") -> bytes:
    return struct.pack("!HHHH", 7, 7, 8 + len(payload), 0) + payload


def tagged(frame: bytes) -> bytes:
    return frame[:12] + b"\x81\x00\x00\x07" + frame[12:]


def found(frame: bytes) -> Packet:
    made = parse(frame)
    assert made is not None
    return made


def test_vectors() -> None:
    for source, source_port, target, target_port, addresses, ports in VECTORS:
        kinds = (TCP6, IP6) if ":" in source else (TCP4, IP4)
        whole = found(packet(TCP, tcp(source_port, target_port), source, target))
        other = found(packet(UDP, udp(), source, target))
        assert rss(whole, KEY, ALL) == (ports, kinds[0])
        # UDP by its addresses
        assert rss(other, KEY, ALL) == (addresses, kinds[1])
        assert rss(whole, KEY, ALL & ~(1 << 15 + kinds[0])) == (addresses, kinds[1])


def test_no_hash() -> None:
    assert rss(None, KEY, ALL) == (0, 0)
    assert rss(found(packet(TCP, tcp(1, 2))), KEY, 0) == (0, 0)
    piece = found(packet(TCP, tcp(1, 2), fragment=0x2000))
    assert rss(piece, KEY, ALL)[1] == IP4
    further = bytes((TCP, 0)) + bytes(6)
    longer = found(packet(TCP, tcp(1, 2), "fd::1", "fd::2", options=further))
    assert rss(longer, KEY, ALL & ~(1 << 15 + TCP6))[1] == IP6_EX


def test_verdicts() -> None:
    good = {TCP: RXD_TCPCS, UDP: RXD_TCPCS | RXD_UDPCS, 1: 0}
    for protocol, data in ((TCP, tcp(1, 2)), (UDP, udp()), (1, bytes(8))):
        for source, target, ip in (("192.0.2.1", "192.0.2.2", RXD_IPCS), ("fd::1", "fd::2", 0)):
            frame = packet(protocol, data, source, target)
            assert verdict(found(frame), True, True) == good[protocol] | ip
            assert verdict(found(tagged(frame)), True, True) == good[protocol] | ip
            assert verdict(found(frame), False, False) == 0
            if good[protocol]:
                last = 14 + (20 if ip else 40) + len(data) - 1
                bad = frame[:last] + bytes((frame[last] ^ 1,)) + frame[last + 1:]
                assert verdict(found(bad), True, True) == good[protocol] | ip | RXD_TCPE
    frame = packet(TCP, tcp(1, 2))
    bad = frame[:22] + bytes((frame[22] ^ 1,)) + frame[23:]         # the time to live
    assert verdict(found(bad), True, True) == RXD_IPCS | RXD_IPE | RXD_TCPCS


def test_no_verdict() -> None:
    assert parse(MACS + b"\x88\xb5" + bytes(46)) is None
    assert parse(MACS + b"\x08\x00" + bytes(46)) is None
    assert verdict(found(packet(TCP, tcp(1, 2), fragment=0x2000)), True, True) == RXD_IPCS
    none = packet(UDP, udp())
    none = none[:40] + b"\0\0" + none[42:]
    assert verdict(found(none), True, True) == RXD_IPCS
    cut = packet(TCP, tcp(1, 2, bytes(100)))[:100]
    assert verdict(found(cut), True, True) == RXD_IPCS


def test_headers() -> None:
    """Behind TCP and UDP, with whatever is before them."""
    data = bytes(16)
    longer = struct.pack("!HHIIBBHHH", 1, 2, 1, 2, 0x80, 0x18, 9, 0, 0) + bytes(12)
    for l4, size in ((tcp(1, 2, data), 20), (longer + data, 32), (udp(data), 8)):
        kind = UDP if size == 8 else TCP
        assert headers(packet(kind, l4), False) == 14 + 20 + size
        assert headers(tagged(packet(kind, l4)), False) == 18 + 20 + size
        assert headers(packet(kind, l4, options=bytes(8)), False) == 14 + 28 + size
        inner = packet(kind, l4, "fd::1", "fd::2")
        assert headers(inner, False) == 14 + 40 + size
        further = bytes((kind, 0)) + bytes(6)
        assert headers(packet(kind, l4, "fd::1", "fd::2", options=further), False) == 62 + size
        assert headers(packet(IPV6, inner[14:]), False) == 14 + 20 + 40 + size


def test_no_headers() -> None:
    """Other protocols, little payload, and headers that are none."""
    assert not headers(MACS + b"\x88\xb5" + bytes(100), True)
    for source, target in (("192.0.2.1", "192.0.2.2"), ("fd::1", "fd::2")):
        assert not headers(packet(253, bytes(100), source, target), True)
        # The padding of a short frame is no payload
        assert not headers(packet(TCP, tcp(1, 2, bytes(15)), source, target), True)
        assert not headers(packet(UDP, udp(b""), source, target), True)
    short = bytearray(tcp(1, 2, bytes(40)))
    for words in (4, 15):
        short[12] = words << 4
        assert not headers(packet(TCP, bytes(short[:60 if words < 5 else 58])), True)
    assert not headers(packet(TCP, tcp(1, 2, bytes(100)))[:50], True)


def test_fragments() -> None:
    """Behind IP, unless they are not to be split."""
    piece = packet(TCP, tcp(1, 2, bytes(100)), fragment=0x2000)
    assert headers(piece, True) == 34 and headers(piece, False) == 0
    piece = packet(TCP, bytes((TCP, 0, 0, 1)) + bytes(104), "fd::1", "fd::2")
    piece = piece[:20] + bytes((44,)) + piece[21:]
    assert headers(piece, True) == 62 and headers(piece, False) == 0


def test_spread() -> None:
    """A frame over the buffers of descriptors."""
    sizes = split.room(0x02040102)
    assert sizes == (256, 1024, 4096, 2048) and split.room(0x040402) == (256, 4096, 4096, 0)

    def lengths(size: int, header: int) -> list[list[int]]:
        frame = bytes(n % 251 for n in range(size))
        parts = split.spread(frame, header, sizes)
        assert b"".join(part for buffers in parts for part in buffers) == frame
        return [[len(part) for part in buffers] for buffers in parts]

    assert lengths(60, 0) == [[60, 0, 0, 0]]
    assert lengths(60, 42) == [[42, 18, 0, 0]]
    assert lengths(1500, 0) == [[256, 1024, 220, 0]]
    assert lengths(1500, 54) == [[54, 1024, 422, 0]]
    assert lengths(7424, 0) == [[256, 1024, 4096, 2048]]
    assert lengths(7425, 0) == [[256, 1024, 4096, 2048], [1, 0, 0, 0]]
    assert lengths(9000, 54) == [[54, 1024, 4096, 2048], [0, 1024, 754, 0]]


TESTS: dict[str, Callable[[], None]] = {
    "the NIC in software: Microsoft's vectors of RSS": test_vectors,
    "the NIC in software: packets with less of a hash, or none": test_no_hash,
    "the NIC in software: checksums that are right or wrong": test_verdicts,
    "the NIC in software: checksums that are not looked at": test_no_verdict,
    "packet split: where headers end": test_headers,
    "packet split: packets that are not split": test_no_headers,
    "packet split: fragments": test_fragments,
    "packet split: a frame over the buffers of descriptors": test_spread,
}
