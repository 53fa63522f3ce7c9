/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_TX_COMPLETE_H
#define E1K_TX_COMPLETE_H

#include <linux/dma-mapping.h>

#include "tx_ring.h"

/**
 * e1k_tx_unmap() - unmap a transmit buffer
 * @ring: the ring
 * @buf: mapped or not
 * Context: the slot's owner: transmit lock or complete_lock.
 */
static inline void e1k_tx_unmap(struct e1k_tx_ring *ring,
				struct e1k_tx_buf *buf)
{
	if (buf->map == E1K_TX_SINGLE)
		dma_unmap_single(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	else if (buf->map == E1K_TX_PAGE)
		dma_unmap_page(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	buf->map = E1K_TX_UNMAPPED;
}

u32 e1k_tx_complete(struct e1k_tx_ring *ring, int budget);

/**
 * e1k_tx_is_sent() - check for descriptors to complete, without the lock
 * @ring: the ring
 * Context: NAPI.
 * Return: false if everything up to the tail is completed.
 */
static inline bool e1k_tx_is_sent(const struct e1k_tx_ring *ring)
{
	return READ_ONCE(ring->tail_written) != READ_ONCE(ring->next_to_clean);
}

void e1k_tx_complete_init(struct e1k_tx_ring *ring);
void e1k_tx_complete_quiesce(struct e1k_tx_ring *ring);
void e1k_tx_discard(struct e1k_tx_ring *ring);

#endif /* E1K_TX_COMPLETE_H */
