# SPDX-License-Identifier: GPL-2.0-only
"""SYSTIM, the clock of the 82574. As on some cards a reading of it can be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nic.regs import SYSTIMH, SYSTIML, TIMINCA

if TYPE_CHECKING:
    from nic.i82540em import Nic

# By so much a reading can be wrong.
WRONG_BY = 1 << 24


class Systim:
    """The counter as a function of time."""

    def __init__(self, nic: "Nic") -> None:
        self._nic = nic
        self._readings = 0
        self.reset()

    def reset(self) -> None:
        self._base, self._since = 0, self._nic.later.now()

    def _now(self) -> int:
        period, value = (self._nic.regs[TIMINCA // 4] >> 24 or 1,
                         self._nic.regs[TIMINCA // 4] & 0xffffff)
        ticks = int((self._nic.later.now() - self._since) * 1e9) // self._nic.who.systim_ns
        return self._base + ticks // period * value

    def increment(self, value: int) -> None:
        """TIMINCA is written."""
        self._base, self._since = self._now(), self._nic.later.now()
        self._nic.regs[TIMINCA // 4] = value

    def latch(self) -> int:
        """SYSTIML is read, and SYSTIMH holds the other half."""
        now = self._now()
        self._readings += 1
        wrong = self._nic.who.systim_wrong
        if wrong and self._readings % wrong == 0:
            now += WRONG_BY
        self._nic.regs[SYSTIMH // 4] = now >> 32 & 0xffffffff
        self._nic.regs[SYSTIML // 4] = now & 0xffffffff
        return self._nic.regs[SYSTIML // 4]
