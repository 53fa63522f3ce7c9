/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of a transmit and a receive queue, for the device's life. Those that
 * ip -s link or the queue statistics of netlink have come first in each
 * structure: ethtool -S shows the others.
 */
#ifndef E1K_RING_STATS_H
#define E1K_RING_STATS_H

#include <linux/cache.h>
#include <linux/u64_stats_sync.h>

/**
 * struct e1k_tx_xmit_stats - counted while transmitting; transmit lock
 * @tso: packets that the NIC segments
 * @csum: packets whose checksum the NIC inserts
 * @stops: the queue was stopped for lack of descriptors
 * @contexts: context descriptors written
 * @doorbells: tail writes
 * @pad_errors: short packets dropped, no memory to pad them
 * @map_errors: packets dropped, no DMA mapping
 * @offload_errors: packets dropped, headers do not match their offload
 * @xdp_xmit: redirected frames accepted
 * @xdp_xmit_errors: redirected frames refused
 * @xsk_xmit: descriptors taken from an AF_XDP socket
 * @xsk_xmit_errors: those that hold no frame and are not sent
 * @syncp: for readers on 32-bit machines; must be last, for the tables
 */
struct e1k_tx_xmit_stats {
	u64_stats_t tso;
	u64_stats_t csum;
	u64_stats_t stops;
	u64_stats_t contexts;
	u64_stats_t doorbells;
	u64_stats_t pad_errors;
	u64_stats_t map_errors;
	u64_stats_t offload_errors;
	u64_stats_t xdp_xmit;
	u64_stats_t xdp_xmit_errors;
	u64_stats_t xsk_xmit;
	u64_stats_t xsk_xmit_errors;
	struct u64_stats_sync syncp;
};

/**
 * struct e1k_tx_done_stats - counted on completion; complete_lock, or stopped
 * @packets: frames sent
 * @bytes: bytes sent, with the headers of all segments
 * @wakes: the queue was started again
 * @dropped: packets on the ring when it was stopped
 * @syncp: for readers on 32-bit machines; must be last, for the tables
 */
struct e1k_tx_done_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t wakes;
	u64_stats_t dropped;
	struct u64_stats_sync syncp;
};

/**
 * struct e1k_tx_stats - one transmit queue's counters
 * @xmit: the transmitting side
 * @done: the completing side
 */
struct e1k_tx_stats {
	struct e1k_tx_xmit_stats xmit ____cacheline_aligned_in_smp;
	struct e1k_tx_done_stats done ____cacheline_aligned_in_smp;
};

/**
 * struct e1k_rx_stats - one receive queue's counters; NAPI only
 * @packets: frames delivered to the stack or to an XDP program
 * @bytes: their bytes
 * @csum_good: frames whose checksum the NIC verified
 * @polls: NAPI polls
 * @copied: small frames copied, their buffer kept
 * @frame_errors: frames dropped, the NIC reported an error
 * @length_errors: frames dropped, impossible length or too many buffers
 * @alloc_errors: no memory for a buffer; tried again later
 * @skb_errors: frames dropped, no memory for an skb
 * @unverified: frames dropped, the CPU cannot read them to verify their checksum
 * @xdp_pass: frames that the program passed
 * @xdp_drop: frames that the program dropped
 * @xdp_aborted: frames dropped, the program failed or returned no known verdict
 * @xdp_tx: XDP_TX frames sent
 * @xdp_tx_errors: XDP_TX frames that could not be sent
 * @xdp_redirect: XDP_REDIRECT frames
 * @xdp_redirect_errors: XDP_REDIRECT frames that could not be redirected
 * @xsk_empty: the AF_XDP fill ring had fewer buffers than needed
 * @syncp: for readers on 32-bit machines; must be last, for the tables
 */
struct e1k_rx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t csum_good;
	u64_stats_t polls;
	u64_stats_t copied;
	u64_stats_t frame_errors;
	u64_stats_t length_errors;
	u64_stats_t alloc_errors;
	u64_stats_t skb_errors;
	u64_stats_t unverified;
	u64_stats_t xdp_pass;
	u64_stats_t xdp_drop;
	u64_stats_t xdp_aborted;
	u64_stats_t xdp_tx;
	u64_stats_t xdp_tx_errors;
	u64_stats_t xdp_redirect;
	u64_stats_t xdp_redirect_errors;
	u64_stats_t xsk_empty;
	struct u64_stats_sync syncp;
} ____cacheline_aligned_in_smp;

#endif /* E1K_RING_STATS_H */
