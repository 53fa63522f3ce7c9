// SPDX-License-Identifier: GPL-2.0-only
/* What only the 82574 has */
#include <linux/ethtool.h>
#include <linux/sizes.h>

#include "hw/hw.h"

/* Between messages of the vector for other causes: the first is not delayed */
#define E1K_OTHER_USECS		E1K_ITR_MAX_USECS

/**
 * e1k_82574_init_msix() - choose how causes become messages
 * @hw: the NIC, after a reset
 *
 * A message clears its cause and leaves it enabled: the handler and the poll
 * need no register. With EIAME it would be masked by IAM, without IAME some
 * emulations mask what EIAC clears.
 * Context: any; causes masked.
 */
void e1k_82574_init_msix(struct e1k_hw *hw)
{
	u32 other = hw->queues, ivar, i;
	u32 eiac = E1K_INT_OTHER;

	ivar = (E1K_IVAR_VALID | other) << E1K_IVAR_OTHER;
	for (i = 0; i < E1K_QUEUES_MAX; i++) {
		/* A queue without a vector is not in use */
		u32 vector = E1K_IVAR_VALID | min(i, hw->queues - 1);

		ivar |= vector << E1K_IVAR_RXQ(i) | vector << E1K_IVAR_TXQ(i);
		eiac |= E1K_INT_RXQ(i) | E1K_INT_TXQ(i);
	}
	e1k_wr32(hw, E1K_CTRL_EXT, e1k_rd32(hw, E1K_CTRL_EXT) |
				   E1K_CTRL_EXT_IAME);
	e1k_wr32(hw, E1K_IAM, 0);
	e1k_wr32(hw, E1K_EIAC, eiac);
	e1k_wr32(hw, E1K_IVAR, ivar);
	e1k_wr32(hw, E1K_EITR(other), E1K_OTHER_USECS * NSEC_PER_USEC / E1K_ITR_UNIT_NS);
	/* RSS needs extended descriptors */
	e1k_wr32(hw, E1K_RFCTL, e1k_rd32(hw, E1K_RFCTL) | E1K_RFCTL_EXTEN);
}

/**
 * e1k_82574_init_legacy() - choose legacy descriptors and one queue
 * @hw: the NIC, after a reset, without MSI-X
 *
 * Another driver may have chosen otherwise, and some emulations keep these
 * registers over a reset.
 * Context: any.
 */
void e1k_82574_init_legacy(struct e1k_hw *hw)
{
	e1k_wr32(hw, E1K_RFCTL, e1k_rd32(hw, E1K_RFCTL) & ~E1K_RFCTL_EXTEN);
	e1k_wr32(hw, E1K_MRQC, 0);
}

/**
 * e1k_82574_spread() - spread the hash values evenly over queues
 * @hw: the NIC
 * @queues: receive queues
 * Context: RTNL. Writes no register.
 */
void e1k_82574_spread(struct e1k_hw *hw, u32 queues)
{
	u32 i;

	for (i = 0; i < E1K_RETA_LEN; i++)
		hw->rss.table[i] = ethtool_rxfh_indir_default(i, queues);
}

/**
 * e1k_82574_set_rss() - write key, table and types of RSS
 * @hw: the NIC
 * @queues: receive queues in use; frames for others go to queue 0
 * @hash: report hashes, also if there is no queue to choose
 *
 * An emulation computes the hash in software: without a use it is left out.
 * Context: RTNL. All of it may change at any time.
 */
void e1k_82574_set_rss(struct e1k_hw *hw, u32 queues, bool hash)
{
	const struct e1k_rss *rss = &hw->rss;
	u32 i, j, val;

	for (i = 0; i < E1K_RSSRK_LEN / 4; i++) {
		val = 0;
		for (j = 0; j < 4; j++)
			val |= (u32)rss->key[4 * i + j] << 8 * j;
		e1k_wr32(hw, E1K_RSSRK(i), val);
	}
	for (i = 0; i < E1K_RETA_LEN / 4; i++) {
		val = 0;
		for (j = 0; j < 4; j++)
			if (rss->table[4 * i + j] && rss->table[4 * i + j] < queues)
				val |= E1K_RETA_QUEUE << 8 * j;
		e1k_wr32(hw, E1K_RETA(i), val);
	}
	e1k_wr32(hw, E1K_MRQC, queues > 1 || hash ? E1K_MRQC_RSS | rss->types : 0);
}

/**
 * e1k_82574_set_split() - choose between split and other descriptors
 * @hw: the NIC, reception stopped
 * @head_len: bytes of the buffer for headers, or 0 for no split
 * @page_len: bytes of each of the other buffers
 * Context: RTNL.
 */
void e1k_82574_set_split(struct e1k_hw *hw, u32 head_len, u32 page_len)
{
	u32 dtyp = head_len ? FIELD_PREP(E1K_RCTL_DTYP, E1K_DTYP_SPLIT) : 0;
	u32 kib = page_len / SZ_1K;

	/* Sizes first: some emulations read them when RCTL is written */
	if (head_len)
		e1k_wr32(hw, E1K_PSRCTL,
			 FIELD_PREP(E1K_PSRCTL_BSIZE0, head_len / SZ_128) |
			 FIELD_PREP(E1K_PSRCTL_BSIZE1, kib) |
			 FIELD_PREP(E1K_PSRCTL_BSIZE2, kib) |
			 FIELD_PREP(E1K_PSRCTL_BSIZE3, kib));
	e1k_filter_rctl(hw, E1K_RCTL_DTYP, dtyp);
}
