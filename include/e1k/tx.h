/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_TX_H
#define E1K_TX_H

#include <e1k/ring.h>

netdev_tx_t e1k_tx_xmit(struct e1k_tx_ring *ring, struct sk_buff *skb);
u32 e1k_tx_reap(struct e1k_tx_ring *ring, int budget);
void e1k_tx_init(struct e1k_tx_ring *ring);
void e1k_tx_kick(struct e1k_tx_ring *ring);
void e1k_tx_stop(struct e1k_tx_ring *ring);
void e1k_tx_reset(struct e1k_tx_ring *ring);

#endif /* E1K_TX_H */
