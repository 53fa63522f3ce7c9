/* SPDX-License-Identifier: GPL-2.0-only */
/* A queue pair's rings, allocated together from one configuration. */
#ifndef E1K_RING_SET_H
#define E1K_RING_SET_H

#include "rx_ring.h"
#include "tx_ring.h"

/**
 * struct e1k_cfg - configuration of the rings
 * @rx_size: receive descriptors
 * @tx_size: transmit descriptors
 * @mtu: longest payload, bytes
 * @rx_all: receive frames with errors (NETIF_F_RXALL)
 * @rx_fcs: keep the FCS (NETIF_F_RXFCS)
 * @fcs_apart: it comes in a descriptor of its own
 * @xdp: an XDP program is attached
 * @split: header split: headers and payload in buffers of their own
 * @queues: queue pairs
 * @xsk: each queue's pool of a zero-copy AF_XDP socket, or NULL
 */
struct e1k_cfg {
	u32 rx_size;
	u32 tx_size;
	u32 mtu;
	bool rx_all;
	bool rx_fcs;
	bool fcs_apart;
	bool xdp;
	bool split;
	u32 queues;
	struct xsk_buff_pool *xsk[E1K_QUEUES_MAX];
};

/**
 * struct e1k_ring_set - both rings of a queue pair
 * @tx: transmit
 * @rx: receive
 * @page_pool_rx: while @rx has AF_XDP buffers, a filled ring with a page pool
 *            to go back to; else NULL
 */
struct e1k_ring_set {
	struct e1k_tx_ring *tx;
	struct e1k_rx_ring *rx;
	struct e1k_rx_ring *page_pool_rx;
};

int e1k_ring_set_alloc(const struct e1k_ring_owner *owner,
		       const struct e1k_cfg *cfg, struct bpf_prog *prog,
		       struct e1k_ring_set *rings);
struct e1k_rx_ring *e1k_ring_set_alloc_rx(const struct e1k_ring_owner *owner,
					  const struct e1k_cfg *cfg,
					  struct xsk_buff_pool *xsk);
void e1k_ring_set_free(const struct e1k_ring_set *rings);
bool e1k_ring_set_is_zero_copy(const struct e1k_cfg *cfg, u32 queue);
bool e1k_ring_set_is_same(const struct e1k_cfg *a, const struct e1k_cfg *b);

#endif /* E1K_RING_SET_H */
