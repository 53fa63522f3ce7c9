# SPDX-License-Identifier: GPL-2.0-only
"""Interrupt causes, and the INTx line or the messages that tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nic.messages import Messages
from nic.regs import (CTRL_EXT, CTRL_EXT_IAME, IAM, IMS, INT_ASSERTED, INT_OTHER, INT_RXDMT0, INT_RXO,
                      INT_RXQ, INT_RXT0, INT_TXDW, INT_TXQ, ITR)

if TYPE_CHECKING:
    from nic.i82540em import Nic

# A line that is up for longer than this was left up.
LONG_S = 5.0
# A line that rose this often while ICR was not read once is a storm.
STORM = 1000
STRAY_S = 0.0002
ITR_S = 256e-9
RINGS = 0xf * INT_RXQ       # the causes of rings, with MSI-X


class Line:
    """ICR, and whether the line is up."""

    def __init__(self, nic: "Nic") -> None:
        self._nic = nic
        self.icr = 0
        self._late = 0
        self._up = False
        self._since = 0.0
        self._masked = 0
        self._fired = 0
        self._messages = Messages(nic)

    def reset(self) -> None:
        self.icr = self._late = 0
        self._nic.later.cancel("ims", "causes", "itr", "stray", "storm")
        self._messages.reset()
        self._set(False)

    # -- what the driver does

    def read(self) -> int:
        """ICR is read: its causes are gone, and the line is down."""
        value, mask = self.icr, self._nic.regs[IMS // 4]
        if value & mask and self._nic.who.icr_keeps:
            value |= INT_ASSERTED
        if not self._nic.who.icr_keeps or not mask or value & mask:
            self.icr = 0
        if value & INT_ASSERTED and self._nic.regs[CTRL_EXT // 4] & CTRL_EXT_IAME:
            self._nic.regs[IMS // 4] &= ~self._nic.regs[IAM // 4]
        self._fired = self._nic.bus.fired
        storm = self._nic.faults.strike("irq-storm")
        if storm is not None:
            self.icr = storm.get("causes", INT_RXT0)
        self.update()
        return value

    def acknowledge(self, value: int) -> None:
        self.icr &= ~value
        if self._nic.who.icr_write_lowers and not self._enabled():
            self._set(False)

    def unmask(self, value: int) -> None:
        self._nic.regs[IMS // 4] |= value
        if self._nic.by_message:
            self._messages.happened(value)
            return
        if not self._enabled():
            if self._nic.who.imc == "update":
                self._set(False)        # a stray one
        elif self._nic.who.ims_delay:
            self._nic.later.after("ims", self._nic.who.ims_delay, self._raise_if)
        else:
            self._raise_if()

    def mask(self, value: int) -> None:
        who = self._nic.who
        self._nic.regs[IMS // 4] &= ~value
        if who.imc == "lower" or who.imc == "update" and not self._enabled():
            self._set(False)
        if who.stray_every and not self._nic.regs[IMS // 4]:
            self._masked += 1
            if self._masked % who.stray_every == 0:
                self._nic.later.after("stray", STRAY_S, self._stray)

    # -- what the NIC does

    def received(self, queue: int, low: bool) -> None:
        """Frames are on a queue's ring; `low`: it has few buffers left."""
        self.cause_late(INT_RXQ << queue if self._nic.by_message else
                        INT_RXT0 | (INT_RXDMT0 if low else 0))

    def sent(self, queue: int) -> None:
        """Descriptors of a queue were written back."""
        self.cause_late(INT_TXQ << queue if self._nic.by_message else INT_TXDW)

    def short(self) -> None:
        """A frame found no buffer."""
        self.cause((0 if self._nic.by_message else INT_RXDMT0) |
                   (INT_RXO if self._nic.who.rx_overrun else 0))

    def cause(self, causes: int) -> None:
        """Something happened."""
        if self._nic.by_message:
            if causes & ~RINGS:
                causes |= INT_OTHER
            self.icr |= causes
            self._messages.happened(causes)
            return
        self.icr |= causes
        if causes & self._nic.regs[IMS // 4]:
            self._raise_if()

    def cause_late(self, causes: int) -> None:
        """Another thread tells of a frame, if there is one."""
        delay = self._nic.who.cause_delay
        if not delay:
            self.cause(causes)
            return
        self._late |= causes
        self._nic.later.after("causes", delay, self._tell)

    def update(self) -> None:
        """The line as the causes have it."""
        if self._enabled() and not self._nic.by_message:
            self._raise_if()
        else:
            self._set(False)

    def _tell(self) -> None:
        causes, self._late = self._late, 0
        self.cause(causes)

    def _enabled(self) -> int:
        return self.icr & self._nic.regs[IMS // 4]

    def _raise_if(self) -> None:
        if not self._enabled() or self._nic.later.pending("itr"):
            return
        if self._nic.faults.strike("irq-lost") is not None:
            self._set(False)
            return
        rose = not self._up
        self._set(True)
        if rose:
            self._moderate()

    def _moderate(self) -> None:
        """The next interrupt is an interval away, where ITR works."""
        step, itr = self._nic.who.itr_step, self._nic.regs[ITR // 4] & 0xffff
        if step and itr:
            steps = -(-itr * ITR_S // step)
            self._nic.later.after("itr", steps * step, self._interval_over)

    def _interval_over(self) -> None:
        if self._enabled() and not self._up and not self._nic.by_message:
            self._raise_if()

    def _stray(self) -> None:
        if not self._nic.regs[IMS // 4]:
            self._set(True)

    # -- the line

    def _set(self, up: bool) -> None:
        up = up or self._nic.faults.is_armed("irq-stuck")
        if up and not self._up:
            self._since = self._nic.later.now()
        elif self._up and not up:
            self.check()
        self._up = up
        self._nic.bus.set_intx(up)

    def forget(self) -> None:
        """The time until now did not pass for the guest."""
        self._since = self._nic.later.now()

    def check(self) -> None:
        """Say it if the line is up for long, or rose often for nothing."""
        faults = self._nic.faults
        if faults.is_armed("irq-stuck") or faults.is_armed("irq-storm") or self._nic.is_silenced:
            self.forget()
            self._fired = self._nic.bus.fired
        mask = self._nic.regs[IMS // 4]
        up_for = self._nic.later.now() - self._since
        if self._up and up_for > LONG_S:
            self.forget()
            self._nic.watch.report("line", f"the interrupt line was up for {up_for:.1f} s "
                                           f"(ICR {self.icr:#x}, IMS {mask:#x})")
        fired = self._nic.bus.fired - self._fired
        if fired > STORM:
            self._fired = self._nic.bus.fired
            self._nic.watch.report("storm", f"the interrupt line rose {fired} times while ICR was "
                                            f"not read (ICR {self.icr:#x}, IMS {mask:#x})")
