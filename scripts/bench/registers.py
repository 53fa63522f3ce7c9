# SPDX-License-Identifier: GPL-2.0-only
"""Names of the 8254x registers, by offset, as the developer's manual has them."""

from __future__ import annotations

NAMES = {
    0x0000: "CTRL", 0x0008: "STATUS", 0x0010: "EECD", 0x0014: "EERD", 0x0018: "CTRL_EXT",
    0x0020: "MDIC", 0x0028: "FCAL", 0x002C: "FCAH", 0x0030: "FCT", 0x0038: "VET",
    0x00E8: "EITR0", 0x00EC: "EITR1", 0x00F0: "EITR2", 0x2918: "RDT1", 0x3918: "TDT1",
    0x00C0: "ICR", 0x00C4: "ITR", 0x00C8: "ICS", 0x00D0: "IMS", 0x00D8: "IMC",
    0x0100: "RCTL", 0x0170: "FCTTV", 0x0178: "TXCW", 0x0180: "RXCW", 0x0400: "TCTL",
    0x0410: "TIPG", 0x0458: "AIT", 0x0E00: "LEDCTL", 0x1000: "PBA", 0x2160: "FCRTL",
    0x2168: "FCRTH", 0x2800: "RDBAL", 0x2804: "RDBAH", 0x2808: "RDLEN", 0x2810: "RDH",
    0x2818: "RDT", 0x2820: "RDTR", 0x2828: "RXDCTL", 0x282C: "RADV", 0x3800: "TDBAL",
    0x3804: "TDBAH", 0x3808: "TDLEN", 0x3810: "TDH", 0x3818: "TDT", 0x3820: "TIDV",
    0x3828: "TXDCTL", 0x382C: "TADV", 0x3830: "TSPMT", 0x5000: "RXCSUM",
}


def register_name(offset: int) -> str:
    if 0x4000 <= offset < 0x4200:
        return "statistics"
    for start, length, name in ((0x5200, 0x200, "MTA"), (0x5400, 0x80, "RA"), (0x5600, 0x200, "VFTA")):
        if start <= offset < start + length:
            return name
    return NAMES.get(offset, f"{offset:#06x}")
