/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of the data path, described in docs/use/tracepoints.md. A disabled
 * one costs a no-op instruction. The fields are an interface: add new ones at
 * the end, and never change the meaning of one.
 *
 * Arguments are addresses where they can be: the compiler loads what a disabled
 * tracepoint would not need.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM e1k

#if !defined(E1K_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define E1K_TRACE_H

#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "rx_ring.h"
#include "tx_ring.h"

/* Bytes of each frame to record: the headers up to the ports */
#define E1K_TRACE_HDR	64

/* The NIC is reset and gets its whole state again. */
TRACE_EVENT(e1k_reset,
	TP_PROTO(const struct net_device *netdev),
	TP_ARGS(netdev),
	TP_STRUCT__entry(
		__string(name, netdev->name)
	),
	TP_fast_assign(
		__assign_str(name);
	),
	TP_printk("dev=%s", __get_str(name))
);

/* Interrupt and NAPI events without further data. */
DECLARE_EVENT_CLASS(e1k_napi,
	TP_PROTO(const struct napi_struct *napi, u32 queue),
	TP_ARGS(napi, queue),
	TP_STRUCT__entry(
		__string(name, napi->dev->name)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->queue = queue;
	),
	TP_printk("dev=%s queue=%u", __get_str(name), __entry->queue)
);

DEFINE_EVENT(e1k_napi, e1k_irq_mask,
	TP_PROTO(const struct napi_struct *napi, u32 queue),
	TP_ARGS(napi, queue));
DEFINE_EVENT(e1k_napi, e1k_irq_unmask,
	TP_PROTO(const struct napi_struct *napi, u32 queue),
	TP_ARGS(napi, queue));
DEFINE_EVENT(e1k_napi, e1k_napi_schedule,
	TP_PROTO(const struct napi_struct *napi, u32 queue),
	TP_ARGS(napi, queue));

/* Transmit queue events with the number of descriptors in use. */
DECLARE_EVENT_CLASS(e1k_txq,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 used),
	TP_ARGS(ring, used),
	TP_STRUCT__entry(
		__string(name, ring->txq->dev->name)
		__field(u32, used)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->used = used;
		__entry->queue = ring->queue;
	),
	TP_printk("dev=%s used=%u queue=%u", __get_str(name), __entry->used,
		  __entry->queue)
);

DEFINE_EVENT(e1k_txq, e1k_tx_stop,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 used),
	TP_ARGS(ring, used));
DEFINE_EVENT(e1k_txq, e1k_tx_wake,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 used),
	TP_ARGS(ring, used));
DEFINE_EVENT(e1k_txq, e1k_tx_hang,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 used),
	TP_ARGS(ring, used));

TRACE_EVENT(e1k_irq,
	TP_PROTO(const struct napi_struct *napi, u32 queue, u32 icr),
	TP_ARGS(napi, queue, icr),
	TP_STRUCT__entry(
		__string(name, napi->dev->name)
		__field(u32, icr)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->icr = icr;
		__entry->queue = queue;
	),
	TP_printk("dev=%s icr=0x%08x queue=%u", __get_str(name), __entry->icr,
		  __entry->queue)
);

TRACE_EVENT(e1k_moderation,
	TP_PROTO(const struct napi_struct *napi, u32 queue, u32 usecs),
	TP_ARGS(napi, queue, usecs),
	TP_STRUCT__entry(
		__string(name, napi->dev->name)
		__field(u32, usecs)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->usecs = usecs;
		__entry->queue = queue;
	),
	TP_printk("dev=%s usecs=%u queue=%u", __get_str(name), __entry->usecs,
		  __entry->queue)
);

TRACE_EVENT(e1k_poll_begin,
	TP_PROTO(const struct napi_struct *napi, u32 queue, int budget),
	TP_ARGS(napi, queue, budget),
	TP_STRUCT__entry(
		__string(name, napi->dev->name)
		__field(int, budget)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->budget = budget;
		__entry->queue = queue;
	),
	TP_printk("dev=%s budget=%d queue=%u", __get_str(name),
		  __entry->budget, __entry->queue)
);

TRACE_EVENT(e1k_poll_end,
	TP_PROTO(const struct napi_struct *napi, u32 queue, int budget,
		 int work, u32 reaped, bool complete),
	TP_ARGS(napi, queue, budget, work, reaped, complete),
	TP_STRUCT__entry(
		__string(name, napi->dev->name)
		__field(int, budget)
		__field(int, work)
		__field(u32, reaped)
		__field(bool, complete)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->budget = budget;
		__entry->work = work;
		__entry->reaped = reaped;
		__entry->complete = complete;
		__entry->queue = queue;
	),
	TP_printk("dev=%s budget=%d work=%d reaped=%u complete=%d queue=%u",
		  __get_str(name), __entry->budget, __entry->work,
		  __entry->reaped, __entry->complete, __entry->queue)
);

