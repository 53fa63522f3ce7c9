# SPDX-License-Identifier: GPL-2.0-only
"""The receiver: filters, the FIFO, and the rings."""

from __future__ import annotations

import struct
import zlib
from collections import deque
from typing import TYPE_CHECKING

from nic import packet, split
from nic.regs import (BPRC, CTRL, CTRL_VME, GORCL, GPRC, INT_RXO, MPC, MPRC, MRQC, MTA, PRC64,
                      PSRCTL, QUEUE_STEP, RAH_AV, RAL, RCTL, RCTL_BAM, RCTL_BSEX, RCTL_EN, RCTL_LPE,
                      RCTL_MPE, RCTL_SECRC, RCTL_UPE, RCTL_VFE, RDBAL, RDH, RDLEN, RDT, RETA, RNBC,
                      ROC, RSSRK, RXCSUM, RXCSUM_IPOFL, RXCSUM_PCSD, RXCSUM_TUOFL, RXD_DD, RXD_EOP,
                      RXD_IXSM, RXD_VP, TORL, TPR, VFTA)

if TYPE_CHECKING:
    from nic.i82540em import Nic

FIFO_BYTES = 48 << 10
BROADCAST = b"\xff" * 6
TAGGED = b"\x81\x00"
LONGEST_TAGGED, LONGEST_PLAIN = 1522, 1518


