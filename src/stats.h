/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters of the queues (software) and of the MAC (registers) */
#ifndef E1K_STATS_H
#define E1K_STATS_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "hw/hw.h"
#include "ring_stats.h"

struct netdev_queue_stats_rx;
struct netdev_queue_stats_tx;
struct rtnl_link_stats64;

/*
 * The MAC's counters: register, whether it is 64 bits wide, and whether
 * E1K_QUIRK_STATS_KEEP applies. The enumeration and the table of registers are
 * generated from this list.
 */
#define E1K_MAC_STATS(X)						\
	X(CRCERRS,	false, true)					\
	X(ALGNERRC,	false, true)					\
	X(SYMERRS,	false, true)					\
	X(RXERRC,	false, true)					\
	X(CEXTERR,	false, true)					\
	X(MPC,		false, true)					\
	X(RNBC,		false, true)					\
	X(RLEC,		false, true)					\
	X(RUC,		false, false)					\
	X(RFC,		false, true)					\
	X(ROC,		false, false)					\
	X(RJC,		false, true)					\
	X(GPRC,		false, false)					\
	X(GORCL,	true,  false)					\
	X(TPR,		false, false)					\
	X(TORL,		true,  false)					\
	X(BPRC,		false, false)					\
	X(MPRC,		false, false)					\
	X(PRC64,	false, false)					\
	X(PRC127,	false, false)					\
	X(PRC255,	false, false)					\
	X(PRC511,	false, false)					\
	X(PRC1023,	false, false)					\
	X(PRC1522,	false, false)					\
	X(XONRXC,	false, true)					\
	X(XOFFRXC,	false, true)					\
	X(FCRUC,	false, true)					\
	X(GPTC,		false, false)					\
	X(GOTCL,	true,  false)					\
	X(TPT,		false, false)					\
	X(TOTL,		true,  false)					\
	X(BPTC,		false, false)					\
	X(MPTC,		false, false)					\
	X(PTC64,	false, false)					\
	X(PTC127,	false, false)					\
	X(PTC255,	false, false)					\
	X(PTC511,	false, false)					\
	X(PTC1023,	false, false)					\
	X(PTC1522,	false, false)					\
	X(XONTXC,	false, true)					\
	X(XOFFTXC,	false, true)					\
	X(TSCTC,	false, false)					\
	X(TSCTFC,	false, true)					\
	X(SCC,		false, true)					\
	X(MCC,		false, true)					\
	X(ECOL,		false, true)					\
	X(LATECOL,	false, true)					\
	X(COLC,		false, true)					\
	X(DC,		false, true)					\
	X(TNCRS,	false, true)

enum e1k_mac_stat {
#define E1K_MAC_STAT_ENUM(reg, wide, kept) E1K_MAC_##reg,
	E1K_MAC_STATS(E1K_MAC_STAT_ENUM)
#undef E1K_MAC_STAT_ENUM
	E1K_MAC_STAT_COUNT
};

/**
 * struct e1k_recovery_stats - steps taken against hangs. RTNL
 * @polls: polls because of a lost interrupt
 * @kicks: tails written again
 * @restarts: restarts of the transmit ring
 * @resets: resets of the NIC, failed ones included
 * @reset_failures: failed resets
 * @syncp: for readers on 32-bit machines; last, the tables depend on it
 */
struct e1k_recovery_stats {
	u64_stats_t polls;
	u64_stats_t kicks;
	u64_stats_t restarts;
	u64_stats_t resets;
	u64_stats_t reset_failures;
	struct u64_stats_sync syncp;
};

/**
 * struct e1k_stats - all counters of one device, never reset
 * @tx: each transmit queue's
 * @rx: each receive queue's
 * @queues: how many of them can be used, constant after probe
 * @recovery: steps taken against hangs
 * @lock: protects @mac, @last and @collected; BH-safe
 * @mac: sums of the MAC's counters. @lock
 * @last: last values of counters that reading does not clear. @lock
 * @collected: time of the last e1k_stats_collect(), jiffies. Written under
 *	       @lock
 */
struct e1k_stats {
	struct e1k_tx_stats tx[E1K_QUEUES_MAX];
	struct e1k_rx_stats rx[E1K_QUEUES_MAX];
	u32 queues;
	struct e1k_recovery_stats recovery;
	spinlock_t lock;
	u64 mac[E1K_MAC_STAT_COUNT];
	u32 last[E1K_MAC_STAT_COUNT];
	unsigned long collected;
};

void e1k_stats_init(struct e1k_stats *stats);
void e1k_stats_discard(struct e1k_stats *stats, struct e1k_hw *hw);
void e1k_stats_collect(struct e1k_stats *stats, struct e1k_hw *hw);
void e1k_stats_keep_up(struct e1k_stats *stats, struct e1k_hw *hw);
void e1k_stats_get64(struct e1k_stats *stats, struct e1k_hw *hw,
		     struct rtnl_link_stats64 *out);
void e1k_stats_count_recovery(struct e1k_stats *stats, u64_stats_t *counter);
u64 e1k_stats_get_mac(struct e1k_stats *stats, enum e1k_mac_stat which);
void e1k_stats_get_rx_queue(struct e1k_stats *stats, u32 queue,
			    struct netdev_queue_stats_rx *out);
void e1k_stats_get_tx_queue(struct e1k_stats *stats, u32 queue,
			    struct netdev_queue_stats_tx *out);
void e1k_stats_get_base(struct e1k_stats *stats, u32 used,
			struct netdev_queue_stats_rx *rx,
			struct netdev_queue_stats_tx *tx);
int e1k_stats_count(const struct e1k_stats *stats);
void e1k_stats_get_strings(const struct e1k_stats *stats, u8 *data);
void e1k_stats_get_values(struct e1k_stats *stats, u64 *data);

#endif /* E1K_STATS_H */
