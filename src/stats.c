// SPDX-License-Identifier: GPL-2.0-only
/* Counter tables and aggregation */
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <net/netdev_queues.h>

#include "stats.h"

/* Jiffies; minimum-size frames at 1 Gbit/s overflow 32 bits in 48 minutes */
#define E1K_STATS_PERIOD	(60 * HZ)

struct e1k_mac_counter {
	u16 reg;
	bool wide;
	bool kept;
};

static const struct e1k_mac_counter e1k_mac_counters[] = {
#define E1K_MAC_STAT_ROW(_reg, _wide, _kept)				\
	[E1K_MAC_##_reg] = {						\
		.reg = E1K_##_reg, .wide = _wide, .kept = _kept,	\
	},
	E1K_MAC_STATS(E1K_MAC_STAT_ROW)
#undef E1K_MAC_STAT_ROW
};

/*
 * Those that ethtool -S shows. The others are in the standard groups of ethtool
 * or in ip -s -s link; docs/use/ethtool.md says where.
 */
static const struct {
	char name[ETH_GSTRING_LEN];
	enum e1k_mac_stat stat;
} e1k_mac_lines[] = {
	{ "mac_rx_errors",		E1K_MAC_RXERRC },
	{ "mac_rx_carrier_ext_errors",	E1K_MAC_CEXTERR },
	{ "mac_rx_no_buffer",		E1K_MAC_RNBC },
	{ "mac_rx_total_packets",	E1K_MAC_TPR },
	{ "mac_rx_total_bytes",		E1K_MAC_TORL },
	{ "mac_tx_total_packets",	E1K_MAC_TPT },
	{ "mac_tx_total_bytes",		E1K_MAC_TOTL },
	{ "mac_tx_tso_contexts",	E1K_MAC_TSCTC },
	{ "mac_tx_tso_failed",		E1K_MAC_TSCTFC },
};

struct e1k_queue_counter {
	char name[ETH_GSTRING_LEN];
	size_t offset;
};

