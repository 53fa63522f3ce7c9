# SPDX-License-Identifier: GPL-2.0-only
"""What the first bytes of a frame say."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

PROTOCOLS = {1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 47: "gre", 50: "esp", 51: "ah",
             58: "icmp6", 132: "sctp"}
TYPES = {0x0800: "ip", 0x0806: "arp", 0x86dd: "ip6"}
TAGS = (0x8100, 0x88a8)
# IPv6: headers that stand between its own and that of the transport protocol.
HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION, MOBILITY = 0, 43, 44, 60, 135
EXTENSIONS = {HOP_BY_HOP: "hop-by-hop", ROUTING: "routing", FRAGMENT: "fragment",
              DESTINATION: "destination options", MOBILITY: "mobility"}
MESSAGES = {"icmp": {0: "echo reply", 3: "unreachable", 5: "redirect", 8: "echo request",
                     11: "time exceeded"},
            "icmp6": {1: "unreachable", 2: "packet too big", 3: "time exceeded",
                      128: "echo request", 129: "echo reply", 130: "MLD query",
                      133: "router solicitation", 134: "router advertisement",
                      135: "neighbour solicitation", 136: "neighbour advertisement",
                      143: "MLD report"}}
ARP = {1: "request", 2: "reply"}
# Of TCP's flags those that begin and end a connection.
FLAGS = ((0x02, "SYN"), (0x01, "FIN"), (0x04, "RST"), (0x10, "ACK"))


@dataclass
class Packet:
    """What could be read from the first bytes."""

    kind: str = ""
    protocol: str = ""
    src: str = ""
    dst: str = ""
    sport: int = 0
    dport: int = 0
    vlan: int | None = None
    # Not 0: one of several fragments; the offset and the bit "more follow".
    fragment: int = 0
    tcp_flags: int = 0
    # Bytes of data behind TCP's header, if that is known.
    data: int | None = None
    ident: int = 0
    # ICMP's kind of message, ARP's operation, what TCP begins or ends.
    message: str = ""
    extensions: tuple[str, ...] = ()
    raw: bytes = b""
    # Where IP's packet ends in the frame: short frames are padded. 0 if that is not known.
    end: int = 0
    # Of the whole frame; raw may be its beginning only.
    length: int = 0
    # The tag that is not among the bytes: the NIC takes it out and puts it in.
    tag: int | None = None

    def __str__(self) -> str:
        text = " ".join((self.protocol or self.kind or "frame", self.message)).strip()
        if self.src:
            text += f" {end_text(self.src, self.sport)} > {end_text(self.dst, self.dport)}"
        if self.extensions:
            text += f" ({', '.join(self.extensions)} header)"
        return text + (f" vlan {self.vlan}" if self.vlan is not None else "")


def end_text(address: str, port: int) -> str:
    if not port:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def tagged(raw: bytes, tag: int) -> bytes:
    """The frame with its tag where it is on the wire."""
    return raw[:12] + struct.pack("!HH", TAGS[0], tag) + raw[12:]


def parse(raw: bytes, tag: int | None = None, length: int = 0) -> Packet:
    """tag: the VLAN that is not among the bytes; length: of the whole frame."""
    packet = Packet(raw=raw, tag=tag, length=max(length, len(raw)),
                    vlan=None if tag is None else tag & 0xfff)
    if len(raw) < 14:
        return packet
    ethertype, at = struct.unpack_from("!H", raw, 12)[0], 14
    while ethertype in TAGS and len(raw) >= at + 4:
        if packet.vlan is None:
            packet.vlan = struct.unpack_from("!H", raw, at)[0] & 0xfff
        ethertype, at = struct.unpack_from("!H", raw, at + 2)[0], at + 4
    packet.kind = TYPES.get(ethertype, f"0x{ethertype:04x}")
    if packet.kind == "arp" and len(raw) >= at + 28:
        packet.message = ARP.get(struct.unpack_from("!H", raw, at + 6)[0], "")
        packet.src = str(ipaddress.IPv4Address(raw[at + 14:at + 18]))
        packet.dst = str(ipaddress.IPv4Address(raw[at + 24:at + 28]))
    elif packet.kind == "ip" and len(raw) >= at + 20:
        transport(packet, raw, ipv4(packet, raw, at))
    elif packet.kind == "ip6" and len(raw) >= at + 40:
        transport(packet, raw, ipv6(packet, raw, at))
    return packet


def ipv4(packet: Packet, raw: bytes, at: int) -> int:
    """Read the header; where the next one begins."""
    packet.ident, flags = struct.unpack_from("!HH", raw, at + 4)
    packet.fragment = flags & 0x3fff
    total = struct.unpack_from("!H", raw, at + 2)[0]
    packet.end = at + total if total else 0
    packet.src = str(ipaddress.IPv4Address(raw[at + 12:at + 16]))
    packet.dst = str(ipaddress.IPv4Address(raw[at + 16:at + 20]))
    packet.protocol = PROTOCOLS.get(raw[at + 9], str(raw[at + 9]))
    return at + (raw[at] & 15) * 4


def ipv6(packet: Packet, raw: bytes, at: int) -> int:
    """Read the header and those behind it; where the transport's begins."""
    packet.src = str(ipaddress.IPv6Address(raw[at + 8:at + 24]))
    packet.dst = str(ipaddress.IPv6Address(raw[at + 24:at + 40]))
    following, at = raw[at + 6], at + 40
    while following in EXTENSIONS and len(raw) >= at + 8:
        packet.extensions += (EXTENSIONS[following],)
        if following == FRAGMENT:
            flags, packet.ident = struct.unpack_from("!HI", raw, at + 2)
            # As IPv4 has them: the offset below, "more follow" above it.
            packet.fragment = flags >> 3 | (flags & 1) << 13
        size = 8 if following == FRAGMENT else (raw[at + 1] + 1) * 8
        following, at = raw[at], at + size
    packet.protocol = PROTOCOLS.get(following, str(following))
    return at


def transport(packet: Packet, raw: bytes, at: int) -> None:
    if packet.fragment & 0x1fff:
        return
    if packet.protocol in MESSAGES and len(raw) > at:
        packet.message = MESSAGES[packet.protocol].get(raw[at], f"type {raw[at]}")
    if packet.protocol in ("tcp", "udp") and len(raw) >= at + 4:
        packet.sport, packet.dport = struct.unpack_from("!HH", raw, at)
        if packet.protocol == "tcp" and len(raw) > at + 13:
            packet.tcp_flags = raw[at + 13]
            if packet.tcp_flags & 7:
                packet.message = " ".join(name for bit, name in FLAGS if packet.tcp_flags & bit)
            packet.data = packet.end - at - (raw[at + 12] >> 4) * 4 if packet.end else None
