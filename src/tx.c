// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit: turn skbs and XDP frames into descriptors and write the tail.
 *
 * Descriptors go to the NIC in batches. Only the last one of a batch sets RS:
 * one write-back, and at most one interrupt, per batch.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>
#include <net/netdev_queues.h>
#include <net/page_pool/helpers.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <net/xdp.h>

#include "tx_complete.h"
#include "trace.h"
#include "tx.h"

/*
 * Per-frame state: flags for every data descriptor, bytes and frames for BQL
 * and statistics.
 */
struct e1k_tx_frame {
	u64 flags;
	u32 bytes;
	u32 frames;
};

static void e1k_tx_put(struct e1k_tx_ring *ring, u64 lo, u64 hi)
{
	struct e1k_desc *desc = &ring->desc[e1k_tx_slot(ring, ring->next_to_use)];

	/* The completing side reads it to decide whether to wake the queue */
	WRITE_ONCE(ring->next_to_use, ring->next_to_use + 1);
	desc->lo = cpu_to_le64(lo);
	desc->hi = cpu_to_le64(hi);
}

static void e1k_tx_put_context(struct e1k_tx_ring *ring, struct e1k_tx_ctx ctx)
{
	e1k_tx_put(ring, ctx.lo, ctx.hi);
	u64_stats_update_begin(&ring->stats->xmit.syncp);
	u64_stats_inc(&ring->stats->xmit.contexts);
	u64_stats_update_end(&ring->stats->xmit.syncp);
}

static void e1k_tx_count(struct e1k_tx_ring *ring, u64_stats_t *counter)
{
	u64_stats_update_begin(&ring->stats->xmit.syncp);
	u64_stats_inc(counter);
	u64_stats_update_end(&ring->stats->xmit.syncp);
}

/* The pseudo header's sum has no length: the NIC adds each segment's. */
static int e1k_tx_tso(struct e1k_tx_ring *ring, struct sk_buff *skb,
		      struct e1k_tx_frame *frame)
{
	struct e1k_tso tso = {
		.ip_start = skb_network_offset(skb),
		.l4_start = skb_transport_offset(skb),
		.mss = skb_shinfo(skb)->gso_size,
	};
	int err;

	err = skb_cow_head(skb, 0);
	if (err)
		return err;
	tso.hdr_len = skb_tcp_all_headers(skb);
	if (skb_headlen(skb) < tso.hdr_len || skb->len <= tso.hdr_len ||
	    tso.hdr_len > E1K_CTX_OFFSET_MAX || !tso.mss)
		return -EINVAL;

	tso.l4_csum = tso.l4_start + offsetof(struct tcphdr, check);
	tso.pay_len = skb->len - tso.hdr_len;
	if (skb_is_gso_v6(skb)) {
		tcp_v6_gso_csum_prep(skb);
	} else {
		struct iphdr *iph = ip_hdr(skb);

		tso.ipv4 = true;
		tso.ip_csum = tso.ip_start + offsetof(struct iphdr, check);
		iph->tot_len = 0;
		iph->check = 0;
		tcp_hdr(skb)->check = ~csum_tcpudp_magic(iph->saddr, iph->daddr,
							 0, IPPROTO_TCP, 0);
		frame->flags |= E1K_TXD_IXSM;
	}
	frame->flags |= E1K_TXD_TSE | E1K_TXD_TXSM;
	frame->frames = DIV_ROUND_UP(tso.pay_len, tso.mss);
	frame->bytes = skb->len + (frame->frames - 1) * tso.hdr_len;

	/* Never skipped: the NIC counts PAYLEN down as it goes */
	e1k_tx_put_context(ring, e1k_tx_ctx_tso(&tso));
	e1k_tx_count(ring, &ring->stats->xmit.tso);
	return 0;
}

/* The NIC would get this checksum wrong: see enum e1k_tx_sum. */
static noinline bool e1k_tx_sum_in_software(const struct e1k_tx_ring *ring,
					    const struct sk_buff *skb)
{
	if (ring->sum_sw & E1K_TX_SUM_SHORT && skb->len <= ETH_ZLEN)
		return true;
	return ring->sum_sw & E1K_TX_SUM_UDP &&
	       skb->csum_offset == offsetof(struct udphdr, check);
}

