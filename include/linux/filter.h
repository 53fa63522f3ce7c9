/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_LINUX_FILTER_H
#define COMPAT_LINUX_FILTER_H

#include_next <linux/filter.h>
#include <e1k_kcompat.h>

#ifdef E1K_HAVE_XDP_RELEASE_FRAME
#include <net/page_pool/helpers.h>
#include <net/xdp.h>

/*
 * When these kernels build an skb from a redirected frame, they release its
 * page from the pool: redirect a copy if the page is shared. Not inlined, to
 * keep the stack protector's check out of the path of other frames.
 */
static noinline __maybe_unused int
compat_xdp_redirect_copy(struct net_device *dev, struct xdp_buff *xdp,
			 struct bpf_prog *prog)
{
	struct page *page = virt_to_head_page(xdp->data);
	u32 meta = xdp->data - xdp->data_meta;
	u32 len = xdp->data_end - xdp->data;
	struct page_pool *pool = page->pp;
	struct xdp_buff copy;
	struct page *own;
	int err;

	own = page_pool_alloc_pages(pool, GFP_ATOMIC | __GFP_NOWARN);
	if (!own)
		return -ENOMEM;
	xdp_init_buff(&copy, PAGE_SIZE, xdp->rxq);
	xdp_prepare_buff(&copy, page_address(own), XDP_PACKET_HEADROOM, len,
			 true);
	copy.data_meta -= meta;
	memcpy(copy.data_meta, xdp->data_meta, meta + len);
	err = xdp_do_redirect(dev, &copy, prog);
	/* The page that is not redirected returns to the pool, in NAPI */
	page_pool_put_full_page(pool, err ? own : page, true);
	return err;
}

/* An unshared page can be redirected as it is. */
static inline int compat_xdp_do_redirect(struct net_device *dev,
					 struct xdp_buff *xdp,
					 struct bpf_prog *prog)
{
	if (xdp->rxq->mem.type == MEM_TYPE_PAGE_POOL &&
	    compat_page_is_shared(virt_to_head_page(xdp->data)))
		return compat_xdp_redirect_copy(dev, xdp, prog);
	return xdp_do_redirect(dev, xdp, prog);
}

#define xdp_do_redirect(dev, xdp, prog) compat_xdp_do_redirect(dev, xdp, prog)
#endif

#endif /* COMPAT_LINUX_FILTER_H */