TRACE_EVENT(e1k_rx_desc,
	TP_PROTO(const struct e1k_rx_ring *ring, u32 slot, u64 hi),
	TP_ARGS(ring, slot, hi),
	TP_STRUCT__entry(
		__string(name, ring->netdev->name)
		__field(u32, slot)
		__field(u64, hi)
		__field(u32, queue)
		__field(bool, split)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->slot = slot;
		__entry->hi = hi;
		__entry->queue = ring->queue;
		__entry->split = ring->split;
	),
	TP_printk("dev=%s slot=%u len=%u status=0x%02x errors=0x%02x special=0x%04x queue=%u split=%d",
		  __get_str(name), __entry->slot, (u16)__entry->hi,
		  (u8)(__entry->hi >> 32), (u8)(__entry->hi >> 40),
		  (u16)(__entry->hi >> 48), __entry->queue, __entry->split)
);

TRACE_EVENT(e1k_rx_skb,
	TP_PROTO(const struct e1k_rx_ring *ring, const struct sk_buff *skb,
		 u32 slot),
	TP_ARGS(ring, skb, slot),
	TP_STRUCT__entry(
		__string(name, ring->netdev->name)
		__field(const void *, skbaddr)
		__field(u32, slot)
		__field(u32, len)
		__field(u32, truesize)
		__field(u8, frags)
		__field(bool, recycle)
		__field(u32, queue)
		__field(const void *, page)
		__field(bool, split)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->skbaddr = skb;
		__entry->slot = slot;
		__entry->len = skb->len;
		__entry->truesize = skb->truesize;
		__entry->frags = skb_shinfo(skb)->nr_frags;
		__entry->recycle = skb->pp_recycle;
		__entry->split = ring->split;
		__entry->queue = ring->queue;
		__entry->page = skb_shinfo(skb)->nr_frags ?
				skb_frag_page(skb_shinfo(skb)->frags) : NULL;
	),
	TP_printk("dev=%s skbaddr=%p slot=%u len=%u truesize=%u frags=%u page=%p recycle=%d split=%d queue=%u",
		  __get_str(name), __entry->skbaddr, __entry->slot,
		  __entry->len, __entry->truesize, __entry->frags, __entry->page,
		  __entry->recycle, __entry->split, __entry->queue)
);

TRACE_EVENT(e1k_rx_deliver,
	TP_PROTO(const struct e1k_rx_ring *ring, const struct sk_buff *skb),
	TP_ARGS(ring, skb),
	TP_STRUCT__entry(
		__string(name, skb->dev->name)
		__field(const void *, skbaddr)
		__field(u32, len)
		__field(u16, protocol)
		__field(u8, pkt_type)
		__field(u8, ip_summed)
		__field(bool, vlan)
		__field(u16, vlan_tci)
		__dynamic_array(u8, hdr,
				min_t(u32, skb->len + ETH_HLEN, E1K_TRACE_HDR))
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->skbaddr = skb;
		__entry->len = skb->len;
		__entry->protocol = ntohs(skb->protocol);
		__entry->pkt_type = skb->pkt_type;
		__entry->ip_summed = skb->ip_summed;
		__entry->vlan = skb_vlan_tag_present(skb);
		__entry->vlan_tci = skb_vlan_tag_get(skb);
		skb_copy_bits(skb, -ETH_HLEN, __get_dynamic_array(hdr),
			      __get_dynamic_array_len(hdr));
		__entry->queue = ring->queue;
	),
	TP_printk("dev=%s skbaddr=%p len=%u protocol=0x%04x pkt_type=%u ip_summed=%u vlan=%d vlan_tci=0x%04x hdr=%s queue=%u",
		  __get_str(name), __entry->skbaddr, __entry->len,
		  __entry->protocol, __entry->pkt_type, __entry->ip_summed,
		  __entry->vlan, __entry->vlan_tci,
		  __print_hex_str(__get_dynamic_array(hdr),
				  __get_dynamic_array_len(hdr)),
		  __entry->queue)
);

/* An XDP program returned @act (enum xdp_action) for a frame. */
TRACE_EVENT(e1k_xdp,
	TP_PROTO(const struct e1k_rx_ring *ring, u32 act, u32 len, u32 frags),
	TP_ARGS(ring, act, len, frags),
	TP_STRUCT__entry(
		__string(name, ring->netdev->name)
		__field(u32, act)
		__field(u32, len)
		__field(u32, frags)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->act = act;
		__entry->len = len;
		__entry->frags = frags;
		__entry->queue = ring->queue;
	),
	TP_printk("dev=%s act=%s len=%u frags=%u queue=%u", __get_str(name),
		  __print_symbolic(__entry->act,
				   { 0, "aborted" }, { 1, "drop" },
				   { 2, "pass" }, { 3, "tx" },
				   { 4, "redirect" }),
		  __entry->len, __entry->frags, __entry->queue)
);

