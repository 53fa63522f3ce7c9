# SPDX-License-Identifier: GPL-2.0-only
"""Packet split of the 82574: a receive descriptor of 32 bytes has four buffers, the first one
for headers and the others for payload.

A packet whose headers are known, are shorter than the first buffer and have some payload behind
them is split: its headers are alone in the first buffer. Any other frame fills one buffer after
the other. PSRCTL has the sizes of all buffers; the address of one without size is not used.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nic import packet
from nic.regs import (MRQC, PSRCTL, RDH, RDT, RFCTL, RFCTL_IPFRSP_DIS, RXCSUM, RXCSUM_IPOFL,
                      RXCSUM_TUOFL)

if TYPE_CHECKING:
    from nic.i82540em import Nic

STRIDE = 2              # of a descriptor, as RDH and RDT count
HDRSP, HLEN = 1 << 15, 0x3ff


def room(psrctl: int) -> tuple[int, int, int, int]:
    """Bytes of each of the buffers."""
    return ((psrctl & 0x7f) << 7, (psrctl >> 8 & 0x3f) << 10, (psrctl >> 16 & 0x3f) << 10,
            (psrctl >> 24 & 0x3f) << 10)


def headers(nic: "Nic", frame: bytes) -> int:
    """Bytes of headers that the first buffer gets alone; 0 if the frame is not split."""
    regs = nic.regs
    if not regs[RXCSUM // 4] & (RXCSUM_IPOFL | RXCSUM_TUOFL) and regs[MRQC // 4] & 3 != 1:
        return 0        # nothing asks for packets to be parsed
    length = packet.headers(frame, not regs[RFCTL // 4] & RFCTL_IPFRSP_DIS)
    return length if length < room(regs[PSRCTL // 4])[0] and length <= HLEN else 0


def spread(frame: bytes, header: int, sizes: tuple[int, ...]) -> list[list[bytes]]:
    """What goes into the buffers of each descriptor that the frame takes."""
    found: list[list[bytes]] = []
    at, limits = 0, (header or sizes[0], *sizes[1:])
    while at < len(frame):
        parts = []
        for limit in limits:
            parts.append(frame[at:at + limit])
            at += len(parts[-1])
        found.append(parts)
        if header:
            limits = (0, *sizes[1:])    # payload alone follows
    return found


def report(nic: "Nic", parts: list[bytes], header: int) -> bytes:
    """The second half of a descriptor that is written back."""
    status, lengths = nic.faults.rx_payload(HDRSP | header if header else 0,
                                            [len(part) for part in parts[1:]])
    return struct.pack("<4HQ", status, *lengths, 0)


class Checked:
    """The descriptors of one ring, and what is wrong with them."""

    def __init__(self, nic: "Nic", off: int) -> None:
        self._nic, self._off = nic, off
        self.reset()

    def reset(self) -> None:
        self.misled = False         # the driver is not to blame for what is on the ring
        self._written: dict[int, tuple[int, ...]] = {}

    def _complain(self, words: str) -> None:
        if not self.misled:
            self._nic.watch.report("split", f"the split receive ring of queue "
                                            f"{self._off // 0x100}: {words}")

    def buffers(self, at: int, sizes: tuple[int, ...]) -> tuple[int, ...]:
        """The addresses in the descriptor there, each of which must be one."""
        found = struct.unpack("<4Q", self._nic.bus.memory.read(at, 32))
        head, tail = (self._nic.regs[(offset + self._off) // 4] for offset in (RDH, RDT))
        if (head | tail) % STRIDE:
            self._complain(f"RDH {head} or RDT {tail} is in the middle of a descriptor")
        written = self._written.pop(at, (None,) * 4)
        for n, (address, size, old) in enumerate(zip(found, sizes, written)):
            if size and (address in (0, old) or address & 1):
                why = "as it was written back" if address == old else "which is no buffer"
                self._complain(f"RDH {head}, address {n} is {address:#x}, {why}")
        return found

    def wrote(self, at: int, data: bytes) -> None:
        """The NIC has written a descriptor back."""
        self._written[at] = struct.unpack("<4Q", data)


def check_sizes(nic: "Nic") -> None:
    """Reception begins: PSRCTL's sizes may be 0 from the third one on."""
    sizes = room(nic.regs[PSRCTL // 4])
    if not sizes[0] or not sizes[1] or sizes[3] and not sizes[2]:
        nic.watch.report("PSRCTL", f"packet split begins with buffers of {sizes} bytes: the first "
                                   "two must not be empty, nor one before another that is not")
