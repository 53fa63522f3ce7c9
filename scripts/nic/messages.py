# SPDX-License-Identifier: GPL-2.0-only
"""MSI-X of the 82574: causes become messages.

IVAR gives each cause a vector. A message takes the causes that EIAC names out of ICR, and
those that IAM names out of IMS if CTRL_EXT.EIAME is set. EITR keeps messages of a vector
apart. A cause that stays in ICR sends nothing until it happens again or is enabled again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nic.regs import (CTRL_EXT, CTRL_EXT_EIAME, EIAC, EITR, IAM, IMS, INT_OTHER, INT_RXQ, INT_TXQ,
                      IVAR)

if TYPE_CHECKING:
    from nic.i82540em import Nic

# Where IVAR has the vector of each cause
PLACES = ((INT_RXQ, 0), (INT_RXQ << 1, 4), (INT_TXQ, 8), (INT_TXQ << 1, 12), (INT_OTHER, 16))
VALID, VECTOR = 8, 7
UNIT_S = 256e-9


class Messages:
    """What was sent, and what waits for EITR."""

    def __init__(self, nic: "Nic") -> None:
        self._nic = nic
        self._told = 0      # causes in ICR whose message was sent

    def reset(self) -> None:
        self._told = 0
        self._nic.later.cancel(*(self._timer(n) for n in range(self._nic.who.vectors)))

    def happened(self, causes: int) -> None:
        """These causes may send a message again, and do if they can."""
        self._told &= ~causes
        self.send()

    @staticmethod
    def _timer(vector: int) -> str:
        return f"eitr{vector}"

    def _causes(self, vector: int) -> int:
        ivar = self._nic.regs[IVAR // 4]
        return sum(cause for cause, at in PLACES if ivar >> at & VALID and
                   ivar >> at & VECTOR == vector)

    def send(self) -> None:
        """The messages that are due."""
        nic = self._nic
        for vector in range(nic.who.vectors):
            causes = nic.line.icr & nic.regs[IMS // 4] & self._causes(vector) & ~self._told
            if causes and not nic.later.pending(self._timer(vector)):
                self._send(vector, causes)

    def _send(self, vector: int, causes: int) -> None:
        nic = self._nic
        self._told |= causes
        if nic.faults.strike("irq-lost") is not None:
            return
        cleared = causes & nic.regs[EIAC // 4]
        nic.line.icr &= ~cleared
        self._told &= ~cleared
        if nic.regs[CTRL_EXT // 4] & CTRL_EXT_EIAME:
            nic.regs[IMS // 4] &= ~nic.regs[IAM // 4]
        interval = nic.regs[EITR // 4 + vector] & 0xffff
        if interval:
            nic.later.after(self._timer(vector), interval * UNIT_S, self.send)
        nic.bus.message(vector)
        storm = nic.faults.strike("irq-storm")
        if storm is not None:
            again = storm.get("causes", cleared)
            nic.later.after("storm", UNIT_S, lambda: nic.line.cause(again))
