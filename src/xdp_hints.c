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

static const struct xdp_metadata_ops e1k_xdp_hints = {
	.xmo_rx_vlan_tag	= e1k_xdp_hint_vlan,
};

/**
 * e1k_xdp_set_hints() - offer XDP hints
 * @netdev: not registered yet
 */
void e1k_xdp_set_hints(struct net_device *netdev)
{
	netdev->xdp_metadata_ops = &e1k_xdp_hints;
}
