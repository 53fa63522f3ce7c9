/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_XSK_H
#define E1K_XSK_H

#include "rx_ring.h"
#include "tx_ring.h"

bool e1k_xsk_layout(struct xsk_buff_pool *pool, u32 mtu,
		    struct e1k_rx_layout *layout);
bool e1k_xsk_fill(struct e1k_rx_ring *ring);
void e1k_xsk_compact(struct e1k_rx_ring *ring);
u32 e1k_xsk_receive(struct e1k_rx_ring *ring, struct bpf_prog *prog,
		    struct e1k_rx_buf *buf, u32 len, u64 hi);
void e1k_xsk_reject(struct e1k_rx_buf *buf);
bool e1k_xsk_xmit(struct e1k_tx_ring *ring);

#endif /* E1K_XSK_H */
