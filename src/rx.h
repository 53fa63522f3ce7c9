/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_RX_H
#define E1K_RX_H

#include "rx_ring.h"

/* rx_fill.c */
bool e1k_rx_alloc_buffers(struct e1k_rx_ring *ring, gfp_t gfp);
void e1k_rx_alloc_missing(struct e1k_rx_ring *ring);
void e1k_rx_mark_edge(struct e1k_rx_ring *ring, u32 old);
void e1k_rx_reset(struct e1k_rx_ring *ring);
void e1k_rx_begin_at(struct e1k_rx_ring *ring, u32 slot);
void e1k_rx_peek_end(struct e1k_rx_ring *ring);

/* rx_split.c */
int e1k_rx_poll_split(struct e1k_rx_ring *ring, int budget);
bool e1k_rx_split_fill(struct e1k_rx_ring *ring, gfp_t gfp);

/* rx.c */
int e1k_rx_poll(struct e1k_rx_ring *ring, int budget);
int e1k_rx_poll_ext(struct e1k_rx_ring *ring, int budget);
bool e1k_rx_peek(struct e1k_rx_ring *ring, const void **data, u32 *len);
bool e1k_rx_is_waiting(const struct e1k_rx_ring *ring);

#endif /* E1K_RX_H */
