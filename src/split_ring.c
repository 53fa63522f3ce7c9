// SPDX-License-Identifier: GPL-2.0-only
/* Header split: the pages of a receive ring's descriptors, for payload. */
#include <linux/slab.h>
#include <net/page_pool/helpers.h>

#include "rx_ring.h"

/* Most pages that a page pool keeps; more would be refused */
#define E1K_SPLIT_POOL_MAX	4096

/**
 * e1k_split_create() - create the page pool for payload
 * @ring: with size and layout, without pages
 * @owner: the queue pair
 *
 * If a memory provider (io_uring, devmem TCP) is bound to the queue, the pages are
 * the provider's.
 * Context: may sleep; RTNL.
 * Return: 0, or an error with nothing to undo.
 */
int e1k_split_create(struct e1k_rx_ring *ring, const struct e1k_ring_owner *owner)
{
	struct page_pool_params params = {
		.flags = PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV |
			 PP_FLAG_ALLOW_UNREADABLE_NETMEM,
		.pool_size = min(ring->size * ring->layout.pages, E1K_SPLIT_POOL_MAX),
		.nid = dev_to_node(owner->dev),
		.dev = owner->dev,
		.dma_dir = DMA_FROM_DEVICE,
		.max_len = E1K_SPLIT_PAGE,
		.netdev = owner->netdev,
		.queue_idx = owner->queue,
	};
	int err;

	ring->split = kvcalloc(ring->size, sizeof(*ring->split), GFP_KERNEL);
	if (!ring->split)
		return -ENOMEM;
	ring->payload = page_pool_create(&params);
	if (!IS_ERR(ring->payload)) {
		ring->unreadable = page_pool_is_unreadable(ring->payload);
		return 0;
	}
	err = PTR_ERR(ring->payload);
	ring->payload = NULL;
	kvfree(ring->split);
	ring->split = NULL;
	return err;
}

/**
 * e1k_split_sink() - have a descriptor's payload thrown away
 * @ring: the ring
 * @desc: the descriptor, whose first address is written
 * @slot: its slot
 * Context: NAPI, or the ring stopped.
 */
void e1k_split_sink(struct e1k_rx_ring *ring, struct e1k_desc *desc, u32 slot)
{
	/* To an address of 0 some emulations write as well */
	desc[0].hi = cpu_to_le64(ring->sink_dma);
	desc[1].lo = cpu_to_le64(ring->sink_dma);
	desc[1].hi = cpu_to_le64(ring->sink_dma);
	ring->split[slot].posted = false;
}

/**
 * e1k_split_empty() - give all pages back to the pool
 * @ring: with pages; not used by the NIC
 *
 * A provider may have fewer pages than there are slots: the NIC would not get past
 * the first one without, and those behind it would lie idle.
 * Context: may sleep; NAPI stopped.
 */
void e1k_split_empty(struct e1k_rx_ring *ring)
{
	netmem_ref *page;
	u32 slot, i;

	for (slot = 0; slot < ring->size; slot++) {
		for (i = 0; i < ring->layout.pages; i++) {
			page = &ring->split[slot].page[i];
			if (*page)
				page_pool_put_full_netmem(ring->payload, *page, false);
			*page = (netmem_ref)0;
		}
	}
}

/**
 * e1k_split_destroy() - free the pages and their pool
 * @ring: with or without them; not used by the NIC
 * Context: may sleep. The page pool lives until skbs have returned all pages.
 */
void e1k_split_destroy(struct e1k_rx_ring *ring)
{
	if (!ring->split)
		return;
	e1k_split_empty(ring);
	page_pool_destroy(ring->payload);
	kvfree(ring->split);
}
