# SPDX-License-Identifier: GPL-2.0-only
"""What the NIC does to frames it sends: checksums and segmentation, as a context
descriptor asks (SDM 3.3.6, 3.5)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Iterator

CTX_TCP, CTX_IPV4, CTX_TSE = 1 << 24, 1 << 25, 1 << 26
UDP_SUM = 6         # where it is in the UDP header
TCP_FIN_PSH = 0x09


@dataclass
class Context:
    """The fields of a context descriptor."""

    ipcss: int = 0
    ipcso: int = 0
    ipcse: int = 0
    tucss: int = 0
    tucso: int = 0
    tucse: int = 0
    paylen: int = 0
    command: int = 0
    hdrlen: int = 0
    mss: int = 0

    @classmethod
    def unpack(cls, lo: int, hi: int) -> "Context":
        return cls(lo & 0xff, lo >> 8 & 0xff, lo >> 16 & 0xffff,
                   lo >> 32 & 0xff, lo >> 40 & 0xff, lo >> 48 & 0xffff,
                   hi & 0xfffff, hi & 0xff000000, hi >> 40 & 0xff, hi >> 48 & 0xffff)


def ones_sum(data: bytes) -> int:
    """The one's complement sum of the data."""
    if len(data) % 2:
        data += b"\0"
    number = int.from_bytes(data, "big")
    return number % 0xffff or (0xffff if number else 0)


def insert_sum(frame: bytearray, start: int, at: int, end: int, zero: int = 0) -> None:
    """Store the checksum of frame[start..end] at `at`, `zero` if it is 0; end 0 is the
    frame's end."""
    stop = end + 1 if end else len(frame)
    if at + 2 <= len(frame) and start < stop:
        value = 0xffff - ones_sum(bytes(frame[start:stop]))
        struct.pack_into("!H", frame, at, value or zero)


def _segment(head: bytearray, ctx: Context, index: int, size: int, last: bool) -> None:
    """Make the headers those of segment `index` with `size` bytes of payload."""
    if ctx.command & CTX_IPV4:
        struct.pack_into("!H", head, ctx.ipcss + 2, len(head) - ctx.ipcss + size)
        ident = struct.unpack_from("!H", head, ctx.ipcss + 4)[0]
        struct.pack_into("!H", head, ctx.ipcss + 4, (ident + index) & 0xffff)
    else:
        struct.pack_into("!H", head, ctx.ipcss + 4, len(head) - ctx.ipcss - 40 + size)
    if ctx.command & CTX_TCP:
        sequence = struct.unpack_from("!I", head, ctx.tucss + 4)[0]
        struct.pack_into("!I", head, ctx.tucss + 4, (sequence + index * ctx.mss) & 0xffffffff)
        if not last:
            head[ctx.tucss + 13] &= ~TCP_FIN_PSH & 0xff
    # The driver left the pseudo header's sum without the length.
    length = len(head) - ctx.tucss + size
    partial = struct.unpack_from("!H", head, ctx.tucso)[0] + length
    struct.pack_into("!H", head, ctx.tucso, (partial & 0xffff) + (partial >> 16))


def _corrupt(head: bytearray, ctx: Context, index: int) -> None:
    """The headers when those of IPv6 are treated as IPv4's: an identification instead of
    the length, a checksum's place in the source address, and a wrong TCP checksum."""
    struct.pack_into("!H", head, ctx.ipcss + 4, index)
    struct.pack_into("!H", head, ctx.ipcss + 10, 0)
    wrong = struct.unpack_from("!H", head, ctx.tucso)[0] ^ 0x0101
    struct.pack_into("!H", head, ctx.tucso, wrong)


def segments(data: bytes, ctx: Context, ip_sum: bool, l4_sum: bool,
             sound: bool = True) -> Iterator[bytes]:
    """The frames that leave for one packet that is to be segmented; not `sound`: wrong
    ones, if it is IPv6."""
    payload = data[ctx.hdrlen:]
    for index, at in enumerate(range(0, len(payload), ctx.mss or len(payload) or 1)):
        piece = payload[at:at + (ctx.mss or len(payload))]
        head = bytearray(data[:ctx.hdrlen])
        _segment(head, ctx, index, len(piece), at + len(piece) >= len(payload))
        if not sound and not ctx.command & CTX_IPV4:
            _corrupt(head, ctx, index)
        yield summed(bytes(head) + piece, ctx, ip_sum, l4_sum)


def summed(data: bytes, ctx: Context, ip_sum: bool, l4_sum: bool,
           udp_zero: bool = False) -> bytes:
    """A frame with the checksums filled in that its descriptor asks for. In UDP 0 means
    that there is none, so it is replaced, unless `udp_zero`."""
    frame = bytearray(data)
    if l4_sum:
        is_udp = ctx.tucso == ctx.tucss + UDP_SUM
        insert_sum(frame, ctx.tucss, ctx.tucso, ctx.tucse,
                   0xffff if is_udp and not udp_zero else 0)
    if ip_sum:
        insert_sum(frame, ctx.ipcss, ctx.ipcso, ctx.ipcse)
    return bytes(frame)
