/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_XDP_H
#define E1K_XDP_H

#include "rx_ring.h"
#include "tx_ring.h"

/**
 * enum e1k_xdp_result - what became of a frame and its buffer
 * @E1K_XDP_PASS: for the stack
 * @E1K_XDP_DROPPED: gone, the buffer is still the ring's
 * @E1K_XDP_CONSUMED: gone, with its buffer
 */
enum e1k_xdp_result {
	E1K_XDP_PASS,
	E1K_XDP_DROPPED,
	E1K_XDP_CONSUMED,
};

enum e1k_xdp_result e1k_xdp_run(struct e1k_rx_ring *ring, struct bpf_prog *prog,
				struct xdp_buff *xdp, u64 tag);
void e1k_xdp_set_hints(struct net_device *netdev);
void e1k_xdp_finish(struct e1k_rx_ring *ring);
int e1k_xdp_xmit(struct e1k_tx_ring *ring, int n, struct xdp_frame **frames,
		 bool flush);

#endif /* E1K_XDP_H */