#define E1K_COUNTER(type, member, prefix)				\
	{ .name = prefix #member, .offset = offsetof(struct type, member) }

#define E1K_RX(member)		E1K_COUNTER(e1k_rx_stats, member, "rx%u_")
#define E1K_TX_XMIT(member)	E1K_COUNTER(e1k_tx_xmit_stats, member, "tx%u_")
#define E1K_TX_DONE(member)	E1K_COUNTER(e1k_tx_done_stats, member, "tx%u_")
#define E1K_RECOVERY(member)	E1K_COUNTER(e1k_recovery_stats, member, "heal_")

static const struct e1k_queue_counter e1k_rx_counters[] = {
	E1K_RX(polls),
	E1K_RX(copied),
	E1K_RX(frame_errors),
	E1K_RX(length_errors),
	E1K_RX(alloc_errors),
	E1K_RX(skb_errors),
	E1K_RX(unverified),
	E1K_RX(xdp_pass),
	E1K_RX(xdp_drop),
	E1K_RX(xdp_aborted),
	E1K_RX(xdp_tx),
	E1K_RX(xdp_tx_errors),
	E1K_RX(xdp_redirect),
	E1K_RX(xdp_redirect_errors),
	E1K_RX(xsk_empty),
};

static const struct e1k_queue_counter e1k_tx_xmit_counters[] = {
	E1K_TX_XMIT(contexts),
	E1K_TX_XMIT(doorbells),
	E1K_TX_XMIT(pad_errors),
	E1K_TX_XMIT(map_errors),
	E1K_TX_XMIT(offload_errors),
	E1K_TX_XMIT(xdp_xmit),
	E1K_TX_XMIT(xdp_xmit_errors),
	E1K_TX_XMIT(xsk_xmit),
	E1K_TX_XMIT(xsk_xmit_errors),
};

static const struct e1k_queue_counter e1k_tx_done_counters[] = {
	E1K_TX_DONE(dropped),
};

static const struct e1k_queue_counter e1k_recovery_counters[] = {
	E1K_RECOVERY(polls),
	E1K_RECOVERY(kicks),
	E1K_RECOVERY(restarts),
	E1K_RECOVERY(resets),
	E1K_RECOVERY(reset_failures),
};

/*
 * A counter that is in a structure but in no table fails the build here. Those
 * before @first are in a standard place.
 */
#define E1K_ALL_COUNTED(table, type, first)				\
	static_assert(ARRAY_SIZE(table) * sizeof(u64_stats_t) ==	\
		      offsetof(struct type, syncp) - offsetof(struct type, first))

E1K_ALL_COUNTED(e1k_rx_counters, e1k_rx_stats, polls);
E1K_ALL_COUNTED(e1k_tx_xmit_counters, e1k_tx_xmit_stats, contexts);
E1K_ALL_COUNTED(e1k_tx_done_counters, e1k_tx_done_stats, dropped);
E1K_ALL_COUNTED(e1k_recovery_counters, e1k_recovery_stats, polls);

static_assert(ARRAY_SIZE(e1k_mac_counters) == E1K_MAC_STAT_COUNT);

#define E1K_STATS_PER_QUEUE						\
	(ARRAY_SIZE(e1k_rx_counters) + ARRAY_SIZE(e1k_tx_xmit_counters) + \
	 ARRAY_SIZE(e1k_tx_done_counters))

/**
 * e1k_stats_init() - initialise the counters
 * @stats: zeroed
 */
void e1k_stats_init(struct e1k_stats *stats)
{
	u32 i;

	spin_lock_init(&stats->lock);
	stats->collected = jiffies;
	for (i = 0; i < E1K_QUEUES_MAX; i++) {
		u64_stats_init(&stats->rx[i].syncp);
		u64_stats_init(&stats->tx[i].xmit.syncp);
		u64_stats_init(&stats->tx[i].done.syncp);
	}
	u64_stats_init(&stats->recovery.syncp);
}

/* Increase of a MAC counter since it was last read. */
static u64 e1k_stats_mac_delta(struct e1k_stats *stats, struct e1k_hw *hw,
			       enum e1k_mac_stat i)
{
	const struct e1k_mac_counter *counter = &e1k_mac_counters[i];
	u64 val = e1k_rd32(hw, counter->reg);
	u32 delta;

	/* Low half first: reading the high one clears both (SDM 13.7) */
	if (counter->wide)
		val |= (u64)e1k_rd32(hw, counter->reg + 4) << 32;
	/* Do not count all ones from a removed device */
	if (e1k_hw_is_unresponsive(hw))
		return 0;
	if (!counter->kept || !e1k_has_quirk(hw, E1K_QUIRK_STATS_KEEP))
		return val;
	/* Less than the last value: a reset has cleared it */
	delta = val < stats->last[i] ? val : val - stats->last[i];
	stats->last[i] = val;
	return delta;
}

/* Update the sum of one MAC counter, if @hw is not NULL. Return: the sum. */
static u64 e1k_stats_update(struct e1k_stats *stats, struct e1k_hw *hw,
			    enum e1k_mac_stat i)
{
	if (hw)
		stats->mac[i] += e1k_stats_mac_delta(stats, hw, i);
	return stats->mac[i];
}

/**
 * e1k_stats_collect() - add the MAC's counters to the sums
 * @stats: the sums
 * @hw: the NIC
 * Context: any but hard interrupt; takes stats->lock.
 */
void e1k_stats_collect(struct e1k_stats *stats, struct e1k_hw *hw)
{
	unsigned int i;

	spin_lock_bh(&stats->lock);
	for (i = 0; i < E1K_MAC_STAT_COUNT; i++)
		e1k_stats_update(stats, hw, i);
	WRITE_ONCE(stats->collected, jiffies);
	spin_unlock_bh(&stats->lock);
}

/**
 * e1k_stats_keep_up() - collect before a 32-bit counter overflows
 * @stats: the sums
 * @hw: the NIC
 *
 * For NICs whose counters nothing else reads. Each of some fifty register reads
 * is a VM exit, so the period is long.
 * Context: any but hard interrupt; takes stats->lock.
 */
void e1k_stats_keep_up(struct e1k_stats *stats, struct e1k_hw *hw)
{
	unsigned long collected = READ_ONCE(stats->collected);

	if (time_after(jiffies, collected + E1K_STATS_PERIOD))
		e1k_stats_collect(stats, hw);
}

/**
 * e1k_stats_discard() - discard what the MAC has counted
 * @stats: the sums; unchanged
 * @hw: the NIC
 * Context: any but hard interrupt; takes stats->lock.
 */
void e1k_stats_discard(struct e1k_stats *stats, struct e1k_hw *hw)
{
	unsigned int i;

	spin_lock_bh(&stats->lock);
	for (i = 0; i < E1K_MAC_STAT_COUNT; i++)
		e1k_stats_mac_delta(stats, hw, i);
	spin_unlock_bh(&stats->lock);
}

static void e1k_stats_read_queue(const struct e1k_queue_counter *counters,
				 unsigned int n, const void *base,
				 const struct u64_stats_sync *syncp, u64 *out)
{
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(syncp);
		for (i = 0; i < n; i++)
			out[i] = u64_stats_read(base + counters[i].offset);
	} while (u64_stats_fetch_retry(syncp, start));
}

