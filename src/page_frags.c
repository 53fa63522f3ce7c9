// SPDX-License-Identifier: GPL-2.0-only
/* Fragments of page pool pages: receive buffers and skb heads. */
#include <net/page_pool/helpers.h>

#include "page_frags.h"

static struct page_pool *e1k_page_frags_create_pool(const struct e1k_ring_owner *owner,
						    const struct e1k_page_frags *frags,
						    u32 size, unsigned int order)
{
	u32 bytes = PAGE_SIZE << order;
	struct page_pool_params params = {
		.pool_size = min(DIV_ROUND_UP(size * frags->size, bytes), size),
		.nid = dev_to_node(owner->dev),
		.dev = owner->dev,
		.dma_dir = E1K_RX_DMA_DIR,
		.order = order,
		.max_len = bytes,
		.netdev = owner->netdev,
	};

	/* Only the CPU uses skb heads */
	if (frags->dev)
		params.flags |= PP_FLAG_DMA_MAP | PP_FLAG_DMA_SYNC_DEV;
	return page_pool_create(&params);
}

/**
 * e1k_page_frags_create() - create the page pools
 * @frags: with size, headroom and device
 * @owner: the device
 * @size: descriptors of the ring
 * @order: page order to prefer
 *
 * While memory is too fragmented for @order, fragments come from the smallest
 * pages that hold one.
 * Context: may sleep.
 * Return: 0, or an error with nothing to undo.
 */
int e1k_page_frags_create(struct e1k_page_frags *frags,
			  const struct e1k_ring_owner *owner, u32 size,
			  unsigned int order)
{
	unsigned int few = get_order(frags->size);

	frags->per_page = (PAGE_SIZE << order) / frags->size;
	frags->per_small_page = (PAGE_SIZE << few) / frags->size;
	frags->gfp = __GFP_NOWARN;
	frags->pool = e1k_page_frags_create_pool(owner, frags, size, order);
	if (IS_ERR(frags->pool))
		return PTR_ERR(frags->pool);
	if (few == order)
		return 0;
	/* There is a fallback: do not try hard */
	frags->gfp |= __GFP_NORETRY | __GFP_NOMEMALLOC;
	frags->small_pool = e1k_page_frags_create_pool(owner, frags, size, few);
	if (!IS_ERR(frags->small_pool))
		return 0;
	page_pool_destroy(frags->pool);
	return PTR_ERR(frags->small_pool);
}

/**
 * e1k_page_frags_bind() - let NAPI recycle pages directly
 * @frags: with or without pools
 * @napi: not running
 *
 * Not before the ring is started: an unbound pool can be destroyed while NAPI
 * polls another ring.
 * Context: may sleep.
 */
void e1k_page_frags_bind(struct e1k_page_frags *frags, struct napi_struct *napi)
{
	if (frags->pool)
		page_pool_enable_direct_recycling(frags->pool, napi);
	if (frags->small_pool)
		page_pool_enable_direct_recycling(frags->small_pool, napi);
}

/**
 * e1k_page_frags_unbind() - undo e1k_page_frags_bind()
 * @frags: with or without pools
 *
 * The pools may then be destroyed while NAPI polls another ring.
 * Context: may sleep; NAPI disabled.
 */
void e1k_page_frags_unbind(struct e1k_page_frags *frags)
{
	if (frags->pool)
		page_pool_disable_direct_recycling(frags->pool);
	if (frags->small_pool)
		page_pool_disable_direct_recycling(frags->small_pool);
}

/**
 * e1k_page_frags_put() - put a fragment's reference to its page
 * @frags: the fragment's origin
 * @page: the page
 * Context: any but hard interrupts.
 */
void e1k_page_frags_put(struct e1k_page_frags *frags, struct page *page)
{
	bool few = page_size(page) < frags->size * frags->per_page;

	page_pool_put_full_page(few ? frags->small_pool : frags->pool, page, false);
}

/**
 * e1k_pool_reclaim() - make memory available to another try with e1k_pool_gfp()
 * @gfp: allocation flags, before e1k_pool_gfp()
 * @order: of the pages that were not there
 * Context: may sleep if @gfp says so.
 * Return: true if there is such memory now.
 */
bool e1k_pool_reclaim(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (!gfpflags_allow_blocking(gfp))
		return false;
	page = alloc_pages(gfp | __GFP_NOWARN, order);
	if (!page)
		return false;
	__free_pages(page, order);
	return true;
}

static struct page *e1k_page_frags_alloc_page(struct page_pool *pool, gfp_t gfp)
{
	struct page *page = page_pool_alloc_pages(pool, e1k_pool_gfp(gfp));

	if (unlikely(!page) && e1k_pool_reclaim(gfp, pool->p.order))
		page = page_pool_alloc_pages(pool, e1k_pool_gfp(gfp));
	return page;
}

/**
 * e1k_page_frags_refill() - get a page
 * @frags: with a pool and no fragment left
 * @gfp: allocation flags
 * Context: NAPI, or the ring stopped.
 * Return: false if memory ran out.
 */
bool e1k_page_frags_refill(struct e1k_page_frags *frags, gfp_t gfp)
{
	struct page *page = e1k_page_frags_alloc_page(frags->pool,
						      gfp | frags->gfp);
	struct e1k_rx_buf *first = &frags->next;
	u16 left = frags->per_page;

	if (unlikely(!page)) {
		if (frags->small_pool)
			page = e1k_page_frags_alloc_page(frags->small_pool,
							 gfp | __GFP_NOWARN);
		if (!page)
			return false;
		left = frags->per_small_page;
	}
	/* Kernels may have no such counter for a page with one fragment */
	if (left > 1)
		page_pool_fragment_page(page, left);
	first->page = page;
	first->data = page_address(page) + frags->headroom;
	if (frags->dev) {
		first->dma = page_pool_get_dma_addr(page) + frags->headroom;
		/* Once per page, not per frame */
		first->sync = dma_need_sync(frags->dev, first->dma);
	}
	frags->left = left;
	return true;
}

/**
 * e1k_page_frags_destroy() - destroy the page pools
 * @frags: with or without pools
 * Context: may sleep; NAPI disabled, if bound. Pools live until skbs have
 * returned all pages.
 */
void e1k_page_frags_destroy(struct e1k_page_frags *frags)
{
	for (; frags->left; frags->left--)
		e1k_page_frags_put(frags, frags->next.page);
	page_pool_destroy(frags->pool);
	page_pool_destroy(frags->small_pool);
}
