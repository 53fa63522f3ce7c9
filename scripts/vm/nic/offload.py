# SPDX-License-Identifier: GPL-2.0-only
"""What the NIC does to frames it sends: checksums and segmentation, as a context
descriptor asks (SDM 3.3.6, 3.5)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Iterator

CTX_TCP, CTX_IPV4, CTX_TSE = 1 << 24, 1 << 25, 1 << 26
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


def insert_sum(frame: bytearray, start: int, at: int, end: int) -> None:
    """Store the checksum of frame[start..end] at `at`; end 0 is the frame's end."""
    stop = end + 1 if end else len(frame)
    if at + 2 <= len(frame) and start < stop:
        struct.pack_into("!H", frame, at, 0xffff - ones_sum(bytes(frame[start:stop])))


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


def segments(data: bytes, ctx: Context, ip_sum: bool, l4_sum: bool) -> Iterator[bytes]:
    """The frames that leave for one packet that is to be segmented."""
    payload = data[ctx.hdrlen:]
    for index, at in enumerate(range(0, len(payload), ctx.mss or len(payload) or 1)):
        piece = payload[at:at + (ctx.mss or len(payload))]
        head = bytearray(data[:ctx.hdrlen])
        _segment(head, ctx, index, len(piece), at + len(piece) >= len(payload))
        yield summed(bytes(head) + piece, ctx, ip_sum, l4_sum)


def summed(data: bytes, ctx: Context, ip_sum: bool, l4_sum: bool) -> bytes:
    """A frame with the checksums filled in that its descriptor asks for."""
    frame = bytearray(data)
    if l4_sum:
        insert_sum(frame, ctx.tucss, ctx.tucso, ctx.tucse)
    if ip_sum:
        insert_sum(frame, ctx.ipcss, ctx.ipcso, ctx.ipcse)
    return bytes(frame)
