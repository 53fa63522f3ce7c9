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

static const char compat_lines[][ETH_GSTRING_LEN] = {
	"rx0_csum_good", "tx0_tso", "tx0_csum", "tx0_stops", "tx0_wakes",
};

static int compat_stats_count(void)
{
	return e1k_stats_count() + ARRAY_SIZE(compat_lines);
}

static void compat_stats_get_strings(u8 *data)
{
	e1k_stats_get_strings(data);
	memcpy(data + e1k_stats_count() * ETH_GSTRING_LEN, compat_lines,
	       sizeof(compat_lines));
}

static void compat_stats_get_values(struct e1k_stats *stats, u64 *data)
{
	struct netdev_queue_stats_rx rx = {};
	struct netdev_queue_stats_tx tx = {};

	e1k_stats_get_values(stats, data);
	e1k_stats_get_rx_queue(stats, &rx);
	e1k_stats_get_tx_queue(stats, &tx);
	data += e1k_stats_count();
	*data++ = rx.csum_unnecessary;
	*data++ = tx.hw_gso_packets;
	*data++ = tx.needs_csum - tx.hw_gso_packets;
	*data++ = tx.stop;
	*data++ = tx.wake;
}

#define e1k_stats_count		compat_stats_count
#define e1k_stats_get_strings	compat_stats_get_strings
#define e1k_stats_get_values	compat_stats_get_values
#endif

#include "../src/ethtool.c"
