/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_REAP_H
#define E1K_REAP_H

#include <linux/dma-mapping.h>

#include <e1k/ring.h>

/**
 * e1k_tx_unmap() - undo a transmit buffer's mapping
 * @ring: the ring
 * @buf: mapped, or not
 *
 * Context: whoever owns the slot: transmit lock or reap lock.
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

u32 e1k_tx_reap(struct e1k_tx_ring *ring, int budget);

/**
 * e1k_tx_may_wait() - can what was sent wait for a later poll?
 * @ring: the ring
 *
 * Taking back one frame costs about as much as taking back several. A single
 * one can be left to the timer, if that is running: no socket is held up by
 * one. AF_XDP's wait for theirs.
 *
 * Context: NAPI.
 * Return: true if there is nothing to take back, or so little.
 */
static inline bool e1k_tx_may_wait(const struct e1k_tx_ring *ring)
{
	u32 sent = e1k_idx_used(READ_ONCE(ring->rung), READ_ONCE(ring->clean));

	return !sent || (sent == 1 && timer_pending(&ring->idle_timer) &&
			 !ring->xsk);
}

void e1k_tx_reap_init(struct e1k_tx_ring *ring);
void e1k_tx_discard(struct e1k_tx_ring *ring);

#endif /* E1K_REAP_H */
