/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages of a pool, cut into receive buffers and heads of skbs.
 */
#ifndef E1K_PAGE_FRAGS_H
#define E1K_PAGE_FRAGS_H

#include <linux/dma-mapping.h>
#include <linux/types.h>

#include "ring.h"

struct page_pool;
struct xdp_buff;

/*
 * Sharing a page takes a counter in struct page. Where DMA addresses are wider
 * than a long some kernels have no room for it: a buffer takes the whole page.
 */
#define E1K_RX_CAN_SHARE	(sizeof(dma_addr_t) <= sizeof(long))

/**
 * struct e1k_rx_buf - one receive buffer
 * @page: of the ring's pool, or NULL
 * @xdp: of the AF_XDP pool, where the ring has one, or NULL
 * @data: where in @page the frame is, behind the headroom
 * @dma: the same place as the NIC sees it
 * @sync: the CPU's view and the NIC's must be synchronised
 * @edge: the NIC may have found no buffer behind this one when the ring was at this
 *	  count; see e1k_rx_mark_edge()
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
 * struct e1k_page_frags - a page of a pool, given out in equal slices
 * @pool: where pages come from, or NULL
 * @small_pool: where as few pages as hold a slice come from while @pool has none; NULL if
 *	 those of @pool are no more
 * @dev: for DMA, if the pool maps its pages, or NULL
 * @next: the next slice
 * @gfp: how to ask @pool, beside how hard
 * @left: slices from @next on
 * @per_page: slices of a page of @pool
 * @per_small_page: slices of a page of @small_pool
 * @size: bytes of a slice
 * @headroom: bytes of it before the data
 *
 * Each slice holds a reference of its own, and is given back by
 * page_pool_put_full_page() or with its skb. Cut here and not by
 * page_pool_alloc_frag() a slice costs a fifth of the instructions.
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
void e1k_rx_slices_bind(struct e1k_page_frags *frags, struct napi_struct *napi);
void e1k_page_frags_destroy(struct e1k_page_frags *frags);
void e1k_page_frags_put(struct e1k_page_frags *frags, struct page *page);
bool e1k_page_frags_refill(struct e1k_page_frags *frags, gfp_t gfp);

/**
 * e1k_page_frags_alloc() - get the next slice
 * @frags: with a pool
 * @buf: filled in on success
 * @gfp: how hard to try for a page
 *
 * Context: NAPI, or the ring stopped.
 * Return: false when there is no memory.
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
