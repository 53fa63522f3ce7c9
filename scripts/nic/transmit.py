# SPDX-License-Identifier: GPL-2.0-only
"""The transmitter: the rings, offloads, and the way out."""

from __future__ import annotations

import struct
from collections import deque
from typing import TYPE_CHECKING

from nic import offload
from nic.regs import (BPTC, GOTCL, GPTC, INT_TXD_LOW, MPTC, PTC64, QUEUE_STEP, TARC, TARC_ENABLE,
                      TCTL, TCTL_EN, TDBAL, TDH, TDLEN, TDT, TOTL, TPT, TXD_DD, TXD_DEXT, TXD_EOP,
                      TXD_IXSM, TXD_RS, TXD_TSE, TXD_TXSM, TXD_VLE, is_context)

if TYPE_CHECKING:
    from nic.i82540em import Nic

ZLEN = 60


class TxQueue:
    """A ring, and what was fetched of it."""

    def __init__(self, nic: "Nic", transmitter: "Transmitter", number: int) -> None:
        self._nic, self._transmitter, self.number = nic, transmitter, number
        self._off = number * QUEUE_STEP
        self.reset()

    def reset(self) -> None:
        self._context = offload.Context()
        self._frame = bytearray()
        self.copies: deque[tuple[int, int]] = deque()       # descriptors fetched early
        self._nic.later.cancel(self._timer)

    @property
    def _timer(self) -> str:
        return f"tx{self.number}"

    def _register(self, offset: int) -> int:
        return self._nic.regs[(offset + self._off) // 4]

    # -- doorbells

    def tail(self, value: int) -> None:
        """TDT is written."""
        nic = self._nic
        if self._register(TDT) == value & 0xffff:
            nic.faults.end("kick")
        nic.regs[(TDT + self._off) // 4] = value & 0xffff
        if nic.faults.strike("tx-stall") is None:
            self.start()
        if nic.who.txd_low:
            nic.line.cause(INT_TXD_LOW)

    def start(self) -> None:
        """Send what is on the ring, now or when another thread comes to it."""
        if self._nic.who.tx_delay:
            self._nic.later.after(self._timer, self._nic.who.tx_delay, self.run)
        else:
            self.run()

    def run(self) -> None:
        """Everything from head to tail."""
        nic = self._nic
        address, size = nic.ring(TDBAL + self._off, TDLEN + self._off)
        if not size or not self._enabled or not nic.can_dma or \
                not nic.regs[TCTL // 4] & TCTL_EN or nic.faults.is_armed("tx-stall") or \
                nic.who.tx_needs_link and not nic.link:
            return
        if nic.faults.strike("tx-all-done") is not None:
            self._all_done(address, size)
        if nic.who.tx_prefetch:
            reported = self._run_copies(address, size)
        else:
            reported = self._run_ring(address, size)
        if reported:
            nic.line.sent(self.number)

    @property
    def _enabled(self) -> bool:
        """A queue of several has a switch of its own."""
        return len(self._transmitter.queues) == 1 or bool(self._register(TARC) & TARC_ENABLE)

    def _all_done(self, address: int, size: int) -> None:
        # The driver may use the slots again before they are sent.
        self._transmitter.misled = True
        memory = self._nic.bus.memory
        for slot in range(size):
            at = address + 16 * slot + 8
            word = struct.unpack("<Q", memory.read(at, 8))[0]
            memory.write(at, struct.pack("<Q", word | TXD_DD))

    # -- the ring

    def _run_ring(self, address: int, size: int) -> bool:
        """Read each descriptor when its turn has come. Whether TXDW is due."""
        nic, reported = self._nic, False
        head = self._register(TDH) % size
        while head != self._register(TDT) % size and \
                not (self._transmitter.blocked and not self._frame):
            at = address + 16 * head
            low, high = struct.unpack("<QQ", nic.bus.memory.read(at, 16))
            self._take(low, high)
            if high & TXD_RS and nic.faults.strike("tx-silent") is None:
                word = nic.faults.tx_word(high | TXD_DD)
                nic.bus.memory.write(at + 8, struct.pack("<Q", word))
                reported |= nic.who.context_reports or not is_context(high)
            head = (head + 1) % size
            nic.regs[(TDH + self._off) // 4] = head
        return reported

    def _run_copies(self, address: int, size: int) -> bool:
        """Send whole frames of which the descriptors were fetched. Whether TXDW is due."""
        reported = False
        while True:
            self._fetch(address, size)
            count = next((n for n, (_, high) in enumerate(self.copies, 1)
                          if high & TXD_EOP and not is_context(high)), 0)
            if not count or self._transmitter.blocked:
                return reported
            for _ in range(count):
                reported |= self._send_copy(address, size, *self.copies.popleft())

    def _send_copy(self, address: int, size: int, low: int, high: int) -> bool:
        nic = self._nic
        head = self._register(TDH) % size
        at, copy = address + 16 * head, struct.pack("<QQ", low, high)
        if nic.bus.memory.read(at, 16) != copy or head == self._register(TDT) % size:
            nic.watch.report("stale transmit", (
                f"a descriptor of an older ring (buffer {low:#x}) was sent and written back over "
                f"slot {head} of the transmit ring at {address:#x} (TDT {self._register(TDT)})"))
        self._take(low, high)
        nic.regs[(TDH + self._off) // 4] = (head + 1) % size
        if not high & TXD_RS or nic.faults.strike("tx-silent") is not None:
            return False
        nic.bus.memory.write(at, struct.pack("<QQ", low, nic.faults.tx_word(high | TXD_DD)))
        return nic.who.context_reports or not is_context(high)

    def _fetch(self, address: int, size: int) -> None:
        """Copy what the ring has beyond the copies; they last until the next reset."""
        nic, have = self._nic, len(self.copies)
        head = self._register(TDH) % size
        beyond = (self._register(TDT) - head) % size - have
        for n in range(have, have + min(beyond, nic.who.tx_prefetch - have)):
            at = address + 16 * ((head + n) % size)
            self.copies.append(struct.unpack("<QQ", nic.bus.memory.read(at, 16)))

    # -- frames

    def _take(self, low: int, high: int) -> None:
        """One descriptor of a frame."""
        if is_context(high):
            self._context = offload.Context.unpack(low, high)
            self._transmitter.context = self._context
            return
        length = high & (0xfffff if high & TXD_DEXT else 0xffff)
        self._frame += self._nic.bus.memory.read(low, length)
        if not high & TXD_EOP:
            return
        data, self._frame = bytes(self._frame), bytearray()
        if self._nic.faults.strike("tx-lie") is None:
            self._send(data, high)

    def _send(self, data: bytes, high: int) -> None:
        """One packet: as one frame, or in segments."""
        who, ctx = self._nic.who, self._context
        if who.tx_one_context and high & TXD_DEXT:
            ctx = self._common_context()
        ip_sum = bool(high & TXD_DEXT and high & TXD_IXSM)
        l4_sum = bool(high & TXD_DEXT and high & TXD_TXSM)
        if high & TXD_DEXT and high & TXD_TSE:
            if ctx.paylen != len(data) - ctx.hdrlen and not self._transmitter.misled:
                # One of silicon would end the last segment by it.
                self._nic.watch.report("PAYLEN", f"a context promises {ctx.paylen} bytes of "
                                       f"payload, and {len(data) - ctx.hdrlen} follow")
            if who.tso_limit and len(data) > who.tso_limit:
                return
            sound = who.tso6_vlan or not high & TXD_VLE
            frames = list(offload.segments(data, ctx, ip_sum, l4_sum, sound))
        else:
            frames = [offload.summed(data, ctx, ip_sum, l4_sum, who.udp_zero_sum)]
        for frame in frames:
            if high & TXD_VLE:
                frame = frame[:12] + b"\x81\x00" + struct.pack("!H", high >> 48) + frame[12:]
            self._put(frame)

    def _common_context(self) -> offload.Context:
        """The last one of any queue, which is to be this queue's."""
        ctx = self._transmitter.context
        if ctx != self._context and not self._transmitter.misled:
            self._nic.watch.report("context", f"queue {self.number} sends with a context of the "
                                              "other queue: the NIC has one for both")
        return ctx

    def _put(self, frame: bytes) -> None:
        nic = self._nic
        nic.count(GPTC)
        nic.count(TPT)
        nic.count_kind(frame, PTC64, MPTC, BPTC)
        nic.count_bytes(GOTCL, len(frame) + 4)
        nic.count_bytes(TOTL, len(frame) + 4)
        if nic.who.tx_pads:
            frame = frame.ljust(ZLEN, b"\0")
        if nic.loops:
            nic.rx.receive(frame.ljust(ZLEN, b"\0"), looped=True)
        elif nic.link:
            nic.send(frame)


class Transmitter:
    """From the guest's memory to the wire."""

    def __init__(self, nic: "Nic") -> None:
        self.blocked = False        # the network below has no buffer
        self.misled = False         # the driver is not to blame for what is on the rings
        self.context = offload.Context()    # the last of any queue
        self.queues = [TxQueue(nic, self, n) for n in range(nic.who.queues)]

    def reset(self) -> None:
        self.misled = False
        self.context = offload.Context()
        for queue in self.queues:
            queue.reset()

    @property
    def waits(self) -> bool:
        """Whether a frame waits for a buffer of the network below."""
        return self.blocked and any(queue.copies for queue in self.queues)

    def block(self, blocked: bool) -> None:
        self.blocked = blocked
        for queue in self.queues:
            queue.run()

    def start(self) -> None:
        """Send what is on the rings."""
        for queue in self.queues:
            queue.start()
