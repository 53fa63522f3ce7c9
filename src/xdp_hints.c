// SPDX-License-Identifier: GPL-2.0-only
/* XDP hints: metadata from the receive descriptor. */
#include <linux/bitfield.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <net/xdp.h>

#include "desc.h"
#include "rx_ring.h"
#include "xdp.h"

static int e1k_xdp_hint_vlan(const struct xdp_md *ctx, __be16 *proto, u16 *tci)
{
	const struct e1k_xdp_buff *buff = (const void *)ctx;

	if (!(buff->hi & E1K_RXD_VP))
		return -ENODATA;
	*proto = htons(ETH_P_8021Q);
	*tci = FIELD_GET(E1K_RXD_SPECIAL, buff->hi);
	return 0;
}

static int e1k_xdp_hint_hash(const struct xdp_md *ctx, u32 *hash,
			     enum xdp_rss_hash_type *type)
{
	static const enum xdp_rss_hash_type types[] = {
		[E1K_RSS_TCP4]		= XDP_RSS_TYPE_L4_IPV4_TCP,
		[E1K_RSS_IP4]		= XDP_RSS_TYPE_L3_IPV4,
		[E1K_RSS_TCP6]		= XDP_RSS_TYPE_L4_IPV6_TCP,
		[E1K_RSS_IP6_EX]	= XDP_RSS_TYPE_L3_IPV6_EX,
		[E1K_RSS_IP6]		= XDP_RSS_TYPE_L3_IPV6,
	};
	const struct e1k_xdp_buff *buff = (const void *)ctx;
	u32 what = FIELD_GET(E1K_RXD_EXT_RSS_TYPE, buff->rss);

	if (what == E1K_RSS_NONE || what >= ARRAY_SIZE(types))
		return -ENODATA;
	*hash = FIELD_GET(E1K_RXD_EXT_HASH, buff->rss);
	*type = types[what];
	return 0;
}

static const struct xdp_metadata_ops e1k_xdp_hints = {
	.xmo_rx_vlan_tag	= e1k_xdp_hint_vlan,
};

static const struct xdp_metadata_ops e1k_xdp_hints_rss = {
	.xmo_rx_hash		= e1k_xdp_hint_hash,
	.xmo_rx_vlan_tag	= e1k_xdp_hint_vlan,
};

/**
 * e1k_xdp_set_hints() - offer XDP hints
 * @netdev: not registered yet, its hw_features set
 *
 * netlink names each hint that has a function, so a NIC without hashes gets
 * none for them.
 */
void e1k_xdp_set_hints(struct net_device *netdev)
{
	netdev->xdp_metadata_ops = netdev->hw_features & NETIF_F_RXHASH ?
				   &e1k_xdp_hints_rss : &e1k_xdp_hints;
}
