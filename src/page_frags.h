/* SPDX-License-Identifier: GPL-2.0-only */
/* Fragments of page pool pages: receive buffers and skb heads. */
#ifndef E1K_PAGE_FRAGS_H
#define E1K_PAGE_FRAGS_H

#include <linux/dma-mapping.h>
#include <linux/types.h>

#include "ring.h"

struct page_pool;
struct xdp_buff;

/*
 * Pages are shared by a counter in struct page. Some kernels lack it where DMA
 * addresses are wider than a long: a buffer then takes a whole page.
 */
#define E1K_RX_CAN_SHARE	(sizeof(dma_addr_t) <= sizeof(long))

/**
 * struct e1k_rx_buf - buffer info of a receive descriptor
 * @page: page pool page, or NULL
 * @xdp: buffer of the AF_XDP pool, or NULL
 * @data: the frame, behind the headroom
 * @dma: DMA address of @data
 * @sync: DMA syncs are needed
 * @edge: next_to_use when the NIC may have had no buffer behind this one; see
 *        e1k_rx_mark_edge()
 */
struct e1k_rx_buf {
	union {
		struct page *page;
		struct xdp_buff *xdp;
	};
	void *data;
	dma_addr_t dma;
	bool sync;
	u32 edge;
};

/**
 * struct e1k_page_frags - page pool pages, cut into fragments of one size
 * @pool: source of pages, or NULL
 * @small_pool: fallback, the smallest pages that hold a fragment; NULL if @pool
 *            has such pages
 * @dev: for DMA, or NULL if pages are not mapped
 * @next: the next fragment
 * @gfp: additional flags for @pool
 * @left: fragments that are left of the page
 * @per_page: fragments of a page of @pool
 * @per_small_page: fragments of a page of @small_pool
 * @size: bytes per fragment
 * @headroom: bytes before the data
 *
 * Each fragment holds a page reference, which page_pool_put_full_page() or
 * freeing the skb returns. page_pool_alloc_frag() takes five times the
 * instructions.
 */
struct e1k_page_frags {
	struct page_pool *pool;
	struct page_pool *small_pool;
	struct device *dev;
	struct e1k_rx_buf next;
	gfp_t gfp;
	u16 left;
	u16 per_page;
	u16 per_small_page;
	u16 size;
	u16 headroom;
};

int e1k_page_frags_create(struct e1k_page_frags *frags,
			  const struct e1k_ring_owner *owner, u32 size,
			  unsigned int order);
void e1k_page_frags_bind(struct e1k_page_frags *frags, struct napi_struct *napi);
void e1k_page_frags_unbind(struct e1k_page_frags *frags);
void e1k_page_frags_destroy(struct e1k_page_frags *frags);
void e1k_page_frags_put(struct e1k_page_frags *frags, struct page *page);
bool e1k_pool_reclaim(gfp_t gfp, unsigned int order);
bool e1k_page_frags_refill(struct e1k_page_frags *frags, gfp_t gfp);

/**
 * e1k_pool_gfp() - allocation flags for a page pool
 * @gfp: the caller's
 *
 * Since Linux 6.15 a page pool notes each mapped page in an array under a lock
 * that turns BH off, and the array allocates with the same flags: it would sleep
 * with BH off.
 */
static inline gfp_t e1k_pool_gfp(gfp_t gfp)
{
	return gfp & ~__GFP_DIRECT_RECLAIM;
}

/**
 * e1k_page_frags_alloc() - get the next fragment
 * @frags: with a pool
 * @buf: filled in on success
 * @gfp: allocation flags
 * Context: NAPI, or the ring stopped.
 * Return: false if memory ran out.
 */
static inline bool e1k_page_frags_alloc(struct e1k_page_frags *frags,
					struct e1k_rx_buf *buf, gfp_t gfp)
{
	if (!frags->left && !e1k_page_frags_refill(frags, gfp))
		return false;
	*buf = frags->next;
	frags->next.data += frags->size;
	frags->next.dma += frags->size;
	frags->left--;
	return true;
}

#endif /* E1K_PAGE_FRAGS_H */
