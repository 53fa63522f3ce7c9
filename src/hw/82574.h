/* SPDX-License-Identifier: GPL-2.0-only */
/* What only the 82574 has: MSI-X, receive-side scaling and header split */
#ifndef E1K_82574_H
#define E1K_82574_H

#include <linux/types.h>

#include "regs.h"

struct e1k_hw;

/**
 * struct e1k_rss - receive-side scaling: which queue gets a frame
 * @key: of the Toeplitz hash
 * @table: queue for each value of the hash's lowest bits
 * @types: E1K_MRQC_* bits: the packets that are hashed, others go to queue 0
 */
struct e1k_rss {
	u8 key[E1K_RSSRK_LEN];
	u8 table[E1K_RETA_LEN];
	u32 types;
};

void e1k_82574_init_msix(struct e1k_hw *hw);
void e1k_82574_init_legacy(struct e1k_hw *hw);
void e1k_82574_spread(struct e1k_hw *hw, u32 queues);
void e1k_82574_set_rss(struct e1k_hw *hw, u32 queues, bool hash);
void e1k_82574_set_split(struct e1k_hw *hw, u32 head_len, u32 page_len);
bool e1k_82574_try_tso(struct e1k_hw *hw);

#endif /* E1K_82574_H */
