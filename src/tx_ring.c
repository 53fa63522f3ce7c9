// SPDX-License-Identifier: GPL-2.0-only
/*
 * The transmit ring's memory. Of the registers, only base, length and tail are
 * used here.
 */
#include <linux/slab.h>

#include "tx_ring.h"

/**
 * e1k_tx_ring_create() - allocate a transmit ring
 * @owner: the device
 * @size: descriptors, a power of two from E1K_RING_MIN to E1K_RING_MAX
 * @stats: counters
 * Context: may sleep.
 * Return: the ring, or ERR_PTR(-ENOMEM).
 */
struct e1k_tx_ring *e1k_tx_ring_create(const struct e1k_ring_owner *owner,
				       u32 size, struct e1k_tx_stats *stats)
{
	struct e1k_tx_ring *ring;

	ring = kzalloc_obj(*ring);
	if (!ring)
		return ERR_PTR(-ENOMEM);
	ring->buf = kvcalloc(size, sizeof(*ring->buf), GFP_KERNEL);
	if (!ring->buf)
		goto err_free_ring;
	ring->desc = e1k_ring_alloc_desc(owner->dev, size, &ring->dma);
	if (!ring->desc)
		goto err_free_buf;

	ring->dev = owner->dev;
	ring->txq = netdev_get_tx_queue(owner->netdev, owner->queue);
	ring->stats = stats;
	ring->service = owner->service;
	ring->queue = owner->queue;
	ring->size = size;
	ring->mask = size - 1;
	return ring;

err_free_buf:
	kvfree(ring->buf);
err_free_ring:
	kfree(ring);
	return ERR_PTR(-ENOMEM);
}

/**
 * e1k_tx_ring_destroy() - free a transmit ring
 * @ring: empty and not used by the NIC; or NULL
 * Context: may sleep.
 */
void e1k_tx_ring_destroy(struct e1k_tx_ring *ring)
{
	if (!ring)
		return;
	e1k_ring_free_desc(ring->dev, ring->size, ring->desc, ring->dma);
	kvfree(ring->buf);
	kfree(ring);
}

/**
 * e1k_tx_ring_program() - write base and length
 * @ring: the ring
 * @regs: BAR 0
 * Context: transmitter stopped. SDM 13.4.36 to 13.4.38.
 */
void e1k_tx_ring_program(struct e1k_tx_ring *ring, void __iomem *regs)
{
	regs += ring->queue * E1K_QUEUE_REGS;
	ring->tail = regs + E1K_TDT;
	e1k_ring_write_base(regs + E1K_TDBAL, ring->dma, ring->size);
}

/**
 * e1k_tx_ring_head() - read TDH
 * @ring: the ring, started
 * Context: any.
 * Return: the slot that the NIC sends next. SDM 13.4.39.
 */
u32 e1k_tx_ring_head(const struct e1k_tx_ring *ring)
{
	return readl(ring->tail + E1K_TDH - E1K_TDT);
}