static int e1k_tx_csum(struct e1k_tx_ring *ring, struct sk_buff *skb,
		       struct e1k_tx_frame *frame)
{
	u32 start = skb_checksum_start_offset(skb);
	u32 end = start + skb->csum_offset;

	if (end > E1K_CTX_OFFSET_MAX ||
	    (unlikely(ring->sum_sw) &&
	     (skb->len <= ETH_ZLEN || ring->sum_sw & E1K_TX_SUM_UDP) &&
	     e1k_tx_sum_in_software(ring, skb)))
		return skb_checksum_help(skb);

	if (ring->csum_ctx != (start << 8 | end)) {
		e1k_tx_put_context(ring, e1k_tx_ctx_csum(start, end));
		ring->csum_ctx = start << 8 | end;
	}
	frame->flags |= E1K_TXD_TXSM;
	e1k_tx_count(ring, &ring->stats->xmit.csum);
	return 0;
}

static int e1k_tx_offload(struct e1k_tx_ring *ring, struct sk_buff *skb,
			  struct e1k_tx_frame *frame)
{
	int err = 0;

	*frame = (struct e1k_tx_frame) {
		.flags = E1K_TXD_IFCS | READ_ONCE(ring->delay),
		.bytes = skb->len,
		.frames = 1,
	};
	if (skb_vlan_tag_present(skb))
		frame->flags |= E1K_TXD_VLE |
				FIELD_PREP(E1K_TXD_SPECIAL,
					   skb_vlan_tag_get(skb));
	if (skb_is_gso(skb))
		err = e1k_tx_tso(ring, skb, frame);
	else if (skb->ip_summed == CHECKSUM_PARTIAL)
		err = e1k_tx_csum(ring, skb, frame);
	return err;
}

/*
 * Write one mapping, split into what a descriptor can carry; the last one gets
 * EOP. Inlined: nearly always there is one, and that takes half the
 * instructions. Return the last descriptor's buffer info.
 */
static __always_inline struct e1k_tx_buf *
e1k_tx_put_buf(struct e1k_tx_ring *ring, dma_addr_t dma, u32 len,
	       enum e1k_tx_map map, u64 flags)
{
	struct e1k_tx_buf *buf = &ring->buf[e1k_tx_slot(ring, ring->next_to_use)];

	buf->dma = dma;
	buf->len = len;
	buf->map = map;
	for (; unlikely(len > E1K_MAX_DATA_PER_TXD);
	     len -= E1K_MAX_DATA_PER_TXD, dma += E1K_MAX_DATA_PER_TXD) {
		e1k_tx_put(ring, dma,
			   e1k_tx_data(E1K_MAX_DATA_PER_TXD, flags & ~E1K_TXD_EOP));
		buf = &ring->buf[e1k_tx_slot(ring, ring->next_to_use)];
	}
	e1k_tx_put(ring, dma, e1k_tx_data(len, flags));
	return buf;
}

/* Return the last descriptor's buffer info, or NULL if a mapping failed. */
static struct e1k_tx_buf *e1k_tx_map(struct e1k_tx_ring *ring,
				     struct sk_buff *skb, u64 flags)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int left = shinfo->nr_frags;
	const skb_frag_t *frag;
	struct e1k_tx_buf *buf;
	dma_addr_t dma;

	/* dma_map_single() would check for memory of vmalloc() */
	dma = dma_map_page(ring->dev, virt_to_page(skb->data),
			   offset_in_page(skb->data), skb_headlen(skb),
			   DMA_TO_DEVICE);
	if (dma_mapping_error(ring->dev, dma))
		return NULL;
	buf = e1k_tx_put_buf(ring, dma, skb_headlen(skb), E1K_TX_SINGLE,
			     left ? flags : flags | E1K_TXD_EOP);

	for (frag = shinfo->frags; left; frag++) {
		u32 len = skb_frag_size(frag);

		dma = skb_frag_dma_map(ring->dev, frag, 0, len, DMA_TO_DEVICE);
		if (dma_mapping_error(ring->dev, dma))
			return NULL;
		left--;
		buf = e1k_tx_put_buf(ring, dma, len, skb_frag_is_net_iov(frag) ?
				     E1K_TX_UNMAPPED : E1K_TX_PAGE,
				     left ? flags : flags | E1K_TXD_EOP);
	}
	return buf;
}

