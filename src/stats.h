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
 * The MAC's counters: register, name for ethtool, whether it is 64 bits wide,
 * and whether E1K_QUIRK_STATS_KEEP applies. The enumeration and the tables are
 * generated from this list.
 */
#define E1K_MAC_STATS(X)						\
	X(CRCERRS,	"mac_rx_crc_errors",		false, true)	\
	X(ALGNERRC,	"mac_rx_align_errors",		false, true)	\
	X(SYMERRS,	"mac_rx_symbol_errors",		false, true)	\
	X(RXERRC,	"mac_rx_errors",		false, true)	\
	X(CEXTERR,	"mac_rx_carrier_ext_errors",	false, true)	\
	X(MPC,		"mac_rx_missed",		false, true)	\
	X(RNBC,		"mac_rx_no_buffer",		false, true)	\
	X(RLEC,		"mac_rx_length_errors",		false, true)	\
	X(RUC,		"mac_rx_undersize",		false, false)	\
	X(RFC,		"mac_rx_fragments",		false, true)	\
	X(ROC,		"mac_rx_oversize",		false, false)	\
	X(RJC,		"mac_rx_jabbers",		false, true)	\
	X(GPRC,		"mac_rx_good_packets",		false, false)	\
	X(GORCL,	"mac_rx_good_bytes",		true,  false)	\
	X(TPR,		"mac_rx_total_packets",		false, false)	\
	X(TORL,		"mac_rx_total_bytes",		true,  false)	\
	X(BPRC,		"mac_rx_broadcast",		false, false)	\
	X(MPRC,		"mac_rx_multicast",		false, false)	\
	X(PRC64,	"mac_rx_64",			false, false)	\
	X(PRC127,	"mac_rx_65_to_127",		false, false)	\
	X(PRC255,	"mac_rx_128_to_255",		false, false)	\
	X(PRC511,	"mac_rx_256_to_511",		false, false)	\
	X(PRC1023,	"mac_rx_512_to_1023",		false, false)	\
	X(PRC1522,	"mac_rx_1024_to_max",		false, false)	\
	X(XONRXC,	"mac_rx_xon",			false, true)	\
	X(XOFFRXC,	"mac_rx_xoff",			false, true)	\
	X(FCRUC,	"mac_rx_unknown_control",	false, true)	\
	X(GPTC,		"mac_tx_good_packets",		false, false)	\
	X(GOTCL,	"mac_tx_good_bytes",		true,  false)	\
	X(TPT,		"mac_tx_total_packets",		false, false)	\
	X(TOTL,		"mac_tx_total_bytes",		true,  false)	\
	X(BPTC,		"mac_tx_broadcast",		false, false)	\
	X(MPTC,		"mac_tx_multicast",		false, false)	\
	X(PTC64,	"mac_tx_64",			false, false)	\
	X(PTC127,	"mac_tx_65_to_127",		false, false)	\
	X(PTC255,	"mac_tx_128_to_255",		false, false)	\
	X(PTC511,	"mac_tx_256_to_511",		false, false)	\
	X(PTC1023,	"mac_tx_512_to_1023",		false, false)	\
	X(PTC1522,	"mac_tx_1024_to_max",		false, false)	\
	X(XONTXC,	"mac_tx_xon",			false, true)	\
	X(XOFFTXC,	"mac_tx_xoff",			false, true)	\
	X(TSCTC,	"mac_tx_tso_contexts",		false, false)	\
	X(TSCTFC,	"mac_tx_tso_failed",		false, true)	\
	X(SCC,		"mac_tx_single_collisions",	false, true)	\
	X(MCC,		"mac_tx_multiple_collisions",	false, true)	\
	X(ECOL,		"mac_tx_excessive_collisions",	false, true)	\
	X(LATECOL,	"mac_tx_late_collisions",	false, true)	\
	X(COLC,		"mac_tx_collisions",		false, true)	\
	X(DC,		"mac_tx_deferred",		false, true)	\
	X(TNCRS,	"mac_tx_no_carrier_sense",	false, true)

enum e1k_mac_stat {
#define E1K_MAC_STAT_ENUM(reg, name, wide, kept) E1K_MAC_##reg,
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
 * @tx: the transmit queue's
 * @rx: the receive queue's
 * @recovery: steps taken against hangs
 * @lock: protects @mac, @last and @collected; BH-safe
 * @mac: sums of the MAC's counters. @lock
 * @last: last values of counters that reading does not clear. @lock
 * @collected: time of the last e1k_stats_collect(), jiffies. Written under
 *	       @lock
 */
struct e1k_stats {
	struct e1k_tx_stats tx;
	struct e1k_rx_stats rx;
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
void e1k_stats_get_rx_queue(struct e1k_stats *stats,
			    struct netdev_queue_stats_rx *out);
void e1k_stats_get_tx_queue(struct e1k_stats *stats,
			    struct netdev_queue_stats_tx *out);
int e1k_stats_count(void);
void e1k_stats_get_strings(u8 *data);
void e1k_stats_get_values(struct e1k_stats *stats, u64 *data);

#endif /* E1K_STATS_H */
