/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a transmit and a receive queue count, for the device's life.
 */
#ifndef E1K_RING_STATS_H
#define E1K_RING_STATS_H

#include <linux/cache.h>
#include <linux/u64_stats_sync.h>

/**
 * struct e1k_tx_xmit_stats - counted while transmitting; transmit lock
 * @tso: packets handed to the NIC for segmentation
 * @csum: packets whose checksum the NIC inserted
 * @contexts: context descriptors written
 * @doorbells: tail writes
 * @stops: the queue was stopped for want of descriptors
 * @pad_errors: short packets dropped, no memory to pad them
 * @map_errors: packets dropped, no DMA mapping
 * @offload_errors: packets dropped, headers not as their offload promised
 * @xdp_xmit: frames redirected here and accepted
 * @xdp_xmit_errors: frames redirected here and refused
 * @xsk_xmit: descriptors taken from an AF_XDP socket
 * @xsk_xmit_errors: those among them that hold no frame; not sent
 * @syncp: for readers on 32-bit machines; last, the tables count on it
 */
struct e1k_tx_xmit_stats {
	u64_stats_t tso;
	u64_stats_t csum;
	u64_stats_t contexts;
	u64_stats_t doorbells;
	u64_stats_t stops;
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
 * struct e1k_tx_done_stats - counted on completion; reap lock, or stopped
 * @packets: frames sent
 * @bytes: bytes sent, headers of all segments included
 * @wakes: the queue was started again
 * @dropped: packets on the ring when it was stopped
 * @syncp: for readers on 32-bit machines; last, the tables count on it
 */
struct e1k_tx_done_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t wakes;
	u64_stats_t dropped;
	struct u64_stats_sync syncp;
};

/**
 * struct e1k_tx_stats - one transmit queue's counters, for the device's life
 * @xmit: the transmitting side
 * @done: the completing side
 */
struct e1k_tx_stats {
	struct e1k_tx_xmit_stats xmit ____cacheline_aligned_in_smp;
	struct e1k_tx_done_stats done ____cacheline_aligned_in_smp;
};

/**
 * struct e1k_rx_stats - one receive queue's counters; NAPI only
 * @packets: frames handed up, or to an XDP program
 * @bytes: their bytes
 * @polls: NAPI polls
 * @copied: small frames copied, their buffer kept
 * @csum_good: frames whose checksum the NIC vouched for
 * @frame_errors: frames dropped, the NIC reported an error
 * @length_errors: frames dropped, impossible length or too many pieces
 * @alloc_errors: no memory for a buffer; tried again later
 * @skb_errors: frames dropped, no memory for an skb
 * @xdp_pass: frames that the program let pass
 * @xdp_drop: frames that the program dropped
 * @xdp_aborted: frames dropped, the program failed or gave no known verdict
 * @xdp_tx: frames that the program sent back
 * @xdp_tx_errors: frames that it wanted to, and that could not be sent
 * @xdp_redirect: frames that the program sent elsewhere
 * @xdp_redirect_errors: frames that it wanted to, and that went nowhere
 * @xsk_empty: the AF_XDP socket's fill ring had fewer buffers than wanted
 * @syncp: for readers on 32-bit machines; last, the tables count on it
 */
struct e1k_rx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t polls;
	u64_stats_t copied;
	u64_stats_t csum_good;
	u64_stats_t frame_errors;
	u64_stats_t length_errors;
	u64_stats_t alloc_errors;
	u64_stats_t skb_errors;
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
