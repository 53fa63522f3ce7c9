# SPDX-License-Identifier: GPL-2.0-only
"""What the NIC is: its configuration space and its EEPROM."""

from __future__ import annotations

import struct

from nic.personality import INTEL, Personality

PM_CAP, PM_CTRL, PCIX_CAP = 0xdc, 0xe0, 0xe4
MSIX_CAP, MSI_CAP = 0xa0, 0xc0
MSIX_CONTROL, MSIX_ENABLE = MSIX_CAP + 2, 0x8000
MSIX_BAR, MSIX_BYTES, PBA = 3, 0x4000, 0x2000
ADDRESS_BITS = 6


def config_space(who: Personality) -> bytearray:
    """The header and the capabilities. With power management sysfs can reset the function."""
    space = bytearray(256)
    status = 0 if who.pm_flags is None else 0x0010
    struct.pack_into("<HHHHBBBB", space, 0, INTEL, who.device, 0, status, who.revision, 0, 0, 2)
    struct.pack_into("<I", space, 0x10 + 4 * who.io_bar, 1)     # the others are memory
    struct.pack_into("<HH", space, 0x2c, *who.subsystem)
    space[0x3d] = 1                                             # INTA
    if who.pm_flags is not None:
        space[0x34] = PM_CAP
        struct.pack_into("<BBHH", space, PM_CAP, 1, PCIX_CAP if who.pcix else 0,
                         who.pm_flags, 0)
    if who.pcix:
        struct.pack_into("<BBHI", space, PCIX_CAP, 7, 0, 0x0002, 0)
    if who.vectors:
        # In the list before power management
        struct.pack_into("<BBHII", space, MSIX_CAP, 0x11, MSI_CAP, who.vectors - 1,
                         MSIX_BAR, PBA | MSIX_BAR)
        struct.pack_into("<BBH", space, MSI_CAP, 5, space[0x34], 0x0080)
        space[0x34] = MSIX_CAP
    return space


def eeprom(who: Personality, mac: bytes) -> list[int]:
    """64 words with this address and a good checksum."""
    words = [0] * (1 << ADDRESS_BITS)
    words[0:3] = struct.unpack("<3H", mac)
    words[5] = 0x1030
    words[8:10] = 0xe100, 0x0001
    words[10:16] = 0x0248, who.subsystem[1], who.subsystem[0], who.device, INTEL, 0x3040
    words[63] = (0xbaba - sum(words)) & 0xffff
    return words


class Microwire:
    """The EEPROM's four wires, as EECD shows them: only reading is known."""

    def __init__(self, words: list[int]) -> None:
        self._words, self._clock, self._bits, self._out = words, 0, "", 0
        self._shift: list[int] = []

    def write(self, value: int) -> None:
        clock, select, data = value & 1, value & 2, value >> 2 & 1
        if not select:
            self._bits, self._shift, self._out = "", [], 0
        elif clock and not self._clock:
            if self._shift:
                self._out = self._shift.pop(0)
            else:
                self._take(str(data))
        self._clock = clock

    def _take(self, bit: str) -> None:
        self._bits = (self._bits + bit).lstrip("0")
        if len(self._bits) == 3 + ADDRESS_BITS:         # start, opcode, address
            word = self._words[int(self._bits[3:], 2)]
            if self._bits.startswith("110"):
                self._shift = [word >> n & 1 for n in range(15, -1, -1)]
            self._bits, self._out = "", 0

    def read(self) -> int:
        return self._out << 3