static u64 e1k_stats_read_one(const u64_stats_t *counter,
			      const struct u64_stats_sync *syncp)
{
	unsigned int start;
	u64 val;

	do {
		start = u64_stats_fetch_begin(syncp);
		val = u64_stats_read(counter);
	} while (u64_stats_fetch_retry(syncp, start));
	return val;
}

static void e1k_stats_add_queue(const struct e1k_stats *stats, u32 queue,
				struct rtnl_link_stats64 *out)
{
	const struct e1k_tx_xmit_stats *xmit = &stats->tx[queue].xmit;
	const struct e1k_tx_done_stats *done = &stats->tx[queue].done;
	const struct e1k_rx_stats *rx = &stats->rx[queue];

	out->rx_packets += e1k_stats_read_one(&rx->packets, &rx->syncp);
	out->rx_bytes += e1k_stats_read_one(&rx->bytes, &rx->syncp);
	out->tx_packets += e1k_stats_read_one(&done->packets, &done->syncp);
	out->tx_bytes += e1k_stats_read_one(&done->bytes, &done->syncp);
	out->rx_dropped += e1k_stats_read_one(&rx->skb_errors, &rx->syncp) +
			   e1k_stats_read_one(&rx->unverified, &rx->syncp);
	out->tx_dropped += e1k_stats_read_one(&done->dropped, &done->syncp) +
			   e1k_stats_read_one(&xmit->pad_errors, &xmit->syncp) +
			   e1k_stats_read_one(&xmit->map_errors, &xmit->syncp) +
			   e1k_stats_read_one(&xmit->offload_errors,
					      &xmit->syncp);
	out->rx_length_errors += e1k_stats_read_one(&rx->length_errors,
						    &rx->syncp);
	/* Bad frames that were delivered are errors, too */
	out->rx_errors += e1k_stats_read_one(&rx->frame_errors, &rx->syncp);
}

/**
 * e1k_stats_get64() - standard counters of the interface
 * @stats: the counters
 * @hw: the NIC; or NULL while suspended, to use the sums as they are
 * @out: filled in; zeroed before
 * Context: any but hard interrupt; takes stats->lock. Reads only the registers
 * it needs, since every listing of interfaces calls this.
 */
void e1k_stats_get64(struct e1k_stats *stats, struct e1k_hw *hw,
		     struct rtnl_link_stats64 *out)
{
	u64 other;
	u32 i;

	for (i = 0; i < stats->queues; i++)
		e1k_stats_add_queue(stats, i, out);

	spin_lock_bh(&stats->lock);
	out->multicast = e1k_stats_update(stats, hw, E1K_MAC_MPRC);
	out->collisions = e1k_stats_update(stats, hw, E1K_MAC_COLC);
	out->rx_crc_errors = e1k_stats_update(stats, hw, E1K_MAC_CRCERRS);
	out->rx_frame_errors = e1k_stats_update(stats, hw, E1K_MAC_ALGNERRC);
	out->rx_missed_errors = e1k_stats_update(stats, hw, E1K_MAC_MPC);
	out->rx_length_errors += e1k_stats_update(stats, hw, E1K_MAC_RLEC) +
				 e1k_stats_update(stats, hw, E1K_MAC_RUC) +
				 e1k_stats_update(stats, hw, E1K_MAC_ROC);
	other = e1k_stats_update(stats, hw, E1K_MAC_RXERRC) +
		e1k_stats_update(stats, hw, E1K_MAC_CEXTERR);
	out->tx_aborted_errors = e1k_stats_update(stats, hw, E1K_MAC_ECOL);
	out->tx_window_errors = e1k_stats_update(stats, hw, E1K_MAC_LATECOL);
	out->tx_carrier_errors = e1k_stats_update(stats, hw, E1K_MAC_TNCRS);
	spin_unlock_bh(&stats->lock);

