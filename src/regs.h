/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register map of the 8254x family and the 82574: offsets and fields, no code.
 *
 * Names are the datasheet's. Section numbers are those of the "PCI/PCI-X
 * Family of Gigabit Ethernet Controllers Software Developer's Manual" (SDM).
 * What only the 82574 has says so.
 */
#ifndef E1K_REGS_H
#define E1K_REGS_H

#include <linux/bits.h>

/* The register window, BAR 0 (SDM 13.2) */
#define E1K_REGS_LEN		0x20000

/* The 82574 has two rings of each kind, their registers at this distance */
#define E1K_QUEUES_MAX		2
#define E1K_QUEUE_REGS		0x100

/* Device control and status (SDM 13.4.1, 13.4.2) */
#define E1K_CTRL		0x0000
#define  E1K_CTRL_FD		BIT(0)
#define  E1K_CTRL_GIO_MASTER_DISABLE	BIT(2)	/* 82574 */
#define  E1K_CTRL_ASDE		BIT(5)	/* auto-speed detection */
#define  E1K_CTRL_SLU		BIT(6)	/* set link up */
#define  E1K_CTRL_SPEED		GENMASK(9, 8)
#define  E1K_CTRL_FRCSPD	BIT(11)
#define  E1K_CTRL_FRCDPLX	BIT(12)
#define  E1K_CTRL_RST		BIT(26)
#define  E1K_CTRL_RFCE		BIT(27)	/* obey received PAUSE frames */
#define  E1K_CTRL_TFCE		BIT(28)	/* send PAUSE frames */
#define  E1K_CTRL_VME		BIT(30)	/* strip and insert VLAN tags */
#define  E1K_CTRL_PHY_RST	BIT(31)

#define E1K_STATUS		0x0008
#define  E1K_STATUS_FD		BIT(0)
#define  E1K_STATUS_LU		BIT(1)	/* link up */
#define  E1K_STATUS_TXOFF	BIT(4)	/* transmission paused by the partner */
#define  E1K_STATUS_SPEED	GENMASK(7, 6)
#define   E1K_SPEED_10		0
#define   E1K_SPEED_100		1
#define   E1K_SPEED_1000	2	/* 3 means 1000 as well */
#define  E1K_STATUS_GIO_MASTER_ENABLE	BIT(19)	/* 82574 */

/* EEPROM (SDM 13.4.3, 13.4.4) */
#define E1K_EECD		0x0010
#define  E1K_EECD_SK		BIT(0)
#define  E1K_EECD_CS		BIT(1)
#define  E1K_EECD_DI		BIT(2)
#define  E1K_EECD_DO		BIT(3)
#define  E1K_EECD_REQ		BIT(6)
#define  E1K_EECD_GNT		BIT(7)
#define  E1K_EECD_PRES		BIT(8)
#define  E1K_EECD_SIZE		BIT(9)	/* 256 words, else 64 */
#define E1K_EERD		0x0014
#define  E1K_EERD_START		BIT(0)
#define  E1K_EERD_DONE		BIT(4)
#define  E1K_EERD_ADDR		GENMASK(15, 8)
#define  E1K_EERD_DONE_82574	BIT(1)
#define  E1K_EERD_ADDR_82574	GENMASK(15, 2)
#define  E1K_EERD_DATA		GENMASK(31, 16)

#define E1K_CTRL_EXT		0x0018
#define  E1K_CTRL_EXT_IAME	BIT(27)	/* 82574: IAM masks, EIAC does not */

/* MDI control (SDM 13.4.6) */
#define E1K_MDIC		0x0020
#define  E1K_MDIC_DATA		GENMASK(15, 0)
#define  E1K_MDIC_REG		GENMASK(20, 16)
#define  E1K_MDIC_PHY		GENMASK(25, 21)
#define  E1K_MDIC_OP		GENMASK(27, 26)
#define   E1K_MDIC_OP_WRITE	1
#define   E1K_MDIC_OP_READ	2
#define  E1K_MDIC_READY		BIT(28)
#define  E1K_MDIC_ERROR		BIT(30)

/* Vendor-specific PHY registers (SDM 13.4.7) */
#define E1K_PSCR		16
#define  E1K_PSCR_MDIX		GENMASK(6, 5)
#define   E1K_PSCR_MDIX_AUTO	3
#define E1K_PSSR		17
#define  E1K_PSSR_MDIX		BIT(6)	/* the pairs are crossed */