/* Unmap descriptors from @first on, which are behind the written tail. */
static void e1k_tx_unwind(struct e1k_tx_ring *ring, u32 first)
{
	while (ring->next_to_use != first) {
		WRITE_ONCE(ring->next_to_use, ring->next_to_use - 1);
		e1k_tx_unmap(ring, &ring->buf[e1k_tx_slot(ring, ring->next_to_use)]);
	}
	/* A context descriptor may have been among them */
	ring->csum_ctx = 0;
}

/* Close a batch: its last descriptor reports for all of it. */
static __always_inline void e1k_tx_set_rs(struct e1k_tx_ring *ring)
{
	u32 next = ring->next_to_use;

	ring->desc[e1k_tx_slot(ring, next - 1)].hi |= cpu_to_le64(E1K_TXD_RS);
	ring->buf[e1k_tx_slot(ring, ring->rs_index)].end = next;
	WRITE_ONCE(ring->rs_index, next);
}

/**
 * e1k_tx_init() - prepare a new ring for transmission
 * @ring: just created
 */
void e1k_tx_init(struct e1k_tx_ring *ring)
{
	ring->stopped = true;
	ring->complete_thrs = E1K_TX_BATCH;
	e1k_tx_complete_init(ring);
}

/*
 * QEMU's NIC has sent everything when the write to TDT returns. A completion
 * interrupt is useless then, and delays the next receive interrupt by the least
 * time between interrupts. So the first doorbells after a start are probed: if
 * each finds all frames sent, TXDW stays masked. Frames are then completed in
 * every poll, after a doorbell if E1K_TX_BATCH descriptors are in use or a
 * sender waits, and by a timer when the queue is idle.
 */
static void e1k_tx_probe_sync(struct e1k_tx_ring *ring)
{
	if (e1k_tx_used(ring))
		ring->probe_left = 0;
	else if (--ring->probe_left == 0)
		WRITE_ONCE(ring->sync_tx, true);
}

/* In netpoll interrupts are off, and the budget must be 0. */
static void e1k_tx_complete_after_doorbell(struct e1k_tx_ring *ring)
{
	if (READ_ONCE(ring->delay))
		return;
	if (!READ_ONCE(ring->sync_tx)) {
		if (!ring->probe_left)
			return;
		e1k_tx_complete(ring, !irqs_disabled());
		e1k_tx_probe_sync(ring);
		return;
	}
	if (e1k_tx_used(ring) >= ring->complete_thrs ||
	    /* Only a completion wakes the queue: a stale result does no harm */
	    data_race(netif_xmit_stopped(ring->txq))) {
		e1k_tx_complete(ring, !irqs_disabled());
		ring->complete_thrs = E1K_TX_BATCH;
		if (!e1k_tx_used(ring))
			return;
	}
	/* Pairs with the smp_mb() in e1k_tx_idle_expired() */
	smp_mb();
	if (timer_pending(&ring->idle_timer))
		return;
	/* Netpoll may have interrupted a holder of the timer lock */
	if (unlikely(irqs_disabled()))
		irq_work_queue(&ring->idle_work);
	else
		mod_timer(&ring->idle_timer, jiffies + 1);
}

/**
 * e1k_tx_doorbell() - write the tail for all new descriptors
 * @ring: the ring
 * Context: BH off, transmit lock held.
 */
void e1k_tx_doorbell(struct e1k_tx_ring *ring)
{
	u32 next = ring->next_to_use;

	if (next != ring->rs_index)
		e1k_tx_set_rs(ring);
	if (next == ring->tail_written)
		return;
	trace_e1k_tx_doorbell(ring, e1k_tx_slot(ring, next),
			      next - ring->tail_written);
	/* Buffer info is complete; pairs with e1k_tx_complete_locked() */
	smp_store_release(&ring->tail_written, next);
	/* writel() orders the descriptors before the tail */
	writel(e1k_tx_slot(ring, next), ring->tail);
	e1k_tx_count(ring, &ring->stats->xmit.doorbells);
	e1k_tx_complete_after_doorbell(ring);
}

static __always_inline void e1k_tx_limit_batch(struct e1k_tx_ring *ring)
{
	if (e1k_idx_used(ring->next_to_use, ring->rs_index) >= E1K_TX_BATCH)
		e1k_tx_set_rs(ring);
}