	/* Missed frames are no errors: they were good (rtnl_link_stats64) */
	out->rx_errors += out->rx_crc_errors + out->rx_frame_errors +
			  out->rx_length_errors + other;
	out->tx_errors = out->tx_aborted_errors + out->tx_window_errors +
			 out->tx_carrier_errors;
}

/**
 * e1k_stats_get_rx_queue() - receive queue counters for netlink
 * @stats: the counters
 * @queue: index of the queue
 * @out: the fields that the driver counts are filled in
 * Context: any but hard interrupt.
 */
void e1k_stats_get_rx_queue(struct e1k_stats *stats, u32 queue,
			    struct netdev_queue_stats_rx *out)
{
	const struct e1k_rx_stats *rx = &stats->rx[queue];

	out->packets = e1k_stats_read_one(&rx->packets, &rx->syncp);
	out->bytes = e1k_stats_read_one(&rx->bytes, &rx->syncp);
	out->alloc_fail = e1k_stats_read_one(&rx->alloc_errors, &rx->syncp) +
			  e1k_stats_read_one(&rx->skb_errors, &rx->syncp);
	out->csum_unnecessary = e1k_stats_read_one(&rx->csum_good, &rx->syncp);
	out->csum_none = out->packets - out->csum_unnecessary;
}

/**
 * e1k_stats_get_tx_queue() - transmit queue counters for netlink
 * @stats: the counters
 * @queue: index of the queue
 * @out: the fields that the driver counts are filled in
 * Context: any but hard interrupt.
 */
void e1k_stats_get_tx_queue(struct e1k_stats *stats, u32 queue,
			    struct netdev_queue_stats_tx *out)
{
	const struct e1k_tx_xmit_stats *xmit = &stats->tx[queue].xmit;
	const struct e1k_tx_done_stats *done = &stats->tx[queue].done;

	out->packets = e1k_stats_read_one(&done->packets, &done->syncp);
	out->bytes = e1k_stats_read_one(&done->bytes, &done->syncp);
	out->hw_gso_packets = e1k_stats_read_one(&xmit->tso, &xmit->syncp);
	out->needs_csum = e1k_stats_read_one(&xmit->csum, &xmit->syncp) +
			  out->hw_gso_packets;
	out->stop = e1k_stats_read_one(&xmit->stops, &xmit->syncp);
	out->wake = e1k_stats_read_one(&done->wakes, &done->syncp);
}

/**
 * e1k_stats_get_base() - counters of the queues that are not in use
 * @stats: the counters
 * @used: number of queues that are
 * @rx: the fields that the driver counts are filled in
 * @tx: likewise
 *
 * With ethtool -L a queue goes, and what it has counted stays.
 * Context: any but hard interrupt.
 */
void e1k_stats_get_base(struct e1k_stats *stats, u32 used,
			struct netdev_queue_stats_rx *rx,
			struct netdev_queue_stats_tx *tx)
{
	struct netdev_queue_stats_rx rxq = {};
	struct netdev_queue_stats_tx txq = {};

	rx->packets = 0;
	rx->bytes = 0;
	rx->alloc_fail = 0;
	rx->csum_unnecessary = 0;
	rx->csum_none = 0;
	tx->packets = 0;
	tx->bytes = 0;
	tx->hw_gso_packets = 0;
	tx->needs_csum = 0;
	tx->stop = 0;
	tx->wake = 0;
	for (; used < E1K_QUEUES_MAX; used++) {
		e1k_stats_get_rx_queue(stats, used, &rxq);
		rx->packets += rxq.packets;
		rx->bytes += rxq.bytes;
		rx->alloc_fail += rxq.alloc_fail;
		rx->csum_unnecessary += rxq.csum_unnecessary;
		rx->csum_none += rxq.csum_none;
		e1k_stats_get_tx_queue(stats, used, &txq);
		tx->packets += txq.packets;
		tx->bytes += txq.bytes;
		tx->hw_gso_packets += txq.hw_gso_packets;
		tx->needs_csum += txq.needs_csum;
		tx->stop += txq.stop;
		tx->wake += txq.wake;
	}
}

/**
 * e1k_stats_count_recovery() - count a recovery step
 * @stats: the counters
 * @counter: a member of stats->recovery
 * Context: RTNL.
 */
