/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_NET_XDP_H
#define COMPAT_NET_XDP_H

#include_next <net/xdp.h>
#include <net/netmem.h>
#include <e1k_kcompat.h>

/* Older kernels do not report XDP features: the flags may be 0. */
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

/* For unshared pages only; the caller has checked that there is room. */
#ifndef E1K_HAVE_XDP_BUFF_ADD_FRAG
static inline bool xdp_buff_add_frag(struct xdp_buff *xdp, netmem_ref netmem,
				     u32 offset, u32 size, u32 truesize)
{
	struct skb_shared_info *sinfo = xdp_get_shared_info_from_buff(xdp);
	struct page *page = (__force struct page *)netmem;

	if (!xdp_buff_has_frags(xdp)) {
		sinfo->nr_frags = 0;
		sinfo->xdp_frags_size = 0;
		xdp_buff_set_frags_flag(xdp);
	}
	if (page_is_pfmemalloc(page))
		xdp_buff_set_frag_pfmemalloc(xdp);
	__skb_fill_page_desc_noacc(sinfo, sinfo->nr_frags++, page, offset, size);
	sinfo->xdp_frags_size += size;
	return true;
}
#endif

#endif /* COMPAT_NET_XDP_H */