/*
 * XDP and AF_XDP share the ring with the stack, so it may be full although the
 * queue was not stopped. A completion on another CPU that began before the stop
 * does not wake the queue: netif_txq_maybe_stop() checks for room again after
 * the stop. Return true if there is no room and the queue is stopped.
 */
static noinline bool e1k_tx_stop_full(struct e1k_tx_ring *ring)
{
	return !netif_txq_maybe_stop(ring->txq, e1k_tx_avail(ring),
				     E1K_TX_DESC_MAX, e1k_tx_start_thrs(ring));
}

/*
 * Senders that e1k_tx_watch_sender() does not handle inline. TCP stops sending
 * while too many of its bytes are queued (tcp_small_queue_check()). A zero-copy
 * sender waits for its pages.
 */
static noinline bool e1k_tx_is_awaited(struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;
	unsigned long limit;

	if (skb_zcopy(skb) || !sk || !sk_fullsock(sk))
		return true;
	if (skb->destructor == sock_wfree)
		limit = READ_ONCE(sk->sk_sndbuf) / 2;
	else if (sk->sk_protocol == IPPROTO_TCP)
		limit = max_t(unsigned long, 2 * skb->truesize,
			      READ_ONCE(sk->sk_pacing_rate) >>
			      READ_ONCE(sk->sk_pacing_shift));
	else
		return true;
	return refcount_read(&sk->sk_wmem_alloc) > limit;
}

/*
 * Complete at the next doorbell if the sender will soon wait for its frames to
 * be freed: with TXDW masked, no interrupt does it. A socket keeps sending
 * while it has half of its buffer left.
 */
static __always_inline void e1k_tx_watch_sender(struct e1k_tx_ring *ring,
						struct sk_buff *skb)
{
	const struct sock *sk = skb->sk;

	if (!skb->destructor)
		return;
	if (skb->destructor == sock_wfree && !skb->data_len) {
		if (unlikely(refcount_read(&sk->sk_wmem_alloc) >
			     READ_ONCE(sk->sk_sndbuf) >> 1))
			ring->complete_thrs = 0;
	} else if (e1k_tx_is_awaited(skb)) {
		ring->complete_thrs = 0;
	}
}

/**
 * e1k_tx_xmit() - transmit an skb
 * @ring: the ring
 * @skb: consumed unless the ring is full
 * Context: BH off, transmit lock held.
 * Return: NETDEV_TX_OK, also if the skb was dropped; NETDEV_TX_BUSY if the ring
 * is full.
 */
netdev_tx_t e1k_tx_xmit(struct e1k_tx_ring *ring, struct sk_buff *skb)
{
	u32 first = ring->next_to_use;
	struct e1k_tx_frame frame;
	struct e1k_tx_buf *last;
	bool kick;

	if (unlikely(e1k_tx_avail(ring) < E1K_TX_DESC_MAX) &&
	    e1k_tx_stop_full(ring)) {
		e1k_tx_doorbell(ring);
		return NETDEV_TX_BUSY;
	}
	/* Not every emulation pads short frames as TCTL.PSP asks */
	if (unlikely(eth_skb_pad(skb))) {
		e1k_tx_count(ring, &ring->stats->xmit.pad_errors);
		goto out_doorbell;
	}
	if (unlikely(e1k_tx_offload(ring, skb, &frame))) {
		e1k_tx_count(ring, &ring->stats->xmit.offload_errors);
		goto drop;
	}
	last = e1k_tx_map(ring, skb, frame.flags);
	if (unlikely(!last)) {
		e1k_tx_count(ring, &ring->stats->xmit.map_errors);
		goto drop;
	}
	/* No PHY here timestamps frames that did not request it */
	if (unlikely(skb_shinfo(skb)->tx_flags))
		skb_tx_timestamp(skb);
	last->skb = skb;
	last->bytes = frame.bytes;
	last->frames = frame.frames;
	last->kind = E1K_TX_SKB;
	trace_e1k_tx_map(skb, e1k_tx_slot(ring, first), ring->next_to_use - first,
			 frame.bytes, frame.frames);

	if (!netif_txq_maybe_stop(ring->txq, e1k_tx_avail(ring),
				  E1K_TX_DESC_MAX, e1k_tx_start_thrs(ring))) {
		trace_e1k_tx_stop(ring, e1k_tx_used(ring));
		e1k_tx_count(ring, &ring->stats->xmit.stops);
	}
	if (ring->sync_tx)
		e1k_tx_watch_sender(ring, skb);
	kick = __netdev_tx_sent_queue(ring->txq, frame.bytes,
				      netdev_xmit_more());
	if (kick) {
		e1k_tx_doorbell(ring);
		return NETDEV_TX_OK;
	}
	e1k_tx_limit_batch(ring);
	trace_e1k_tx_held(ring, e1k_tx_slot(ring, ring->next_to_use),
			  ring->next_to_use - ring->tail_written);
	return NETDEV_TX_OK;

drop:
	e1k_tx_unwind(ring, first);
	dev_kfree_skb_any(skb);
out_doorbell:
	/* Earlier frames may have been held back for this one (xmit_more) */
	e1k_tx_doorbell(ring);
	return NETDEV_TX_OK;
}

