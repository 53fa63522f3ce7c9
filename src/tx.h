/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_TX_H
#define E1K_TX_H

#include "tx_ring.h"

netdev_tx_t e1k_tx_xmit(struct e1k_tx_ring *ring, struct sk_buff *skb);
bool e1k_tx_xdp(struct e1k_tx_ring *ring, struct xdp_frame *xdpf, bool own,
		u64 flags);
bool e1k_tx_xsk(struct e1k_tx_ring *ring, dma_addr_t dma, u32 len, bool first,
		bool last);
void e1k_tx_doorbell(struct e1k_tx_ring *ring);
void e1k_tx_init(struct e1k_tx_ring *ring);
void e1k_tx_kick(struct e1k_tx_ring *ring);
void e1k_tx_start(struct e1k_tx_ring *ring);
void e1k_tx_stop(struct e1k_tx_ring *ring);
void e1k_tx_reset(struct e1k_tx_ring *ring);

#endif /* E1K_TX_H */