void e1k_stats_count_recovery(struct e1k_stats *stats, u64_stats_t *counter)
{
	/* A reader that preempts the writer on this CPU would spin for ever */
	preempt_disable();
	u64_stats_update_begin(&stats->recovery.syncp);
	u64_stats_inc(counter);
	u64_stats_update_end(&stats->recovery.syncp);
	preempt_enable();
}

/**
 * e1k_stats_get_mac() - sum of one MAC counter
 * @stats: the counters
 * @which: the counter
 * Context: any but hard interrupt.
 * Return: the sum at the last e1k_stats_collect().
 */
u64 e1k_stats_get_mac(struct e1k_stats *stats, enum e1k_mac_stat which)
{
	u64 val;

	spin_lock_bh(&stats->lock);
	val = stats->mac[which];
	spin_unlock_bh(&stats->lock);
	return val;
}

/**
 * e1k_stats_count() - number of counters that ``ethtool -S`` shows
 * @stats: the counters
 * Return: the number of strings and of values.
 */
int e1k_stats_count(const struct e1k_stats *stats)
{
	return stats->queues * E1K_STATS_PER_QUEUE +
	       ARRAY_SIZE(e1k_recovery_counters) + ARRAY_SIZE(e1k_mac_lines);
}

/* The names of a queue's counters have room for its index. */
static void e1k_stats_put_names(u8 **data, const struct e1k_queue_counter *counters,
				size_t count, u32 queue)
{
	size_t i;

	for (i = 0; i < count; i++)
		ethtool_sprintf(data, counters[i].name, queue);
}

/**
 * e1k_stats_get_strings() - names of the counters
 * @stats: the counters
 * @data: e1k_stats_count() times ETH_GSTRING_LEN bytes
 */
void e1k_stats_get_strings(const struct e1k_stats *stats, u8 *data)
{
	u32 i;

	for (i = 0; i < stats->queues; i++) {
		e1k_stats_put_names(&data, e1k_rx_counters,
				    ARRAY_SIZE(e1k_rx_counters), i);
		e1k_stats_put_names(&data, e1k_tx_xmit_counters,
				    ARRAY_SIZE(e1k_tx_xmit_counters), i);
		e1k_stats_put_names(&data, e1k_tx_done_counters,
				    ARRAY_SIZE(e1k_tx_done_counters), i);
	}
	for (i = 0; i < ARRAY_SIZE(e1k_recovery_counters); i++)
		ethtool_puts(&data, e1k_recovery_counters[i].name);
	for (i = 0; i < ARRAY_SIZE(e1k_mac_lines); i++)
		ethtool_puts(&data, e1k_mac_lines[i].name);
}

static u64 *e1k_stats_put_queue(const struct e1k_stats *stats, u32 queue, u64 *data)
{
	const struct e1k_tx_stats *tx = &stats->tx[queue];
	const struct e1k_rx_stats *rx = &stats->rx[queue];

	e1k_stats_read_queue(e1k_rx_counters, ARRAY_SIZE(e1k_rx_counters),
			     rx, &rx->syncp, data);
	data += ARRAY_SIZE(e1k_rx_counters);
	e1k_stats_read_queue(e1k_tx_xmit_counters,
			     ARRAY_SIZE(e1k_tx_xmit_counters),
			     &tx->xmit, &tx->xmit.syncp, data);
	data += ARRAY_SIZE(e1k_tx_xmit_counters);
	e1k_stats_read_queue(e1k_tx_done_counters,
			     ARRAY_SIZE(e1k_tx_done_counters),
			     &tx->done, &tx->done.syncp, data);
	return data + ARRAY_SIZE(e1k_tx_done_counters);
}

/**
 * e1k_stats_get_values() - values of the counters
 * @stats: the counters
 * @data: e1k_stats_count() values
 * Context: any but hard interrupt.
 */
void e1k_stats_get_values(struct e1k_stats *stats, u64 *data)
{
	unsigned int i;

	for (i = 0; i < stats->queues; i++)
		data = e1k_stats_put_queue(stats, i, data);
	e1k_stats_read_queue(e1k_recovery_counters, ARRAY_SIZE(e1k_recovery_counters),
			     &stats->recovery, &stats->recovery.syncp, data);
	data += ARRAY_SIZE(e1k_recovery_counters);

	spin_lock_bh(&stats->lock);
	for (i = 0; i < ARRAY_SIZE(e1k_mac_lines); i++)
		data[i] = stats->mac[e1k_mac_lines[i].stat];
	spin_unlock_bh(&stats->lock);
}