/* Not every emulation pads short frames, and programs may shorten frames. */
static bool e1k_tx_pad_xdp(struct xdp_frame *xdpf)
{
	u32 room = xdpf->frame_sz - sizeof(*xdpf) - xdpf->headroom -
		   SKB_DATA_ALIGN(sizeof(struct skb_shared_info));

	if (xdpf->len >= ETH_ZLEN || xdp_frame_has_frags(xdpf))
		return true;
	if (room < ETH_ZLEN)
		return false;
	memset(xdpf->data + xdpf->len, 0, ETH_ZLEN - xdpf->len);
	xdpf->len = ETH_ZLEN;
	return true;
}

static struct e1k_tx_buf *e1k_tx_map_xdp_buf(struct e1k_tx_ring *ring,
					     void *data, u32 len, bool own,
					     u64 flags)
{
	dma_addr_t dma;

	if (own) {
		dma = page_pool_get_dma_addr(virt_to_page(data)) +
		      offset_in_page(data);
		dma_sync_single_for_device(ring->dev, dma, len, E1K_RX_DMA_DIR);
		return e1k_tx_put_buf(ring, dma, len, E1K_TX_UNMAPPED, flags);
	}
	dma = dma_map_single(ring->dev, data, len, DMA_TO_DEVICE);
	if (dma_mapping_error(ring->dev, dma))
		return NULL;
	return e1k_tx_put_buf(ring, dma, len, E1K_TX_SINGLE, flags);
}

static struct e1k_tx_buf *e1k_tx_map_xdp(struct e1k_tx_ring *ring,
					 struct xdp_frame *xdpf, bool own,
					 u64 flags)
{
	struct skb_shared_info *shinfo = xdp_get_shared_info_from_frame(xdpf);
	unsigned int left = xdp_frame_has_frags(xdpf) ? shinfo->nr_frags : 0;
	const skb_frag_t *frag;
	struct e1k_tx_buf *buf;

	buf = e1k_tx_map_xdp_buf(ring, xdpf->data, xdpf->len, own,
				 left ? flags : flags | E1K_TXD_EOP);
	for (frag = shinfo->frags; left && buf; frag++) {
		left--;
		buf = e1k_tx_map_xdp_buf(ring, skb_frag_address(frag),
					 skb_frag_size(frag), own,
					 left ? flags : flags | E1K_TXD_EOP);
	}
	return buf;
}

/**
 * e1k_tx_xdp() - put an XDP frame on the ring
 * @ring: the ring
 * @xdpf: the frame; stays the caller's on failure
 * @own: its memory is from this device's page pool, thus mapped already
 * @flags: E1K_TXD_* bits to set in its descriptors
 *
 * Does not write the tail. XDP frames bypass BQL, which limits only what the
 * stack queues.
 * Context: BH off, transmit lock held.
 * Return: false if the ring is full or the frame cannot be sent.
 */
