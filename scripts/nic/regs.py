# SPDX-License-Identifier: GPL-2.0-only
"""Registers, their bits, and descriptors of the 8254x family, as the manual (SDM) has them, and
of the 82574."""

from __future__ import annotations

CTRL, STATUS, EECD, EERD, MDIC = 0x0000, 0x0008, 0x0010, 0x0014, 0x0020
ICR, ITR, ICS, IMS, IMC = 0x00c0, 0x00c4, 0x00c8, 0x00d0, 0x00d8
RCTL, TCTL, LEDCTL = 0x0100, 0x0400, 0x0e00
RDBAL, RDBAH, RDLEN, RDH, RDT = 0x2800, 0x2804, 0x2808, 0x2810, 0x2818
TDBAL, TDBAH, TDLEN, TDH, TDT = 0x3800, 0x3804, 0x3808, 0x3810, 0x3818
STATS, STATS_END, MTA, RAL, VFTA, VFTA_END = 0x4000, 0x4100, 0x5200, 0x5400, 0x5600, 0x5800
MPC, RNBC, ROC, TPR, TPT, GPRC, GPTC = 0x4010, 0x40a0, 0x40ac, 0x40d0, 0x40d4, 0x4074, 0x4080
BPRC, MPRC, MPTC, BPTC = 0x4078, 0x407c, 0x40f0, 0x40f4
PRC64, PTC64 = 0x405c, 0x40d8       # the first of six classes of sizes
GORCL, GOTCL, TORL, TOTL = 0x4088, 0x4090, 0x40c0, 0x40c8
WIDE = (GORCL, GOTCL, TORL, TOTL)
SPACE = 0x20000
# 82574. A register of the second queue is QUEUE_STEP behind that of the first.
QUEUE_STEP = 0x100
CTRL_EXT, EIAC, IAM, IVAR, EITR = 0x0018, 0x00dc, 0x00e0, 0x00e4, 0x00e8
TARC, RXCSUM, RFCTL, MRQC, RETA, RSSRK = 0x3840, 0x5000, 0x5008, 0x5818, 0x5c00, 0x5c80
SYSTIML, SYSTIMH, TIMINCA, PSRCTL = 0xb600, 0xb604, 0xb608, 0x2170

CTRL_SLU, CTRL_RST, CTRL_VME = 1 << 6, 1 << 26, 1 << 30
STATUS_LU, STATUS_TXOFF, STATUS_BASE = 1 << 1, 1 << 4, 0x81     # full duplex, 1000 Mb/s
INT_TXDW, INT_LSC, INT_RXDMT0, INT_RXO, INT_RXT0 = 1, 1 << 2, 1 << 4, 1 << 6, 1 << 7
INT_TXD_LOW = 1 << 15
INT_RXQ, INT_TXQ, INT_OTHER, INT_ASSERTED = 1 << 20, 1 << 22, 1 << 24, 1 << 31    # of queue 0
CTRL_MASTER_DISABLE, STATUS_MASTER, EECD_AUTO_RD = 1 << 2, 1 << 19, 1 << 9
CTRL_EXT_EIAME, CTRL_EXT_IAME, TARC_ENABLE = 1 << 24, 1 << 27, 1 << 10
RXCSUM_IPOFL, RXCSUM_TUOFL, RXCSUM_PCSD = 1 << 8, 1 << 9, 1 << 13
RFCTL_IPFRSP_DIS, RFCTL_EXTEN, PSRCTL_RESET = 1 << 14, 1 << 15, 0x040402
RCTL_DTYP, RCTL_SPLIT = 3 << 10, 1 << 10
RCTL_EN, RCTL_UPE, RCTL_MPE, RCTL_LPE, RCTL_BAM = 1 << 1, 1 << 3, 1 << 4, 1 << 5, 1 << 15
RCTL_LBM, RCTL_VFE, RCTL_BSEX, RCTL_SECRC = 3 << 6, 1 << 18, 1 << 25, 1 << 26
TCTL_EN, RAH_AV = 1 << 1, 1 << 31
BMCR, BMCR_LOOPBACK, BMSR, BMSR_LINK, PSSR, PSSR_LINK = 0, 0x4000, 1, 0x0004, 17, 0x0400

RXD_DD, RXD_EOP, RXD_IXSM, RXD_VP = 1 << 32, 1 << 33, 1 << 34, 1 << 35
RXD_UDPCS, RXD_TCPCS, RXD_IPCS, RXD_TCPE, RXD_IPE = (1 << n for n in (36, 37, 38, 45, 46))
TXD_EOP, TXD_TSE, TXD_RS, TXD_DEXT, TXD_VLE = 1 << 24, 1 << 26, 1 << 27, 1 << 29, 1 << 30
TXD_DD, TXD_IXSM, TXD_TXSM = 1 << 32, 1 << 40, 1 << 41


def is_context(high: int) -> bool:
    """Whether a transmit descriptor with this second word is a context descriptor."""
    return bool(high & TXD_DEXT) and high >> 20 & 0xf == 0