/* @sent XDP frames were put on the transmit ring, @dropped did not fit. */
TRACE_EVENT(e1k_xdp_xmit,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 sent, u32 dropped,
		 bool redirected),
	TP_ARGS(ring, sent, dropped, redirected),
	TP_STRUCT__entry(
		__string(name, ring->txq->dev->name)
		__field(u32, sent)
		__field(u32, dropped)
		__field(bool, redirected)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->sent = sent;
		__entry->dropped = dropped;
		__entry->redirected = redirected;
		__entry->queue = ring->queue;
	),
	TP_printk("dev=%s sent=%u dropped=%u redirected=%d queue=%u",
		  __get_str(name), __entry->sent, __entry->dropped,
		  __entry->redirected, __entry->queue)
);

/* The receive tail was advanced to @tail, by @count buffers. */
TRACE_EVENT(e1k_rx_refill,
	TP_PROTO(const struct e1k_rx_ring *ring, u32 tail, u32 count),
	TP_ARGS(ring, tail, count),
	TP_STRUCT__entry(
		__string(name, ring->netdev->name)
		__field(u32, tail)
		__field(u32, count)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->tail = tail;
		__entry->count = count;
		__entry->queue = ring->queue;
	),
	TP_printk("dev=%s tail=%u count=%u queue=%u", __get_str(name),
		  __entry->tail, __entry->count, __entry->queue)
);

/* An skb was mapped to descriptors; the tail may not be written yet. */
TRACE_EVENT(e1k_tx_map,
	TP_PROTO(const struct sk_buff *skb, u32 slot, u32 count, u32 bytes,
		 u16 frames),
	TP_ARGS(skb, slot, count, bytes, frames),
	TP_STRUCT__entry(
		__string(name, skb->dev->name)
		__field(const void *, skbaddr)
		__field(u32, slot)
		__field(u32, count)
		__field(u32, len)
		__field(u32, bytes)
		__field(u16, frames)
		__field(u16, gso_size)
		__field(u8, ip_summed)
		__field(bool, vlan)
		__field(u16, vlan_tci)
		__dynamic_array(u8, hdr, min_t(u32, skb->len, E1K_TRACE_HDR))
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->skbaddr = skb;
		__entry->slot = slot;
		__entry->count = count;
		__entry->len = skb->len;
		__entry->bytes = bytes;
		__entry->frames = frames;
		__entry->gso_size = skb_shinfo(skb)->gso_size;
		__entry->ip_summed = skb->ip_summed;
		__entry->vlan = skb_vlan_tag_present(skb);
		__entry->vlan_tci = skb_vlan_tag_get(skb);
		skb_copy_bits(skb, 0, __get_dynamic_array(hdr),
			      __get_dynamic_array_len(hdr));
		__entry->queue = skb_get_queue_mapping(skb);
	),
	TP_printk("dev=%s skbaddr=%p slot=%u count=%u len=%u bytes=%u frames=%u gso_size=%u ip_summed=%u vlan=%d vlan_tci=0x%04x hdr=%s queue=%u",
		  __get_str(name), __entry->skbaddr, __entry->slot,
		  __entry->count, __entry->len, __entry->bytes,
		  __entry->frames, __entry->gso_size, __entry->ip_summed,
		  __entry->vlan, __entry->vlan_tci,
		  __print_hex_str(__get_dynamic_array(hdr),
				  __get_dynamic_array_len(hdr)),
		  __entry->queue)
);

/* @count descriptors: tail written, or deferred (xmit_more) */
DECLARE_EVENT_CLASS(e1k_tx_tail,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 tail, u32 count),
	TP_ARGS(ring, tail, count),
	TP_STRUCT__entry(
		__string(name, ring->txq->dev->name)
		__field(u32, tail)
		__field(u32, count)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->tail = tail;
		__entry->count = count;
		__entry->queue = ring->queue;
	),
	TP_printk("dev=%s tail=%u count=%u queue=%u", __get_str(name),
		  __entry->tail, __entry->count, __entry->queue)
);

DEFINE_EVENT(e1k_tx_tail, e1k_tx_doorbell,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 tail, u32 count),
	TP_ARGS(ring, tail, count));
DEFINE_EVENT(e1k_tx_tail, e1k_tx_held,
	TP_PROTO(const struct e1k_tx_ring *ring, u32 tail, u32 count),
	TP_ARGS(ring, tail, count));

/* The NIC has sent this skb; the driver frees it next. */
TRACE_EVENT(e1k_tx_reap,
	TP_PROTO(const struct e1k_tx_ring *ring, const struct sk_buff *skb,
		 u32 slot, u32 bytes, u16 frames),
	TP_ARGS(ring, skb, slot, bytes, frames),
	TP_STRUCT__entry(
		__string(name, ring->txq->dev->name)
		__field(const void *, skbaddr)
		__field(u32, slot)
		__field(u32, bytes)
		__field(u16, frames)
		__field(u32, queue)
	),
	TP_fast_assign(
		__assign_str(name);
		__entry->skbaddr = skb;
		__entry->slot = slot;
		__entry->bytes = bytes;
		__entry->frames = frames;
		__entry->queue = ring->queue;
	),
	TP_printk("dev=%s skbaddr=%p slot=%u bytes=%u frames=%u queue=%u",
		  __get_str(name), __entry->skbaddr, __entry->slot,
		  __entry->bytes, __entry->frames, __entry->queue)
);

#endif /* E1K_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