/* Flow control (SDM 13.4.7 to 13.4.9, 13.4.12) */
#define E1K_FCAL		0x0028
#define E1K_FCAH		0x002c
#define E1K_FCT			0x0030
#define E1K_FCTTV		0x0170
#define E1K_FCRTL		0x2160
#define  E1K_FCRTL_XONE		BIT(31)	/* send XON below the threshold */
#define E1K_FCRTH		0x2168
#define  E1K_FCRT_MASK		GENMASK(15, 3)
#define  E1K_FC_ADDR_LOW	0x00c28001	/* 01:80:c2:00:00:01 */
#define  E1K_FC_ADDR_HIGH	0x00000100
#define  E1K_FC_TYPE		0x8808

#define E1K_VET			0x0038	/* VLAN ether type (SDM 13.4.11) */

/* Interrupts (SDM 13.4.17 to 13.4.21) */
#define E1K_ICR			0x00c0
#define E1K_ITR			0x00c4
#define  E1K_ITR_INTERVAL	GENMASK(15, 0)
#define  E1K_ITR_UNIT_NS	256
#define  E1K_ITR_MAX_USECS	16776	/* 65535 * 256 ns */
#define E1K_ICS			0x00c8
#define E1K_IMS			0x00d0
#define E1K_IMC			0x00d8
#define  E1K_INT_TXDW		BIT(0)	/* transmit descriptor written back */
#define  E1K_INT_TXQE		BIT(1)	/* transmit queue empty */
#define  E1K_INT_LSC		BIT(2)	/* link status change */
#define  E1K_INT_RXSEQ		BIT(3)
#define  E1K_INT_RXDMT0		BIT(4)	/* few receive descriptors left */
#define  E1K_INT_RXO		BIT(6)	/* receiver overrun */
#define  E1K_INT_RXT0		BIT(7)	/* receive timer: frame received */
#define  E1K_INT_MDAC		BIT(9)	/* MDI access complete */

/*
 * Interrupts of the 82574 with MSI-X: each message's causes. OTHER stands for
 * those above that are not a ring's.
 */
#define  E1K_INT_RXQ(n)		BIT(20 + (n))
#define  E1K_INT_TXQ(n)		BIT(22 + (n))
#define  E1K_INT_OTHER		BIT(24)
#define E1K_EIAC		0x00dc	/* causes that their message clears */
#define E1K_IAM			0x00e0
#define E1K_IVAR		0x00e4	/* vector of each cause, 4 bits */
#define  E1K_IVAR_RXQ(n)	(4 * (n))
#define  E1K_IVAR_TXQ(n)	(8 + 4 * (n))
#define  E1K_IVAR_OTHER		16
#define  E1K_IVAR_VALID		BIT(3)
#define E1K_EITR(n)		(0x00e8 + 4 * (n))	/* as ITR, of a vector */

/* Receive control (SDM 13.4.22) */
#define E1K_RCTL		0x0100
#define  E1K_RCTL_EN		BIT(1)
#define  E1K_RCTL_SBP		BIT(2)	/* store bad packets */
#define  E1K_RCTL_UPE		BIT(3)	/* unicast promiscuous */
#define  E1K_RCTL_MPE		BIT(4)	/* multicast promiscuous */
#define  E1K_RCTL_LPE		BIT(5)	/* long packets */
#define  E1K_RCTL_LBM		GENMASK(7, 6)
#define   E1K_LBM_PHY		3	/* PHY loopback; MAC loopback in emulations */
#define  E1K_RCTL_RDMTS		GENMASK(9, 8)
#define  E1K_RCTL_DTYP		GENMASK(11, 10)	/* 82574 */
#define   E1K_DTYP_SPLIT	1
#define  E1K_RCTL_MO		GENMASK(13, 12)	/* address bits that the hash uses */
#define  E1K_RCTL_BAM		BIT(15)	/* accept broadcast */
#define  E1K_RCTL_BSIZE		GENMASK(17, 16)
#define  E1K_RCTL_VFE		BIT(18)	/* VLAN filter */
#define  E1K_RCTL_DPF		BIT(22)	/* discard PAUSE frames */
#define  E1K_RCTL_BSEX		BIT(25)	/* BSIZE times 16 */
#define  E1K_RCTL_SECRC		BIT(26)	/* strip the CRC */

