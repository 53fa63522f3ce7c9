/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_NET_PAGE_POOL_HELPERS_H
#define COMPAT_NET_PAGE_POOL_HELPERS_H

#include <linux/dma-mapping.h>
#include <linux/skbuff.h>
#include <net/netmem.h>
#include <e1k_kcompat.h>

#ifdef E1K_HAVE_PAGE_POOL_SPLIT_HEADERS
#include_next <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

/*
 * Kernels with this flag share pages only in pools that set it, and refuse it
 * (-EINVAL) where dma_addr_t is wider than long: set it for every pool where it
 * is accepted.
 */
#ifdef PP_FLAG_PAGE_FRAG
#define COMPAT_PP_FLAGS \
	(sizeof(dma_addr_t) <= sizeof(long) ? PP_FLAG_PAGE_FRAG : 0)
#else
#define COMPAT_PP_FLAGS 0
#endif

/* Older page_pool_params lack the netdev, or its queue. */
#ifndef E1K_HAVE_PAGE_POOL_PARAMS_QUEUE
struct compat_page_pool_params {
	unsigned int flags;
	unsigned int order;
	unsigned int pool_size;
	int nid;
	struct device *dev;
	enum dma_data_direction dma_dir;
	unsigned int max_len;
	struct net_device *netdev;
	unsigned int queue_idx;
};

static inline struct page_pool *
compat_page_pool_create(const struct compat_page_pool_params *from)
{
	const struct page_pool_params params = {
		.flags = from->flags | COMPAT_PP_FLAGS,
		.order = from->order,
		.pool_size = from->pool_size,
		.nid = from->nid,
		.dev = from->dev,
		.dma_dir = from->dma_dir,
		.max_len = from->max_len,
#ifdef E1K_HAVE_PAGE_POOL_PARAMS_NETDEV
		.netdev = from->netdev,
#endif
	};

	return page_pool_create(&params);
}

#define page_pool_params compat_page_pool_params
#define page_pool_create(params) compat_page_pool_create(params)
#endif

/* With the flag, a whole page has no user until the count is set. */
#ifdef PP_FLAG_PAGE_FRAG
static inline struct page *compat_page_pool_alloc_pages(struct page_pool *pool,
							gfp_t gfp)
{
	struct page *page = page_pool_alloc_pages(pool, gfp);

	if (page && COMPAT_PP_FLAGS)
		page_pool_fragment_page(page, 1);
	return page;
}

#define page_pool_alloc_pages(pool, gfp) compat_page_pool_alloc_pages(pool, gfp)

static inline bool compat_page_is_shared(const struct page *page)
{
	return COMPAT_PP_FLAGS && atomic_long_read(&page->pp_frag_count) > 1;
}
#endif

/* Memory providers need queue operations, see include/linux/netdevice.h. */
#ifndef E1K_HAVE_NETDEV_QUEUE_CONFIG
#undef PP_FLAG_ALLOW_UNREADABLE_NETMEM
#define PP_FLAG_ALLOW_UNREADABLE_NETMEM 0
#define page_pool_is_unreadable(pool) false
#define page_pool_disable_direct_recycling(pool) do { } while (0)
#endif

#ifndef E1K_HAVE_PAGE_POOL_ENABLE_DIRECT_RECYCLING
struct napi_struct;

static inline void page_pool_enable_direct_recycling(struct page_pool *pool,
						     struct napi_struct *napi)
{
#ifdef E1K_HAVE_PAGE_POOL_PARAMS_NAPI
	pool->p.napi = napi;
#endif
}
#endif

/* Pools that give pages only, and no name yet for one that may be other memory. */
#ifndef E1K_HAVE_PAGE_POOL_ALLOC_NETMEMS
#define page_pool_alloc_netmems(pool, gfp)				\
	page_to_netmem(page_pool_alloc_pages(pool, gfp))
#define page_pool_put_full_netmem(pool, netmem, direct)			\
	page_pool_put_full_page(pool, netmem_to_page(netmem), direct)
#define page_pool_get_dma_addr_netmem(netmem)				\
	page_pool_get_dma_addr(netmem_to_page(netmem))
#endif

#ifndef E1K_HAVE_SKB_ADD_RX_FRAG_NETMEM
#define skb_add_rx_frag_netmem(skb, i, netmem, off, size, truesize)	\
	skb_add_rx_frag(skb, i, netmem_to_page(netmem), off, size, truesize)
#endif

#ifndef E1K_HAVE_PAGE_POOL_SYNC_NETMEM
static inline void
page_pool_dma_sync_netmem_for_cpu(const struct page_pool *pool, netmem_ref netmem,
				  u32 offset, u32 dma_sync_size)
{
	dma_sync_single_range_for_cpu(pool->p.dev, page_pool_get_dma_addr_netmem(netmem),
				      offset, dma_sync_size, pool->p.dma_dir);
}
#endif

#endif /* COMPAT_NET_PAGE_POOL_HELPERS_H */
