/* SPDX-License-Identifier: GPL-2.0-only */
/* page_pool: header names, parameters, fragments */
#ifndef COMPAT_PAGE_POOL_H
#define COMPAT_PAGE_POOL_H

#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <compat/compat.h>

#ifdef E1K_HAVE_PAGE_POOL_SPLIT_HEADERS
#include <net/page_pool/helpers.h>
#include <net/page_pool/types.h>
#else
#include <net/page_pool.h>
#endif

/*
 * Fragments, page_pool_dev_alloc_frag(): older kernels want this flag, newer
 * ones have lost it. Two traps of the kernels that want it:
 * - with the flag set, a whole page from page_pool_alloc_pages() carries no
 *   fragment count; give it one by page_pool_fragment_page(page, 1) before it
 *   can be returned;
 * - a pool with the flag cannot be created where dma_addr_t is wider than a
 *   long (-EINVAL).
 */
#ifndef PP_FLAG_PAGE_FRAG
#define PP_FLAG_PAGE_FRAG 0
#endif

/* Names the user of the pool, for direct recycling and for netlink. */
static inline void compat_page_pool_params_bind(struct page_pool_params *params,
						struct net_device *netdev,
						struct napi_struct *napi)
{
#ifdef E1K_HAVE_PAGE_POOL_PARAMS_NETDEV
	params->netdev = netdev;
#endif
#ifdef E1K_HAVE_PAGE_POOL_PARAMS_NAPI
	params->napi = napi;
#endif
}

/*
 * Before a pool is destroyed that was never used in its NAPI's poll: kernels warn
 * if that NAPI is running, though there is nothing to race with.
 */
static inline void compat_page_pool_unbind(struct page_pool *pool)
{
#ifdef E1K_HAVE_PAGE_POOL_PARAMS_NAPI
	pool->p.napi = NULL;
#endif
}

/* A whole page from a pool that otherwise gives out fragments. */
static inline struct page *compat_page_pool_alloc_whole(struct page_pool *pool,
							gfp_t gfp)
{
	struct page *page = page_pool_alloc_pages(pool, gfp);

#ifdef E1K_HAVE_XDP_RELEASE_FRAME
	if (page)
		page_pool_fragment_page(page, 1);
#endif
	return page;
}

#ifndef E1K_HAVE_PAGE_POOL_DMA_SYNC_FOR_CPU
static inline void page_pool_dma_sync_for_cpu(const struct page_pool *pool,
					      struct page *page, u32 offset,
					      u32 dma_sync_size)
{
	dma_sync_single_range_for_cpu(pool->p.dev, page_pool_get_dma_addr(page),
				      offset + pool->p.offset, dma_sync_size,
				      pool->p.dma_dir);
}
#endif

#endif /* COMPAT_PAGE_POOL_H */
