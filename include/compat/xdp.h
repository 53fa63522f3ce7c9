/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_XDP_H
#define COMPAT_XDP_H

#include <linux/netdevice.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>
#include <compat/compat.h>

/* Without the flags nobody can ask what a device does: they may all be 0. */
#ifndef E1K_HAVE_XDP_FEATURES
enum {
	NETDEV_XDP_ACT_BASIC = 0,
	NETDEV_XDP_ACT_REDIRECT = 0,
	NETDEV_XDP_ACT_NDO_XMIT = 0,
	NETDEV_XDP_ACT_XSK_ZEROCOPY = 0,
	NETDEV_XDP_ACT_RX_SG = 0,
	NETDEV_XDP_ACT_NDO_XMIT_SG = 0,
};

static inline void xdp_set_features_flag(struct net_device *dev, u32 val)
{
}
#endif

#ifndef E1K_HAVE_XDP_UPDATE_SKB_FRAGS_INFO
static inline u32 xdp_buff_get_skb_flags(const struct xdp_buff *xdp)
{
	return xdp->flags;
}

static inline void xdp_update_skb_frags_info(struct sk_buff *skb, u8 nr_frags,
					     unsigned int size,
					     unsigned int truesize,
					     u32 xdp_flags)
{
	xdp_update_skb_shared_info(skb, nr_frags, size, truesize,
				   xdp_flags & XDP_FLAGS_FRAGS_PF_MEMALLOC);
}
#endif

#ifndef E1K_HAVE_XSK_SYNC_FOR_CPU_ONE_ARG
static inline void compat_xsk_sync_for_cpu(struct xdp_buff *xdp)
{
	struct xdp_buff_xsk *xskb = container_of(xdp, struct xdp_buff_xsk, xdp);

	xsk_buff_dma_sync_for_cpu(xdp, xskb->pool);
}

#define xsk_buff_dma_sync_for_cpu(xdp) compat_xsk_sync_for_cpu(xdp)
#endif

/*
 * Append a piece to a frame; the caller knows that there is room, and that the
 * page is another than that of the piece before.
 */
static inline void compat_xdp_buff_add_frag(struct xdp_buff *xdp,
					    struct page *page, u32 offset,
					    u32 size, u32 truesize)
{
#ifdef E1K_HAVE_XDP_BUFF_ADD_FRAG
	xdp_buff_add_frag(xdp, page_to_netmem(page), offset, size, truesize);
#else
	struct skb_shared_info *sinfo = xdp_get_shared_info_from_buff(xdp);

	if (!xdp_buff_has_frags(xdp)) {
		sinfo->nr_frags = 0;
		sinfo->xdp_frags_size = 0;
		xdp_buff_set_frags_flag(xdp);
	}
	if (page_is_pfmemalloc(page))
		xdp_buff_set_frag_pfmemalloc(xdp);
	__skb_fill_page_desc_noacc(sinfo, sinfo->nr_frags++, page, offset, size);
	sinfo->xdp_frags_size += size;
#endif
}

/* Frames of several buffers in AF_XDP's zero-copy mode. */
#ifdef E1K_HAVE_XSK_MULTI_BUFFER
static inline bool compat_xsk_is_multi_buffer(struct xsk_buff_pool *pool)
{
	return pool->umem->flags & XDP_UMEM_SG_FLAG;
}

static inline bool compat_xsk_is_eop_desc(const struct xdp_desc *desc)
{
	return !(desc->options & XDP_PKT_CONTD);
}

static inline void compat_xsk_buff_add_frag(struct xdp_buff *head,
					    struct xdp_buff *xdp)
{
#ifdef E1K_HAVE_XSK_ADD_FRAG_TO_HEAD
	xsk_buff_add_frag(head, xdp);
#else
	struct skb_shared_info *sinfo = xdp_get_shared_info_from_buff(head);
	u32 size = xdp->data_end - xdp->data;

	if (!xdp_buff_has_frags(head)) {
		sinfo->nr_frags = 0;
		sinfo->xdp_frags_size = 0;
		xdp_buff_set_frags_flag(head);
	}
	/*
	 * The socket's memory is mapped anew, so this page is arithmetic that
	 * leads back to the address. There is none to be looked into.
	 */
	__skb_fill_page_desc_noacc(sinfo, sinfo->nr_frags++,
				   virt_to_page(xdp->data),
				   offset_in_page(xdp->data), size);
	sinfo->xdp_frags_size += size;
	xsk_buff_add_frag(xdp);
#endif
}

#define compat_xsk_set_max_segs(netdev, segs) ((netdev)->xdp_zc_max_segs = (segs))
#else
static inline bool compat_xsk_is_multi_buffer(struct xsk_buff_pool *pool)
{
	return false;
}

static inline bool compat_xsk_is_eop_desc(const struct xdp_desc *desc)
{
	return true;
}

static inline void compat_xsk_buff_add_frag(struct xdp_buff *head,
					    struct xdp_buff *xdp)
{
}

#define compat_xsk_set_max_segs(netdev, segs) do { } while (0)
#endif

/*
 * Keep something beside a zero-copy frame: a type that begins with the
 * xdp_buff and fits into what the kernel leaves there. Without hints nobody
 * asks for it, and on some kernels there is no room.
 */
#ifdef E1K_HAVE_XDP_HINT_VLAN
#define compat_xsk_set_hint(xdp, type, member, val) do {		\
	XSK_CHECK_PRIV_TYPE(type);					\
	((type *)(xdp))->member = (val);				\
} while (0)
#else
#define compat_xsk_set_hint(xdp, type, member, val) ((void)(val))
#endif

/*
 * Whether an skb made from a redirected frame takes its whole page out of the
 * pool, whoever else uses it.
 */
#ifdef E1K_HAVE_XDP_RELEASE_FRAME
#define COMPAT_XDP_NEEDS_WHOLE_PAGE	true
#else
#define COMPAT_XDP_NEEDS_WHOLE_PAGE	false
#endif

#endif /* COMPAT_XDP_H */
