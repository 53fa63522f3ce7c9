// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kbuild compiles this in the place of src/ethtool.c. Where a kernel does not read
 * a queue's statistics by netlink, ethtool -S shows what only they have.
 */
#include <e1k_kcompat.h>

#ifndef E1K_HAVE_NETDEV_STAT_OPS
#include <linux/ethtool.h>
#include <net/netdev_queues.h>

#include "adapter.h"

static const char * const compat_lines[] = {
	"rx%u_csum_good", "tx%u_tso", "tx%u_csum", "tx%u_stops", "tx%u_wakes",
};

static int compat_stats_count(const struct e1k_stats *stats)
{
	return e1k_stats_count(stats) + stats->queues * ARRAY_SIZE(compat_lines);
}

static void compat_stats_get_strings(const struct e1k_stats *stats, u8 *data)
{
	u32 queue, i;

	e1k_stats_get_strings(stats, data);
	data += e1k_stats_count(stats) * ETH_GSTRING_LEN;
	for (queue = 0; queue < stats->queues; queue++)
		for (i = 0; i < ARRAY_SIZE(compat_lines); i++)
			ethtool_sprintf(&data, compat_lines[i], queue);
}

static void compat_stats_get_values(struct e1k_stats *stats, u64 *data)
{
	u32 queue;

	e1k_stats_get_values(stats, data);
	data += e1k_stats_count(stats);
	for (queue = 0; queue < stats->queues; queue++) {
		struct netdev_queue_stats_rx rx = {};
		struct netdev_queue_stats_tx tx = {};

		e1k_stats_get_rx_queue(stats, queue, &rx);
		e1k_stats_get_tx_queue(stats, queue, &tx);
		*data++ = rx.csum_unnecessary;
		*data++ = tx.hw_gso_packets;
		*data++ = tx.needs_csum - tx.hw_gso_packets;
		*data++ = tx.stop;
		*data++ = tx.wake;
	}
}

#define e1k_stats_count		compat_stats_count
#define e1k_stats_get_strings	compat_stats_get_strings
#define e1k_stats_get_values	compat_stats_get_values
#endif

/*
 * Operations of RSS. Where the field of one is missing, the macros give its
 * initialiser to a field that stays NULL.
 */
#include <linux/ethtool.h>

#include "flow.h"
#include "rss.h"

#ifndef E1K_HAVE_ETHTOOL_RXFH_PARAM
static int compat_get_rxfh(struct net_device *dev, u32 *indir, u8 *key, u8 *hfunc)
{
	struct ethtool_rxfh_param rxfh = { .indir = indir, .key = key };
	int err = e1k_get_rxfh(dev, &rxfh);

	if (hfunc)
		*hfunc = rxfh.hfunc;
	return err;
}

static int compat_set_rxfh(struct net_device *dev, const u32 *indir, const u8 *key,
			   const u8 hfunc)
{
	struct ethtool_rxfh_param rxfh = {
		.indir = (u32 *)indir, .key = (u8 *)key, .hfunc = hfunc,
	};

	return e1k_set_rxfh(dev, &rxfh, NULL);
}

#define e1k_get_rxfh		compat_get_rxfh
#define e1k_set_rxfh		compat_set_rxfh
#endif

#ifndef E1K_HAVE_ETHTOOL_RX_RING_COUNT
static int compat_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *nfc,
			    u32 *rules)
{
#ifndef E1K_HAVE_ETHTOOL_RXFH_FIELDS
	struct ethtool_rxfh_fields fields = { .flow_type = nfc->flow_type };

	if (nfc->cmd == ETHTOOL_GRXFH) {
		e1k_get_rxfh_fields(dev, &fields);
		nfc->data = fields.data;
		return 0;
	}
#endif
	if (nfc->cmd != ETHTOOL_GRXRINGS)
		return e1k_get_rxnfc(dev, nfc, rules);
	nfc->data = e1k_get_rx_ring_count(dev);
	return 0;
}

#define get_rx_ring_count	get_tunable
#define e1k_get_rx_ring_count	NULL
#define e1k_get_rxnfc		compat_get_rxnfc
#endif

#ifndef E1K_HAVE_ETHTOOL_RXFH_FIELDS
static int compat_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *nfc)
{
	struct ethtool_rxfh_fields fields = {
		.flow_type = nfc->flow_type, .data = nfc->data,
	};

	return nfc->cmd == ETHTOOL_SRXFH ? e1k_set_rxfh_fields(dev, &fields, NULL) :
					   e1k_set_rxnfc(dev, nfc);
}

#define get_rxfh_fields		get_phy_tunable
#define set_rxfh_fields		set_phy_tunable
#define e1k_get_rxfh_fields	NULL
#define e1k_set_rxfh_fields	NULL
#define e1k_set_rxnfc		compat_set_rxnfc
#endif

#ifdef COMPAT_NO_OP_NEEDS_RTNL
#define op_needs_rtnl		cap_link_lanes_supported
#endif

#include "../src/ethtool.c"
