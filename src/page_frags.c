// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of a pool, cut into receive buffers and heads of skbs.
 */
#include <net/page_pool/helpers.h>

#include "page_frags.h"

static struct page_pool *e1k_rx_pool_create(const struct e1k_ring_owner *owner,
					    const struct e1k_rx_slices *slices,
					    u32 size, unsigned int order)
{
	u32 bytes = PAGE_SIZE << order;
	struct page_pool_params params = {
		.pool_size = min(DIV_ROUND_UP(size * slices->size, bytes), size),
		.nid = dev_to_node(owner->dev),
		.dev = owner->dev,
		.dma_dir = E1K_RX_DMA_DIR,
		.order = order,
		.max_len = bytes,
		.netdev = owner->netdev,
	};

	/* Heads are read and written by the CPU only */
	if (slices->dev)
		params.flags |= PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	return page_pool_create(&params);
}

/**
 * e1k_rx_slices_create() - make the pool of pages that slices are cut from
 * @slices: with size, headroom and device
 * @owner: the device
 * @size: descriptors of the ring
 * @order: of the pages
 *
 * Slices of many pages at once are cut from as few as hold one while memory is too
 * fragmented.
 *
 * Context: may sleep.
 * Return: 0, or an error with nothing to undo.
 */
int e1k_rx_slices_create(struct e1k_rx_slices *slices,
			 const struct e1k_ring_owner *owner, u32 size,
			 unsigned int order)
{
	unsigned int few = get_order(slices->size);

	slices->to_a_page = (PAGE_SIZE << order) / slices->size;
	slices->to_a_few = (PAGE_SIZE << few) / slices->size;
	slices->gfp = __GFP_NOWARN;
	slices->pool = e1k_rx_pool_create(owner, slices, size, order);
	if (IS_ERR(slices->pool))
		return PTR_ERR(slices->pool);
	if (few == order)
		return 0;
	/* Fewer will do: no great effort for more */
	slices->gfp |= __GFP_NORETRY | __GFP_NOMEMALLOC;
	slices->few = e1k_rx_pool_create(owner, slices, size, few);
	if (!IS_ERR(slices->few))
		return 0;
	page_pool_destroy(slices->pool);
	return PTR_ERR(slices->few);
}

/**
 * e1k_rx_slices_bind() - the ring is the one that NAPI polls from now on
 * @slices: with or without a pool
 * @napi: not running
 *
 * What NAPI gives back goes to the pool without a detour then. Not bound before, a
 * pool that was not needed can be destroyed while NAPI polls another ring.
 *
 * Context: may sleep.
 */
void e1k_rx_slices_bind(struct e1k_rx_slices *slices, struct napi_struct *napi)
{
	if (slices->pool)
		page_pool_enable_direct_recycling(slices->pool, napi);
	if (slices->few)
		page_pool_enable_direct_recycling(slices->few, napi);
}

/**
 * e1k_rx_put_page() - give back one slice's share of a page
 * @slices: what it was cut by
 * @page: the page
 *
 * Context: any but hard interrupts.
 */
void e1k_rx_put_page(struct e1k_rx_slices *slices, struct page *page)
{
	bool few = page_size(page) < slices->size * slices->to_a_page;

	page_pool_put_full_page(few ? slices->few : slices->pool, page, false);
}

/**
 * e1k_rx_cut_page() - get a page to give out
 * @slices: with a pool and no slice left
 * @gfp: how hard to try
 *
 * Context: NAPI, or the ring stopped.
 * Return: false when there is no memory.
 */
bool e1k_rx_cut_page(struct e1k_rx_slices *slices, gfp_t gfp)
{
	struct page *page = page_pool_alloc_pages(slices->pool,
						  gfp | slices->gfp);
	struct e1k_rx_buf *first = &slices->next;
	u16 left = slices->to_a_page;

	if (unlikely(!page)) {
		if (slices->few)
			page = page_pool_alloc_pages(slices->few,
						     gfp | __GFP_NOWARN);
		if (!page)
			return false;
		left = slices->to_a_few;
	}
	/* Where there is but one, older kernels may lack the place to count */
	if (left > 1)
		page_pool_fragment_page(page, left);
	first->page = page;
	first->data = page_address(page) + slices->headroom;
	if (slices->dev) {
		first->dma = page_pool_get_dma_addr(page) + slices->headroom;
		/* Asked once for each page, not for each frame */
		first->sync = dma_need_sync(slices->dev, first->dma);
	}
	slices->left = left;
	return true;
}

/**
 * e1k_rx_slices_destroy() - give the pool up
 * @slices: with or without a pool
 *
 * Pages that skbs still hold go back to the pool later; it lives until then.
 *
 * Context: may sleep; NAPI disabled, if the slices are bound to it.
 */
void e1k_rx_slices_destroy(struct e1k_rx_slices *slices)
{
	for (; slices->left; slices->left--)
		e1k_rx_put_page(slices, slices->next.page);
	page_pool_destroy(slices->pool);
	page_pool_destroy(slices->few);
}
