# SPDX-License-Identifier: GPL-2.0-only
"""The receiver: filters, the FIFO, and the ring."""

from __future__ import annotations

import struct
import zlib
from collections import deque
from typing import TYPE_CHECKING

from nic.regs import (CTRL, CTRL_VME, GORCL, GPRC, INT_RXDMT0, INT_RXO, INT_RXT0, MPC, MTA, RAH_AV,
                      RAL, RCTL, RCTL_BAM, RCTL_BSEX, RCTL_EN, RCTL_LPE, RCTL_MPE, RCTL_SECRC,
                      RCTL_UPE, RCTL_VFE, RDBAL, RDH, RDLEN, RDT, RNBC, ROC, RXD_DD, RXD_EOP,
                      RXD_IXSM, RXD_VP, TORL, TPR, VFTA)

if TYPE_CHECKING:
    from nic.i82540em import Nic

FIFO_BYTES = 48 << 10
BROADCAST = b"\xff" * 6
TAGGED = b"\x81\x00"
LONGEST, LONGEST_TAGGED, LONGEST_PLAIN = 16384, 1522, 1518


class Receiver:
    """From the wire into the guest's memory."""

    def __init__(self, nic: "Nic") -> None:
        self._nic = nic
        self.reset()

    def reset(self) -> None:
        self._fifo: deque[bytes] = deque()
        self._fifo_bytes = 0
        self._copies: deque[int] = deque()      # addresses in descriptors fetched early
        self._held: list[tuple[int, int]] = []

    # -- from the wire

    def _passes(self, frame: bytes) -> bool:
        """Whether the filters let it through."""
        regs, rctl, dst = self._nic.regs, self._nic.regs[RCTL // 4], frame[:6]
        if rctl & RCTL_VFE and frame[12:14] == TAGGED and len(frame) >= 16:
            vid = int.from_bytes(frame[14:16], "big") & 0xfff
            if not regs[VFTA // 4 + (vid >> 5)] >> (vid & 31) & 1:
                return False
        if not self._nic.who.address_filter:
            return True
        if dst == BROADCAST:
            return bool(rctl & (RCTL_BAM | RCTL_MPE))
        if dst[0] & 1:
            shift = (4, 3, 2, 0)[rctl >> 12 & 3]
            bits = (dst[5] << 8 | dst[4]) >> shift & 0xfff
            return bool(rctl & RCTL_MPE or regs[MTA // 4 + (bits >> 5)] >> (bits & 31) & 1)
        if rctl & RCTL_UPE:
            return True
        low, high = struct.unpack("<IH", dst)
        return any(regs[RAL // 4 + 2 * n] == low and
                   regs[RAL // 4 + 2 * n + 1] & (RAH_AV | 0xffff) == RAH_AV | high
                   for n in range(16))

    def receive(self, frame: bytes, looped: bool = False) -> None:
        """A frame of any length, without its checksum, from the wire or our own."""
        nic, rctl = self._nic, self._nic.regs[RCTL // 4]
        if not rctl & RCTL_EN or not looped and (not nic.link or nic.loops):
            return
        passes = self._passes(frame)
        if passes or nic.who.counts_filtered:
            nic.count(TPR)
            nic.count_bytes(TORL, len(frame) + 4)
        if not passes:
            return
        if len(frame) + 4 > (LONGEST if rctl & RCTL_LPE else
                             LONGEST_TAGGED if frame[12:14] == TAGGED else LONGEST_PLAIN):
            nic.count(ROC)
            return
        if self._fifo_bytes + len(frame) > FIFO_BYTES:
            nic.count(MPC)
            if nic.who.rx_overrun:
                nic.line.cause(INT_RXO)
            return
        self._fifo.append(frame)
        self._fifo_bytes += len(frame)
        self.pump()

    # -- to the ring

    def _buffer_size(self) -> int:
        rctl = self._nic.regs[RCTL // 4]
        size = 2048 >> (rctl >> 16 & 3)
        return size * 16 if rctl & RCTL_BSEX else size

    def _free(self, size: int) -> int:
        return (self._nic.regs[RDT // 4] - self._nic.regs[RDH // 4]) % size if size else 0

    def room(self, length: int) -> bool:
        """Whether a frame of this length, without its checksum, finds buffers at once."""
        size = self._nic.ring(RDBAL, RDLEN)[1]
        return not self._fifo and self._free(size) * self._buffer_size() >= length + 4

    def _fits(self, frame: bytes, size: int) -> bool:
        """Whether the ring is to take this frame now."""
        who = self._nic.who
        free, need = self._free(size), len(frame) + 4
        if who.rx_truncates:
            return bool(self._copies or free)
        if who.rx_whole_frame:
            lpe = self._nic.regs[RCTL // 4] & RCTL_LPE
            need = LONGEST if lpe else LONGEST_TAGGED
        return free >= -(-need // self._buffer_size())

    def pump(self) -> None:
        """From the FIFO into the ring, as far as there is room."""
        nic = self._nic
        size = nic.ring(RDBAL, RDLEN)[1]
        done = False
        while self._fifo and size and nic.can_dma and nic.regs[RCTL // 4] & RCTL_EN:
            if not self._fits(self._fifo[0], size):
                self._no_room()
                break
            frame = self._fifo.popleft()
            self._fifo_bytes -= len(frame)
            self._store(frame)
            done = True
        if done:
            low = INT_RXDMT0 if self._free(size) < size // 2 else 0
            nic.line.cause_late(INT_RXT0 | low)

    def _no_room(self) -> None:
        if not self._nic.who.rx_waits:
            self._fifo.clear()
            self._fifo_bytes = 0
            return
        self._nic.count(RNBC)
        self._nic.line.cause(INT_RXDMT0 | (INT_RXO if self._nic.who.rx_overrun else 0))

    def _store(self, frame: bytes) -> None:
        nic = self._nic
        nic.count(GPRC)
        nic.count_bytes(GORCL, len(frame) + 4)
        word = RXD_DD | RXD_IXSM
        if nic.regs[CTRL // 4] & CTRL_VME and frame[12:14] == TAGGED and len(frame) >= 16 and \
                nic.who.tag_stripping:
            word |= RXD_VP | int.from_bytes(frame[14:16], "big") << 48
            frame = frame[:12] + frame[16:]
        if not nic.regs[RCTL // 4] & RCTL_SECRC:
            frame += struct.pack("<I", zlib.crc32(frame))
        step = self._buffer_size()
        address, size = nic.ring(RDBAL, RDLEN)
        for at in range(0, len(frame) or 1, step):
            piece = frame[at:at + step]
            head = nic.regs[RDH // 4] % size
            buffer = self._buffer(address, size, head, len(piece))
            if buffer is None:
                break       # its end is lost, and its last descriptor says nothing of it
            nic.bus.memory.write(buffer, piece)
            length, last = len(piece), at + step >= len(frame)
            if last and nic.who.rx_length_wraps:
                length %= step
            if nic.who.rx_prefetch:
                nic.bus.memory.write(address + 16 * head, struct.pack("<Q", buffer))
            self._write_back(address, size, head, word | (RXD_EOP if last else 0) | length)
            nic.regs[RDH // 4] = (head + 1) % size
            if nic.who.rx_prefetch and not self._copies:
                self._fetch(address, size)

    def _write_back(self, address: int, size: int, head: int, word: int) -> None:
        """A receive descriptor is done."""
        faults = self._nic.faults
        if faults.strike("rx-silent") is not None:
            return
        word = faults.rx_word(word)
        spread = faults.strike("rx-spread")
        slots = [0, *spread.get("slots", [1])] if spread is not None else [0]
        writes = [(address + 16 * ((head + n) % size) + 8, word) for n in slots]
        hold = faults.strike("rx-hold")
        if hold is not None:
            self._held += writes
            if len(self._held) < hold.get("depth", 4):
                return
        writes = self._held[::-1] or writes
        self._held = []
        for at, value in writes:
            self._nic.bus.memory.write(at, struct.pack("<Q", value))

    # -- descriptors

    def _address(self, at: int) -> int:
        return struct.unpack("<Q", self._nic.bus.memory.read(at, 8))[0]

    def _buffer(self, address: int, size: int, head: int, length: int) -> int | None:
        """The buffer that comes next; None if there is none."""
        if not self._nic.who.rx_prefetch:
            return self._address(address + 16 * head)
        if not self._copies:
            self._fetch(address, size)
        if not self._copies:
            return None
        buffer = self._copies.popleft()
        if not self._free(size) or self._address(address + 16 * head) != buffer:
            self._complain(address, size, head, buffer, length)
        return buffer

    def _fetch(self, address: int, size: int) -> None:
        """Copy descriptors from the head on; the copies last until the next reset."""
        head = self._nic.regs[RDH // 4] % size
        for n in range(min(self._nic.who.rx_prefetch, self._free(size))):
            self._copies.append(self._address(address + 16 * ((head + n) % size)))

    def _complain(self, address: int, size: int, head: int, buffer: int, length: int) -> None:
        """The copy is not of the descriptor that is there now."""
        ring = f"the receive ring at {address:#x} (RDH {head}, RDT {self._nic.regs[RDT // 4]})"
        owned = {self._address(address + 16 * ((head + n) % size))
                 for n in range(self._free(size))}
        if buffer not in owned:
            self._nic.watch.report("stale buffer", f"{length} bytes of a frame went to {buffer:#x}"
                                                   f", which is no buffer of {ring}: its "
                                                   "descriptor was fetched from an older ring")
        else:
            self._nic.watch.report("stale descriptor", f"a descriptor of an older ring was "
                                                       f"written back over slot {head} of {ring}")

    def tail(self, value: int) -> None:
        """RDT is written."""
        nic = self._nic
        nic.regs[RDT // 4] = value & 0xffff
        address, size = nic.ring(RDBAL, RDLEN)
        if nic.who.rx_prefetch and not self._copies and nic.regs[RCTL // 4] & RCTL_EN and \
                nic.can_dma and size:
            self._fetch(address, size)
        self.pump()