class RxQueue:
    """A ring, and what was fetched of it."""

    def __init__(self, nic: "Nic", number: int) -> None:
        self._nic, self.number = nic, number
        self._off = number * QUEUE_STEP
        self.split = split.Checked(nic, self._off)
        self.reset()

    def reset(self) -> None:
        self._copies: deque[int] = deque()      # addresses in descriptors fetched early
        self._held: list[tuple[int, bytes]] = []
        self.split.reset()

    # -- registers

    def _register(self, offset: int) -> int:
        return self._nic.regs[(offset + self._off) // 4]

    @property
    def ring(self) -> tuple[int, int]:
        return self._nic.ring(RDBAL + self._off, RDLEN + self._off)

    @property
    def stride(self) -> int:
        """What RDH and RDT count for each descriptor."""
        return split.STRIDE if self._nic.has_split else 1

    @property
    def size(self) -> int:
        return self.ring[1] // self.stride

    @property
    def free(self) -> int:
        """Descriptors from the head to the tail."""
        size = self.ring[1]
        return (self._register(RDT) - self._register(RDH)) % size // self.stride if size else 0

    @property
    def is_low(self) -> bool:
        return self.free < self.size // 2

    def _head(self, size: int) -> int:
        return self._register(RDH) % size

    def buffer_size(self) -> int:
        rctl = self._nic.regs[RCTL // 4]
        size = 2048 >> (rctl >> 16 & 3)
        return size * 16 if rctl & RCTL_BSEX else size

    @property
    def capacity(self) -> int:
        """Bytes of a frame that a descriptor takes in any case; 0 if it takes none."""
        if not self._nic.has_split:
            return self.buffer_size()
        sizes = split.room(self._nic.regs[PSRCTL // 4])
        return sum(sizes[1:]) if sizes[0] else 0

    def fits(self, length: int) -> bool:
        """Whether the ring is to take this frame now, so long with its checksum."""
        who = self._nic.who
        if who.rx_truncates:
            return bool(self._copies or self.free)
        if who.rx_whole_frame:
            lpe = self._nic.regs[RCTL // 4] & RCTL_LPE
            length = who.max_frame if lpe else LONGEST_TAGGED
        return self.free * self.capacity >= length

    # -- to the ring

    def store(self, frame: bytes, word: int, first: int) -> None:
        """A frame into as many buffers as it needs. The second word of its descriptors as
        legacy ones have it, and the first one of extended ones."""
        nic, step = self._nic, self.buffer_size()
        if nic.has_split:
            self._store_split(frame, word, first)
            return
        address, size = self.ring
        for at in range(0, len(frame) or 1, step):
            piece = frame[at:at + step]
            head = self._head(size)
            buffer = self._buffer(address, size, head, len(piece))
            if buffer is None:
                break       # its end is lost, and its last descriptor says nothing of it
            nic.bus.memory.write(buffer, piece)
            length, last = len(piece), at + step >= len(frame)
            if last and nic.who.rx_length_wraps:
                length %= step
            if nic.who.rx_prefetch:
                nic.bus.memory.write(address + 16 * head, struct.pack("<Q", buffer))
            self._write_back(address, size, head, word | (RXD_EOP if last else 0) | length, first)
            nic.regs[(RDH + self._off) // 4] = (head + 1) % size
            if nic.who.rx_prefetch and not self._copies:
                self._fetch(address, size)

    def _store_split(self, frame: bytes, word: int, first: int) -> None:
        """The same with packet split."""
        nic, sizes = self._nic, split.room(self._nic.regs[PSRCTL // 4])
        header = split.headers(nic, frame)
        address, size = self.ring
        parts = split.spread(frame, header, sizes)
        for n, buffers in enumerate(parts, 1):
            head = self._head(size)
            for to, part in zip(self.split.buffers(address + 16 * head, sizes), buffers):
                if part:
                    nic.bus.memory.write(to, part)
            last = RXD_EOP if n == len(parts) else 0
            self._write_back(address, size, head, word | last | len(buffers[0]), first,
                             split.report(nic, buffers, header if n == 1 else 0))
            nic.regs[(RDH + self._off) // 4] = (head + split.STRIDE) % size

    def _write_back(self, address: int, size: int, head: int, word: int, first: int,
                    more: bytes = b"") -> None:
        """A receive descriptor is done; `more` is the second half of a split one."""
        faults, memory = self._nic.faults, self._nic.bus.memory
        if faults.strike("rx-silent") is not None:
            return
        word = faults.rx_word(word)
        at, data = 8, struct.pack("<Q", word)
        if self._nic.has_extended:
            at, data = 0, struct.pack("<QQ", first, extended(word)) + more
        spread = faults.strike("rx-spread")
        slots = [0, *spread.get("slots", [1])] if spread is not None else [0]
        self.split.misled |= spread is not None
        writes = [(address + 16 * ((head + self.stride * n) % size) + at, data) for n in slots]
        hold = faults.strike("rx-hold")
        if hold is not None:
            self._held += writes
            if len(self._held) < hold.get("depth", 4):
                return
        writes = self._held[::-1] or writes
        self._held = []
        for where, value in writes:
            memory.write(where, value)
            if more:
                self.split.wrote(where, value)

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
        if not self.free or self._address(address + 16 * head) != buffer:
            self._complain(address, size, head, buffer, length)
        return buffer

    def _fetch(self, address: int, size: int) -> None:
        """Copy descriptors from the head on; the copies last until the next reset."""
        head = self._head(size)
        for n in range(min(self._nic.who.rx_prefetch, self.free)):
            self._copies.append(self._address(address + 16 * ((head + n) % size)))

    def _complain(self, address: int, size: int, head: int, buffer: int, length: int) -> None:
        """The copy is not of the descriptor that is there now."""
        ring = f"the receive ring at {address:#x} (RDH {head}, RDT {self._register(RDT)})"
        owned = {self._address(address + 16 * ((head + n) % size)) for n in range(self.free)}
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
        nic.regs[(RDT + self._off) // 4] = value & 0xffff
        address, size = self.ring
        if nic.who.rx_prefetch and not self._copies and nic.regs[RCTL // 4] & RCTL_EN and \
                nic.can_dma and size:
            self._fetch(address, size)


def extended(word: int) -> int:
    """The second word of an extended descriptor, from that of a legacy one."""
    status, errors, length, tag = (word >> 32 & 0xff, word >> 40 & 0xff, word & 0xffff, word >> 48)
    return status | errors << 24 | length << 32 | tag << 48


class Receiver:
    """From the wire into the guest's memory."""

    def __init__(self, nic: "Nic") -> None:
        self._nic = nic
        self.queues = [RxQueue(nic, n) for n in range(nic.who.queues)]
        self.reset()

    def reset(self) -> None:
        self._fifo: deque[bytes] = deque()
        self._fifo_bytes = 0
        for queue in self.queues:
            queue.reset()

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
        if len(frame) + 4 > (nic.who.max_frame if rctl & RCTL_LPE else
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

    # -- to the rings

    def room(self, length: int) -> bool:
        """Whether a frame of this length, without its checksum, finds buffers at once."""
        return not self._fifo and self.queues[0].free * self.queues[0].capacity >= length + 4

    def _hash(self, frame: bytes) -> tuple[int, int, int]:
        """The hash of a frame, its type and the queue that it chooses."""
        regs, mrqc = self._nic.regs, self._nic.regs[MRQC // 4]
        if len(self.queues) == 1 or mrqc & 3 != 1:
            return 0, 0, 0
        key = struct.pack("<10I", *regs[RSSRK // 4:RSSRK // 4 + 10])
        value, kind = packet.rss(packet.parse(frame), key, mrqc)
        if not kind:
            return 0, 0, 0
        entry = value & 0x7f
        return value, kind, regs[RETA // 4 + entry // 4] >> 8 * (entry % 4) + 7 & 1

    def pump(self) -> None:
        """From the FIFO into the rings, as far as there is room."""
        nic = self._nic
        done: set[RxQueue] = set()
        while self._fifo and nic.can_dma and nic.regs[RCTL // 4] & RCTL_EN:
            frame = self._fifo[0]
            value, kind, number = self._hash(frame)
            queue = self.queues[number]
            if len(self.queues) == 1 and not queue.size:
                break
            fits = queue.fits(len(frame) + 4)
            if not fits and nic.who.rx_waits:
                nic.count(RNBC)
                nic.line.short()
                break
            self._fifo.popleft()
            self._fifo_bytes -= len(frame)
            if fits:
                self._store(queue, frame, value, kind)
                done.add(queue)
            elif nic.who.rx_drop_counts:
                nic.count(RNBC)
                nic.count(MPC)
                nic.line.short()
        for queue in sorted(done, key=lambda q: q.number):
            nic.line.received(queue.number, queue.is_low)

    def _store(self, queue: RxQueue, frame: bytes, value: int, kind: int) -> None:
        nic = self._nic
        nic.count(GPRC)
        nic.count_kind(frame, PRC64, MPRC, BPRC)
        nic.count_bytes(GORCL, len(frame) + 4)
        word = RXD_DD | self._verdict(frame)
        if nic.regs[CTRL // 4] & CTRL_VME and frame[12:14] == TAGGED and len(frame) >= 16 and \
                nic.who.tag_stripping:
            word |= RXD_VP | int.from_bytes(frame[14:16], "big") << 48
            frame = frame[:12] + frame[16:]
        if not nic.regs[RCTL // 4] & RCTL_SECRC:
            frame += struct.pack("<I", zlib.crc32(frame))
        first = kind | queue.number << 8
        if nic.regs[RXCSUM // 4] & RXCSUM_PCSD:
            first |= value << 32
        queue.store(frame, word, first)

    def _verdict(self, frame: bytes) -> int:
        """The descriptor's bits about checksums."""
        rxcsum = self._nic.regs[RXCSUM // 4]
        found = packet.parse(frame) if self._nic.who.rx_checksums and \
            rxcsum & (RXCSUM_IPOFL | RXCSUM_TUOFL) else None
        if found is None:
            return RXD_IXSM
        return packet.verdict(found, bool(rxcsum & RXCSUM_IPOFL), bool(rxcsum & RXCSUM_TUOFL))

    def tail(self, number: int, value: int) -> None:
        """RDT of a queue is written."""
        self.queues[number].tail(value)
        self.pump()
