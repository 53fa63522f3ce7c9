# SPDX-License-Identifier: GPL-2.0-only
"""The first bytes of a frame, and whether they are what somebody looks for."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

from errors import WalkError

PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6"}
TYPES = {0x0800: "ip", 0x0806: "arp", 0x86dd: "ip6"}


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
    fragment: int = 0
    tcp_flags: int = 0
    ident: int = 0
    raw: bytes = b""

    def __str__(self) -> str:
        text = self.protocol or self.kind or "frame"
        if self.src:
            text += f" {self.src}{f':{self.sport}' if self.sport else ''}"
            text += f" > {self.dst}{f':{self.dport}' if self.dport else ''}"
        return text + (f" vlan {self.vlan}" if self.vlan is not None else "")


def parse(raw: bytes, tag: int | None = None) -> Packet:
    """tag: the VLAN that the NIC has taken out of the frame."""
    packet = Packet(raw=raw, vlan=None if tag is None else tag & 0xfff)
    if len(raw) < 14:
        return packet
    ethertype, at = struct.unpack_from("!H", raw, 12)[0], 14
    if ethertype == 0x8100 and len(raw) >= 18:
        packet.vlan = struct.unpack_from("!H", raw, 14)[0] & 0xfff
        ethertype, at = struct.unpack_from("!H", raw, 16)[0], 18
    packet.kind = TYPES.get(ethertype, f"0x{ethertype:04x}")
    if packet.kind == "ip" and len(raw) >= at + 20:
        packet.ident, flags = struct.unpack_from("!HH", raw, at + 4)
        packet.fragment = flags & 0x3fff
        packet.src = str(ipaddress.IPv4Address(raw[at + 12:at + 16]))
        packet.dst = str(ipaddress.IPv4Address(raw[at + 16:at + 20]))
        packet.protocol = PROTOCOLS.get(raw[at + 9], str(raw[at + 9]))
        at += (raw[at] & 15) * 4
    elif packet.kind == "ip6" and len(raw) >= at + 40:
        packet.src = str(ipaddress.IPv6Address(raw[at + 8:at + 24]))
        packet.dst = str(ipaddress.IPv6Address(raw[at + 24:at + 40]))
        packet.protocol = PROTOCOLS.get(raw[at + 6], str(raw[at + 6]))
        at += 40
    if packet.protocol in ("tcp", "udp") and len(raw) >= at + 4 and not packet.fragment & 0x1fff:
        packet.sport, packet.dport = struct.unpack_from("!HH", raw, at)
        if packet.protocol == "tcp" and len(raw) > at + 13:
            packet.tcp_flags = raw[at + 13]
    return packet


class Filter:
    """A little of what tcpdump understands: words joined by "and".

    ip ip6 arp udp tcp icmp icmp6 any push, vlan [N], [src|dst] host A, [src|dst] port N
    """

    def __init__(self, text: str = "any", data: bytes = b"") -> None:
        self.text = text
        self.data = data
        words = [word for word in text.split() if word != "and"]
        self.tests = []
        while words:
            self.tests.append(self._take(words))

    def _take(self, words: list[str]):
        word, side = words.pop(0), ""
        if word in ("src", "dst") and words:
            side, word = word, words.pop(0)
        if word in ("host", "port") and words:
            return self._end_test(word, side, words.pop(0))
        if not side:
            if word == "any":
                return lambda packet: True
            if word == "push":
                return lambda packet: bool(packet.tcp_flags & 8)
            if word in TYPES.values():
                return lambda packet: packet.kind == word
            if word in PROTOCOLS.values():
                return lambda packet: packet.protocol == word
            if word == "vlan":
                if words and words[0].isdigit():
                    vlan = int(words.pop(0))
                    return lambda packet: packet.vlan == vlan
                return lambda packet: packet.vlan is not None
        raise WalkError(f"cannot understand '{word}' in the filter '{self.text}'; it knows: "
                        + " ".join(self.__doc__.split("\n")[2].split()))

    def _end_test(self, word: str, side: str, value: str):
        if word == "port":
            if not value.isdigit():
                raise WalkError(f"'{value}' in the filter is not a port")
            ends = {"": ("sport", "dport"), "src": ("sport",), "dst": ("dport",)}[side]
            wanted: str | int = int(value)
        else:
            try:
                wanted = str(ipaddress.ip_address(value))
            except ValueError as error:
                raise WalkError(f"'{value}' in the filter is not an address") from error
            ends = {"": ("src", "dst"), "src": ("src",), "dst": ("dst",)}[side]
        return lambda packet: any(getattr(packet, end) == wanted for end in ends)

    def matches(self, packet: Packet) -> bool:
        return all(test(packet) for test in self.tests) and self.data in packet.raw

    def __str__(self) -> str:
        return self.text + (f" and data {self.data!r}" if self.data else "")
