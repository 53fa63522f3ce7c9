/* SPDX-License-Identifier: GPL-2.0-only */
/* What the receive paths share: how a frame and a poll end. */
#ifndef E1K_RX_DELIVER_H
#define E1K_RX_DELIVER_H

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>

#include "rx.h"
#include "trace.h"

static inline size_t e1k_rx_slot(const struct e1k_rx_ring *ring, u32 idx)
{
	return idx & ring->mask;
}

static inline void e1k_rx_count(struct e1k_rx_ring *ring, u64_stats_t *counter)
{
	u64_stats_update_begin(&ring->stats->syncp);
	u64_stats_inc(counter);
	u64_stats_update_end(&ring->stats->syncp);
}

static inline void e1k_rx_write_desc(struct e1k_desc *desc, const struct e1k_rx_buf *buf)
{
	desc->lo = cpu_to_le64(buf->dma);
	/* Some NICs only OR into the status: it must start at zero */
	desc->hi = 0;
}

/* IXSM: the NIC did not verify checksums */
static inline bool e1k_rx_is_verified(u64 hi)
{
	return (hi & (E1K_RXD_TCPCS | E1K_RXD_IXSM | E1K_RXD_TCPE | E1K_RXD_IPE)) ==
	       E1K_RXD_TCPCS;
}

/* Emulations report the stripped tag, but no checksums. */
static inline void e1k_rx_offload(struct e1k_rx_ring *ring, struct sk_buff *skb, u64 hi)
{
	if (hi & E1K_RXD_VP)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q),
				       FIELD_GET(E1K_RXD_SPECIAL, hi));
	if (!e1k_rx_is_verified(hi) || !READ_ONCE(ring->csum))
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
	trace_e1k_rx_skb(ring, skb, buf - ring->buf);
	if (hi & (E1K_RXD_VP | E1K_RXD_TCPCS))
		e1k_rx_offload(ring, skb, hi);
	skb->protocol = eth_type_trans(skb, ring->netdev);
	trace_e1k_rx_deliver(ring, skb);
	napi_gro_receive(ring->napi, skb);
}

/* Count the poll, and give buffers back to the NIC: many with one register write. */
static __always_inline void e1k_rx_end_poll(struct e1k_rx_ring *ring, int work, u32 bytes)
{
	struct e1k_rx_stats *stats = ring->stats;
	u32 old = ring->next_to_use;

	ring->polled.frames += work;
	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->polls);
	u64_stats_add(&stats->packets, work);
	u64_stats_add(&stats->bytes, bytes);
	u64_stats_update_end(&stats->syncp);

	if (e1k_idx_avail(ring->size, old, ring->next_to_clean) < E1K_RX_BATCH ||
	    unlikely(ring->retired))
		return;
	if (likely(!ring->alloc_failed))
		WRITE_ONCE(ring->next_to_use, ring->next_to_clean + ring->size - 1);
	else
		e1k_rx_alloc_missing(ring);
	if (ring->next_to_use == old)
		return;
	if (unlikely(ring->cuts))
		e1k_rx_mark_edge(ring, old);
	/* writel() orders the descriptors before the tail */
	writel(e1k_rx_slot(ring, ring->next_to_use) << ring->shift, ring->tail);
	trace_e1k_rx_refill(ring, e1k_rx_slot(ring, ring->next_to_use),
			    ring->next_to_use - old);
}

#endif /* E1K_RX_DELIVER_H */