bool e1k_tx_xdp(struct e1k_tx_ring *ring, struct xdp_frame *xdpf, bool own,
		u64 flags)
{
	struct e1k_tx_frame frame = {
		.flags = E1K_TXD_IFCS | READ_ONCE(ring->delay) | flags,
		.frames = 1,
	};
	u32 first = ring->next_to_use;
	struct e1k_tx_buf *last;

	if (e1k_tx_avail(ring) < E1K_TX_DESC_MAX || !e1k_tx_pad_xdp(xdpf))
		return false;
	frame.bytes = xdp_get_frame_len(xdpf);
	last = e1k_tx_map_xdp(ring, xdpf, own, frame.flags);
	if (!last) {
		e1k_tx_unwind(ring, first);
		return false;
	}
	last->xdpf = xdpf;
	last->bytes = frame.bytes;
	last->frames = frame.frames;
	last->kind = E1K_TX_XDP;
	WRITE_ONCE(ring->xdp_sent, ring->xdp_sent + 1);
	e1k_tx_limit_batch(ring);
	return true;
}

/**
 * e1k_tx_xsk() - put a descriptor of an AF_XDP socket on the ring
 * @ring: with room for it
 * @dma: DMA address of the data
 * @len: bytes, at most E1K_MAX_DATA_PER_TXD
 * @first: first descriptor of the frame
 * @last: last descriptor of the frame
 *
 * Does not write the tail. A descriptor too short for a frame is not sent: an
 * unused context descriptor takes its slot, so that it completes in order.
 * Context: BH off, transmit lock held.
 * Return: false if nothing will be sent.
 */
bool e1k_tx_xsk(struct e1k_tx_ring *ring, dma_addr_t dma, u32 len, bool first,
		bool last)
{
	struct e1k_tx_buf *buf = &ring->buf[e1k_tx_slot(ring, ring->next_to_use)];
	bool ok = len >= ETH_HLEN || (len && !(first && last));
	u64 flags = E1K_TXD_IFCS | READ_ONCE(ring->delay);

	buf->kind = E1K_TX_XSK;
	buf->bytes = ok ? len : 0;
	buf->frames = ok && last;
	if (ok) {
		e1k_tx_put(ring, dma,
			   e1k_tx_data(len, last ? flags | E1K_TXD_EOP : flags));
	} else {
		e1k_tx_put_context(ring, e1k_tx_ctx_csum(0, 0));
		ring->csum_ctx = 0;
		/* If this ends a batch, its completion may not interrupt */
		e1k_service_raise(ring->service, E1K_EVENT_POLL, 1);
	}
	if (last)
		e1k_tx_limit_batch(ring);
	return ok;
}

/**
 * e1k_tx_kick() - write the tail again
 * @ring: the ring
 *
 * Some NICs ignore the tail while the link is down.
 * Context: transmit lock.
 */
void e1k_tx_kick(struct e1k_tx_ring *ring)
{
	if (e1k_tx_used(ring))
		writel(e1k_tx_slot(ring, ring->tail_written), ring->tail);
}

/**
 * e1k_tx_start() - start the queue
 * @ring: programmed into the NIC
 * Context: RTNL.
 */
void e1k_tx_start(struct e1k_tx_ring *ring)
{
	ring->probe_left = ring->may_sync ? E1K_TX_SYNC_PROBES : 0;
	WRITE_ONCE(ring->stopped, false);
	netif_tx_wake_queue(ring->txq);
}

/**
 * e1k_tx_stop() - stop the queue
 * @ring: the ring; NAPI is stopped
 *
 * Completion may wake the queue: one that began before @stopped was set must
 * end before the queue is disabled.
 * Context: RTNL, may sleep.
 */
void e1k_tx_stop(struct e1k_tx_ring *ring)
{
	WRITE_ONCE(ring->stopped, true);
	e1k_tx_complete_quiesce(ring);
	/* Only this queue: the stack would call others that are not in use hung */
	__netif_tx_lock_bh(ring->txq);
	netif_tx_stop_queue(ring->txq);
	__netif_tx_unlock_bh(ring->txq);
}

/**
 * e1k_tx_reset() - complete what was sent, drop and count the rest
 * @ring: not used by the NIC
 * Context: may sleep; queue and NAPI stopped.
 */
void e1k_tx_reset(struct e1k_tx_ring *ring)
{
	e1k_tx_discard(ring);
	netdev_tx_reset_queue(ring->txq);
	memset(ring->desc, 0, ring->size * sizeof(*ring->desc));
	ring->next_to_use = 0;
	ring->rs_index = 0;
	ring->tail_written = 0;
	ring->next_to_clean = 0;
	ring->sync_tx = false;
	ring->complete_thrs = E1K_TX_BATCH;
	ring->csum_ctx = 0;
}
