/* SPDX-License-Identifier: GPL-2.0-only */
/* How a frame and a poll end, for each format of descriptors. */
#ifndef E1K_RX_DELIVER_H
#define E1K_RX_DELIVER_H

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>

#include "rx.h"
#include "trace.h"

/* Emulations report the stripped tag, but no checksums. */
static inline void e1k_rx_offload(struct e1k_rx_ring *ring, struct sk_buff *skb, u64 hi)
{
	if (hi & E1K_RXD_VP)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       FIELD_GET(E1K_RXD_SPECIAL, hi));
	/* IXSM: the NIC did not verify checksums */
	if ((hi & (E1K_RXD_TCPCS | E1K_RXD_IXSM | E1K_RXD_TCPE |
		   E1K_RXD_IPE)) != E1K_RXD_TCPCS || !READ_ONCE(ring->csum))
		return;
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	e1k_rx_count(ring, &ring->stats->csum_good);
}

/* RSS: the queue, and the hash that chose it. */
static inline void e1k_rx_set_hash(const struct e1k_rx_ring *ring, struct sk_buff *skb)
{
	u32 type = FIELD_GET(E1K_RXD_EXT_RSS_TYPE, ring->rss);

	skb_record_rx_queue(skb, ring->queue);
	if (type == E1K_RSS_NONE || !READ_ONCE(ring->hash))
		return;
	skb_set_hash(skb, FIELD_GET(E1K_RXD_EXT_HASH, ring->rss),
		     type == E1K_RSS_TCP4 || type == E1K_RSS_TCP6 ?
		     PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
}

static __always_inline void
e1k_rx_deliver(struct e1k_rx_ring *ring, struct sk_buff *skb,
	       const struct e1k_rx_buf *buf, u64 hi, const bool ext)
{
	if (ext)
		e1k_rx_set_hash(ring, skb);
	trace_e1k_rx_skb(ring->netdev, skb, buf - ring->buf);
	if (hi & (E1K_RXD_VP | E1K_RXD_TCPCS))
		e1k_rx_offload(ring, skb, hi);
	skb->protocol = eth_type_trans(skb, ring->netdev);
	trace_e1k_rx_deliver(skb);
	napi_gro_receive(ring->napi, skb);
}

/* A poll ends: its frames and bytes, for the statistics and the next poll's plan. */
static __always_inline void e1k_rx_count_poll(struct e1k_rx_ring *ring, int work, u32 bytes)
{
	struct e1k_rx_stats *stats = ring->stats;

	ring->polled.frames += work;
	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->polls);
	u64_stats_add(&stats->packets, work);
	u64_stats_add(&stats->bytes, bytes);
	u64_stats_update_end(&stats->syncp);
}

#endif /* E1K_RX_DELIVER_H */
