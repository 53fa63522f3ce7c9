/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_RX_H
#define E1K_RX_H

#include <compat/xdp.h>
#include <e1k/ring.h>

#ifdef E1K_HAVE_XDP_HINT_VLAN
extern const struct xdp_metadata_ops e1k_rx_hints;
#endif

bool e1k_rx_fill(struct e1k_rx_ring *ring, gfp_t gfp);
int e1k_rx_poll(struct e1k_rx_ring *ring, int budget);
bool e1k_rx_peek(struct e1k_rx_ring *ring, const void **data, u32 *len);
bool e1k_rx_is_waiting(const struct e1k_rx_ring *ring);
void e1k_rx_reset(struct e1k_rx_ring *ring);

#endif /* E1K_RX_H */
