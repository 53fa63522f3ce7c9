# SPDX-License-Identifier: GPL-2.0-only
"""The PHY behind MDIC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nic.regs import BMCR, BMCR_LOOPBACK, BMSR, BMSR_LINK, INT_LSC, PSSR, PSSR_LINK

if TYPE_CHECKING:
    from nic.i82540em import Nic

DEFAULTS = {0: 0x1140, 1: 0x796d, 4: 0x0de1, 5: 0x45e0, 6: 0x0001, 9: 0x0e00, 10: 0x3c00,
            15: 0x3000, 16: 0x0360, 17: 0xac08 | PSSR_LINK, 20: 0x0d60}
PARTNER_PAUSE = 0x0c00
PSCR, PSCR_MDIX = 16, 0x0060


class Phy:
    """Registers by number."""

    def __init__(self, nic: "Nic") -> None:
        self._nic = nic
        self._regs: dict[int, int] = {}

    def reset(self, link: bool) -> None:
        who = self._nic.who
        self._regs = dict(DEFAULTS)
        self._regs[2], self._regs[3] = who.phy_ids
        if not who.partner_pause:
            self._regs[5] &= ~PARTNER_PAUSE
        if not who.phy_mdix_auto:
            self._regs[PSCR] &= ~PSCR_MDIX
        if not who.phy_writes:
            self._regs[BMCR] = 0
        self.set_link(link)

    def set_link(self, up: bool) -> None:
        for number, bit in ((BMSR, BMSR_LINK), (PSSR, PSSR_LINK)):
            self._regs[number] = self._regs[number] | bit if up else self._regs[number] & ~bit

    @property
    def loops(self) -> bool:
        """Whether frames are to be looped back by BMCR."""
        return bool(self._regs[BMCR] & BMCR_LOOPBACK)

    def mdic(self, value: int) -> int:
        """What MDIC becomes when this is written to it."""
        number, write = value >> 16 & 0x1f, value >> 26 & 3 == 1
        data = value & 0xffff if write else self._regs.get(number, 0)
        fault = self._nic.faults.strike("phy")
        how = fault.get("how") if fault is not None else ""
        if how == "garbage":
            data = self._nic.faults.random.getrandbits(16)
        elif write and how == "":
            self._write(number, data)
        status = {"dead": 0, "error": 1 << 30 | 1 << 28}.get(how or "", 1 << 28)
        if value >> 21 & 0x1f != 1:
            status = 1 << 30 | 1 << 28
        return value & 0x0fff0000 | data | status

    def _write(self, number: int, data: int) -> None:
        who = self._nic.who
        if not who.phy_writes or number in who.phy_read_only:
            return
        if number == BMCR:
            if data & 0x8000:
                data = DEFAULTS[BMCR]
            if data & 0x0200 and who.link_events:   # negotiation is over at once
                self._nic.line.cause(INT_LSC)
            data &= ~0x8200
        self._regs[number] = data