/* Transmit control (SDM 13.4.33, 13.4.34) */
#define E1K_TCTL		0x0400
#define  E1K_TCTL_EN		BIT(1)
#define  E1K_TCTL_PSP		BIT(3)	/* pad short packets */
#define  E1K_TCTL_CT		GENMASK(11, 4)
#define   E1K_CT_DEFAULT	15
#define  E1K_TCTL_COLD		GENMASK(21, 12)
#define   E1K_COLD_FD		0x40
#define   E1K_COLD_HD		0x200
#define  E1K_TCTL_RTLC		BIT(24)	/* retransmit on late collision */
#define E1K_TIPG		0x0410
#define  E1K_TIPG_IPGT		GENMASK(9, 0)
#define  E1K_TIPG_IPGR1		GENMASK(19, 10)
#define  E1K_TIPG_IPGR2		GENMASK(29, 20)
#define E1K_AIT			0x0458	/* SDM 13.4.35 */

#define E1K_LEDCTL		0x0e00	/* SDM 13.4.13 */
#define  E1K_LEDCTL_LED0	GENMASK(7, 0)	/* mode, inversion, blinking */
#define  E1K_LEDCTL_LED0_MODE	GENMASK(3, 0)
#define   E1K_LED_MODE_OFF	0xf
#define   E1K_LED_MODE_ON	0xe

#define E1K_PBA			0x1000	/* SDM 13.4.14 */
#define  E1K_PBA_RXA		GENMASK(15, 0)	/* KiB of the FIFO for reception */

/* Receive ring (SDM 13.4.25 to 13.4.31) */
#define E1K_RDBAL		0x2800
#define E1K_RDBAH		0x2804
#define E1K_RDLEN		0x2808
#define E1K_RDH			0x2810
#define E1K_RDT			0x2818
#define E1K_RDTR		0x2820
#define E1K_RXDCTL		0x2828
#define E1K_RADV		0x282c
#define E1K_RSRPD		0x2c00

/* Transmit ring (SDM 13.4.36 to 13.4.43) */
#define E1K_TDBAL		0x3800
#define E1K_TDBAH		0x3804
#define E1K_TDLEN		0x3808
#define E1K_TDH			0x3810
#define E1K_TDT			0x3818
#define E1K_TIDV		0x3820
#define  E1K_TIDV_MAX_USECS	67107	/* 65535 * 1.024 us, TADV's, too */
#define E1K_TXDCTL		0x3828
#define  E1K_TXDCTL_COUNT_DESC	BIT(22)	/* 82574: must be 1 */
#define  E1K_TXDCTL_GRAN	BIT(24)	/* thresholds count descriptors */
#define E1K_TADV		0x382c

/* Receive checksum (SDM 13.4.32) */
#define E1K_RXCSUM		0x5000
#define  E1K_RXCSUM_IPOFL	BIT(8)
#define  E1K_RXCSUM_TUOFL	BIT(9)
#define  E1K_RXCSUM_PCSD	BIT(13)	/* 82574: the hash, not a sum */

/* 82574: extended descriptors, and RSS */
#define E1K_RFCTL		0x5008
#define  E1K_RFCTL_EXTEN	BIT(15)
#define E1K_PSRCTL		0x2170	/* sizes of a split descriptor's buffers */
#define  E1K_PSRCTL_BSIZE0	GENMASK(6, 0)	/* 128 bytes */
#define  E1K_PSRCTL_BSIZE1	GENMASK(13, 8)	/* KiB */
#define  E1K_PSRCTL_BSIZE2	GENMASK(21, 16)
#define  E1K_PSRCTL_BSIZE3	GENMASK(29, 24)
#define E1K_MRQC		0x5818
#define  E1K_MRQC_RSS		1
#define  E1K_MRQC_TCP4		BIT(16)	/* hash by addresses and ports */
#define  E1K_MRQC_IP4		BIT(17)	/* by addresses */
#define  E1K_MRQC_TCP6		BIT(18)
#define  E1K_MRQC_IP6_EX	BIT(19)	/* with extension headers */
#define  E1K_MRQC_IP6		BIT(20)
#define E1K_RETA(n)		(0x5c00 + 4 * (n))	/* four entries */
#define  E1K_RETA_LEN		128	/* entries */
#define  E1K_RETA_QUEUE		BIT(7)
#define E1K_RSSRK(n)		(0x5c80 + 4 * (n))
#define  E1K_RSSRK_LEN		40	/* bytes */

