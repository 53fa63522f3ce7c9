# SPDX-License-Identifier: GPL-2.0-only
"""What the 82574 finds in a received frame: protocols, whether their checksums are right,
and the hash that chooses a queue (RSS)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from nic.offload import ones_sum
from nic.regs import RXD_IPCS, RXD_IPE, RXD_TCPCS, RXD_TCPE, RXD_UDPCS

TCP, UDP, IPV6 = 6, 17, 41
# Headers of IPv6 that another one may follow
HOP_BY_HOP, ROUTING, FRAGMENT, OPTIONS = 0, 43, 44, 60

# Types of a hash in a write-back; the bit of MRQC that allows one is TYPE_BIT + its type
TCP4, IP4, TCP6, IP6_EX, IP6 = 1, 2, 3, 4, 5
TYPE_BIT = 15

# A packet with less payload is not split
LEAST_DATA = 16


@dataclass
class Packet:
    """An IP packet; `data` is what follows its headers, without padding."""

    version: int
    head: bytes             # the IPv4 header
    source: bytes
    target: bytes
    protocol: int
    is_fragment: bool
    whole: bool             # the frame has as much as the header says
    data: bytes
    extended: bool = False  # IPv6 with further headers
    start: int = 0          # where in the frame `data` begins

    @property
    def l4_sum(self) -> int:
        """The sum over pseudo header and data; ffff if the checksum is right."""
        length = struct.pack("!IHBB", len(self.data), 0, 0, self.protocol)
        return ones_sum(self.source + self.target + length + self.data)


def _ipv4(data: bytes) -> Packet | None:
    if len(data) < 20:
        return None
    size, total = 4 * (data[0] & 0xf), struct.unpack_from("!H", data, 2)[0]
    if data[0] >> 4 != 4 or size < 20 or not size <= total or len(data) < size:
        return None
    fragment = bool(struct.unpack_from("!H", data, 6)[0] & 0x3fff)
    return Packet(4, data[:size], data[12:16], data[16:20], data[9], fragment,
                  total <= len(data), data[size:total], start=size)


def _ipv6(data: bytes) -> Packet | None:
    if len(data) < 40 or data[0] >> 4 != 6:
        return None
    length, kind, at = struct.unpack_from("!H", data, 4)[0], data[6], 40
    end, fragment = at + length, False
    while kind in (HOP_BY_HOP, ROUTING, FRAGMENT, OPTIONS) and at + 8 <= min(end, len(data)):
        fragment |= kind == FRAGMENT
        kind, at = data[at], at + (8 if kind == FRAGMENT else 8 * (data[at + 1] + 1))
    return Packet(6, b"", data[8:24], data[24:40], kind, fragment, end <= len(data),
                  data[at:end], at > 40, at)


def parse(frame: bytes) -> Packet | None:
    """The packet in a frame, behind up to one tag; None if it is not IP."""
    at = 16 if frame[12:14] == b"\x81\x00" else 12
    kind = frame[at:at + 2]
    found = None
    if kind == b"\x08\x00":
        found = _ipv4(frame[at + 2:])
    elif kind == b"\x86\xdd":
        found = _ipv6(frame[at + 2:])
    return replace(found, start=at + 2 + found.start) if found else None


def headers(frame: bytes, fragments: bool) -> int:
    """Bytes of headers before the payload, where packet split finds its end: behind TCP or UDP;
    of a fragment behind IP, if `fragments` are split. 0 if the packet is not split."""
    found, outer = parse(frame), 0
    if found and found.version == 4 and found.protocol == IPV6 and not found.is_fragment:
        outer, found = found.start, _ipv6(found.data)
    if found is None:
        return 0
    data, length = found.data, -1
    if found.is_fragment:
        length = 0 if fragments else -1
    elif found.protocol == TCP and len(data) >= 20 and data[12] >> 4 >= 5:
        length = 4 * (data[12] >> 4)
    elif found.protocol == UDP:
        length = 8
    return outer + found.start + length if 0 <= length <= len(data) - LEAST_DATA else 0


def verdict(packet: Packet, ip: bool, l4: bool) -> int:
    """The bits of a (legacy) descriptor: which checksums were looked at, and which are wrong."""
    bits = 0
    if packet.version == 4 and ip:
        bits |= RXD_IPCS | (RXD_IPE if ones_sum(packet.head) != 0xffff else 0)
    if not l4 or packet.is_fragment or not packet.whole:
        return bits
    if packet.protocol == TCP and len(packet.data) >= 20:
        bits |= RXD_TCPCS
    elif packet.protocol == UDP and len(packet.data) >= 8 and packet.data[6:8] != b"\0\0":
        bits |= RXD_TCPCS | RXD_UDPCS
    if bits & RXD_TCPCS and packet.l4_sum != 0xffff:
        bits |= RXD_TCPE
    return bits


def toeplitz(key: bytes, data: bytes) -> int:
    """Microsoft's hash of receive side scaling."""
    window = int.from_bytes(key, "big")
    bits, result = 8 * len(key), 0
    for n, byte in enumerate(data):
        for bit in range(8):
            if byte << bit & 0x80:
                result ^= window >> (bits - 32 - 8 * n - bit)
    return result & 0xffffffff


def rss(packet: Packet | None, key: bytes, mrqc: int) -> tuple[int, int]:
    """The hash of a packet and its type, as far as MRQC allows; both 0 if there is none."""
    if packet is None:
        return 0, 0

    def allowed(kind: int) -> bool:
        return bool(mrqc >> TYPE_BIT + kind & 1)

    data, is_tcp = packet.source + packet.target, packet.protocol == TCP and \
        not packet.is_fragment and len(packet.data) >= 4
    kinds = ((TCP4, is_tcp), (IP4, True)) if packet.version == 4 else \
        ((TCP6, is_tcp), (IP6_EX, packet.extended), (IP6, True))
    kind = next((k for k, fits in kinds if fits and allowed(k)), 0)
    if not kind:
        return 0, 0
    if kind in (TCP4, TCP6):
        data += packet.data[:4]
    return toeplitz(key, data), kind
