/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_NET_XDP_SOCK_DRV_H
#define COMPAT_NET_XDP_SOCK_DRV_H

#include_next <net/xdp_sock_drv.h>
#include <net/xdp.h>
#include <e1k_kcompat.h>

#ifndef E1K_HAVE_XSK_SYNC_FOR_CPU_ONE_ARG
static inline void compat_xsk_sync_for_cpu(struct xdp_buff *xdp)
{
	struct xdp_buff_xsk *xskb = container_of(xdp, struct xdp_buff_xsk, xdp);

	xsk_buff_dma_sync_for_cpu(xdp, xskb->pool);
}

#define xsk_buff_dma_sync_for_cpu(xdp) compat_xsk_sync_for_cpu(xdp)
#endif

/* Without this flag a socket cannot request multi-buffer frames. */
#ifndef XDP_UMEM_SG_FLAG
#define XDP_UMEM_SG_FLAG 0

static inline bool xsk_is_eop_desc(const struct xdp_desc *desc)
{
	return true;
}

static inline bool xsk_buff_add_frag(struct xdp_buff *head, struct xdp_buff *xdp)
{
	return false;
}
#elif !defined(E1K_HAVE_XSK_ADD_FRAG_TO_HEAD)
static inline bool compat_xsk_buff_add_frag(struct xdp_buff *head,
					    struct xdp_buff *xdp)
{
	struct skb_shared_info *sinfo = xdp_get_shared_info_from_buff(head);
	u32 size = xdp->data_end - xdp->data;

	if (!xdp_buff_has_frags(head)) {
		sinfo->nr_frags = 0;
		sinfo->xdp_frags_size = 0;
		xdp_buff_set_frags_flag(head);
	}
	/* The umem is remapped: the page encodes an address, do not read it */
	__skb_fill_page_desc_noacc(sinfo, sinfo->nr_frags++,
				   virt_to_page(xdp->data),
				   offset_in_page(xdp->data), size);
	sinfo->xdp_frags_size += size;
	xsk_buff_add_frag(xdp);
	return true;
}

#define xsk_buff_add_frag(head, xdp) compat_xsk_buff_add_frag(head, xdp)
#endif

/*
 * A driver checks with this that its type, which begins with an xdp_buff, fits
 * into the private area of a zero-copy frame. Without such an area nothing
 * fits: the calling function returns.
 */
#ifndef XSK_CHECK_PRIV_TYPE
#define XSK_CHECK_PRIV_TYPE(type) return
#endif

#endif /* COMPAT_NET_XDP_SOCK_DRV_H */