/* Address filters (SDM 13.5) */
#define E1K_MTA(n)		(0x5200 + 4 * (n))
#define  E1K_MTA_LEN		128
#define E1K_RAL(n)		(0x5400 + 8 * (n))
#define E1K_RAH(n)		(0x5404 + 8 * (n))
#define  E1K_RAH_AV		BIT(31)
#define  E1K_RAR_LEN		15	/* of 16: bhyve crashes on access to the last */
#define E1K_VFTA(n)		(0x5600 + 4 * (n))
#define  E1K_VFTA_LEN		128

#define E1K_WUC			0x5800	/* SDM 13.4.44 */
#define  E1K_WUC_PME_EN		BIT(1)
#define E1K_WUFC		0x5808
#define  E1K_WUFC_LNKC		BIT(0)	/* link change */
#define  E1K_WUFC_MAG		BIT(1)	/* magic packet */
#define  E1K_WUFC_EX		BIT(2)	/* directed unicast */
#define  E1K_WUFC_MC		BIT(3)	/* directed multicast */
#define  E1K_WUFC_BC		BIT(4)	/* broadcast */
#define E1K_MANC		0x5820

/* Statistics (SDM 13.7) */
#define E1K_CRCERRS		0x4000
#define E1K_ALGNERRC		0x4004
#define E1K_SYMERRS		0x4008
#define E1K_RXERRC		0x400c
#define E1K_MPC			0x4010
#define E1K_SCC			0x4014
#define E1K_ECOL		0x4018
#define E1K_MCC			0x401c
#define E1K_LATECOL		0x4020
#define E1K_COLC		0x4028
#define E1K_DC			0x4030
#define E1K_TNCRS		0x4034
#define E1K_SEC			0x4038
#define E1K_CEXTERR		0x403c
#define E1K_RLEC		0x4040
#define E1K_XONRXC		0x4048
#define E1K_XONTXC		0x404c
#define E1K_XOFFRXC		0x4050
#define E1K_XOFFTXC		0x4054
#define E1K_FCRUC		0x4058
#define E1K_PRC64		0x405c
#define E1K_PRC127		0x4060
#define E1K_PRC255		0x4064
#define E1K_PRC511		0x4068
#define E1K_PRC1023		0x406c
#define E1K_PRC1522		0x4070
#define E1K_GPRC		0x4074
#define E1K_BPRC		0x4078
#define E1K_MPRC		0x407c
#define E1K_GPTC		0x4080
#define E1K_GORCL		0x4088	/* 64 bits; reading the high half clears */
#define E1K_GOTCL		0x4090	/* 64 bits */
#define E1K_RNBC		0x40a0
#define E1K_RUC			0x40a4
#define E1K_RFC			0x40a8
#define E1K_ROC			0x40ac
#define E1K_RJC			0x40b0
#define E1K_TORL		0x40c0	/* 64 bits */
#define E1K_TOTL		0x40c8	/* 64 bits */
#define E1K_TPR			0x40d0
#define E1K_TPT			0x40d4
#define E1K_PTC64		0x40d8
#define E1K_PTC127		0x40dc
#define E1K_PTC255		0x40e0
#define E1K_PTC511		0x40e4
#define E1K_PTC1023		0x40e8
#define E1K_PTC1522		0x40ec
#define E1K_MPTC		0x40f0
#define E1K_BPTC		0x40f4
#define E1K_TSCTC		0x40f8
#define E1K_TSCTFC		0x40fc

/*
 * Time, 82574: SYSTIM grows by INCVALUE every INCPERIOD ticks of the NIC's clock
 */
#define E1K_SYSTIML		0xb600	/* reading latches SYSTIMH */
#define E1K_SYSTIMH		0xb604
#define E1K_TIMINCA		0xb608
#define  E1K_TIMINCA_INCVALUE	GENMASK(23, 0)
#define  E1K_TIMINCA_INCPERIOD	GENMASK(31, 24)

/* EEPROM layout (SDM 5.6) */
#define E1K_NVM_WORDS		64
#define E1K_NVM_MAC		0	/* three words */
#define E1K_NVM_VERSION		5
#define E1K_NVM_PBA_NUMBER	8	/* two words */
#define E1K_NVM_INIT_CTRL2	0x0f
#define E1K_NVM_CHECKSUM	0x3f
#define E1K_NVM_SUM		0xbaba

#endif /* E1K_REGS_H */
