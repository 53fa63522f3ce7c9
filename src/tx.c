// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transmit: an skb becomes descriptors, the doorbell is rung, what was sent is
 * taken back.
 *
 * Descriptors are given to the NIC in batches. Only the last one of a batch
 * asks the NIC to report (RS): one write-back, and at most one interrupt, for
 * all that was rung at once.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/ip6_checksum.h>
#include <net/tcp.h>

#include <compat/netdev.h>
#include <compat/timer.h>
#include <e1k/trace.h>
#include <e1k/tx.h>

/*
 * What is said of a whole frame: in each of its data descriptors, and for the
 * books.
 */
struct e1k_tx_frame {
	u64 flags;
	u32 bytes;
	u32 frames;
};

static u32 e1k_tx_slot(const struct e1k_tx_ring *ring, u32 idx)
{
	return idx & (ring->size - 1);
}

static void e1k_tx_put(struct e1k_tx_ring *ring, u64 lo, u64 hi)
{
	struct e1k_desc *desc = &ring->desc[e1k_tx_slot(ring, ring->next++)];

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

/* The NIC adds each segment's length to the pseudo header's sum itself. */
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

static int e1k_tx_csum(struct e1k_tx_ring *ring, struct sk_buff *skb,
		       struct e1k_tx_frame *frame)
{
	u32 start = skb_checksum_start_offset(skb);
	struct e1k_tx_ctx ctx;

	if (start + skb->csum_offset > E1K_CTX_OFFSET_MAX)
		return skb_checksum_help(skb);

	ctx = e1k_tx_ctx_csum(start, start + skb->csum_offset);
	if (ctx.lo != ring->ctx.lo || ctx.hi != ring->ctx.hi) {
		e1k_tx_put_context(ring, ctx);
		ring->ctx = ctx;
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

/* One mapping, cut into pieces that a descriptor can carry. */
static void e1k_tx_put_buf(struct e1k_tx_ring *ring, dma_addr_t dma, u32 len,
			   enum e1k_tx_map map, u64 flags)
{
	struct e1k_tx_buf *buf = &ring->buf[e1k_tx_slot(ring, ring->next)];

	buf->dma = dma;
	buf->len = len;
	buf->map = map;
	for (; len > E1K_TX_PIECE; len -= E1K_TX_PIECE, dma += E1K_TX_PIECE)
		e1k_tx_put(ring, dma, e1k_tx_data(E1K_TX_PIECE, flags));
	e1k_tx_put(ring, dma, e1k_tx_data(len, flags));
}

static void e1k_tx_unmap(struct e1k_tx_ring *ring, struct e1k_tx_buf *buf)
{
	if (buf->map == E1K_TX_SINGLE)
		dma_unmap_single(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	else if (buf->map == E1K_TX_PAGE)
		dma_unmap_page(ring->dev, buf->dma, buf->len, DMA_TO_DEVICE);
	buf->map = E1K_TX_UNMAPPED;
}

static int e1k_tx_map(struct e1k_tx_ring *ring, struct sk_buff *skb, u64 flags)
{
	struct skb_shared_info *shinfo = skb_shinfo(skb);
	unsigned int i;
	dma_addr_t dma;

	dma = dma_map_single(ring->dev, skb->data, skb_headlen(skb),
			     DMA_TO_DEVICE);
	if (dma_mapping_error(ring->dev, dma))
		return -ENOMEM;
	e1k_tx_put_buf(ring, dma, skb_headlen(skb), E1K_TX_SINGLE, flags);

	for (i = 0; i < shinfo->nr_frags; i++) {
		const skb_frag_t *frag = &shinfo->frags[i];
		u32 len = skb_frag_size(frag);

		dma = skb_frag_dma_map(ring->dev, frag, 0, len, DMA_TO_DEVICE);
		if (dma_mapping_error(ring->dev, dma))
			return -ENOMEM;
		e1k_tx_put_buf(ring, dma, len, E1K_TX_PAGE, flags);
	}
	return 0;
}

/* Take back what was written since @first: the NIC has not been told of it. */
static void e1k_tx_unwind(struct e1k_tx_ring *ring, u32 first)
{
	while (ring->next != first)
		e1k_tx_unmap(ring,
			     &ring->buf[e1k_tx_slot(ring, --ring->next)]);
	/* A context may have been among it */
	ring->ctx = (struct e1k_tx_ctx) {};
}

/* Ask the last descriptor to report for all since the previous one that did. */
static void e1k_tx_close_batch(struct e1k_tx_ring *ring)
{
	struct e1k_desc *last =
		&ring->desc[e1k_tx_slot(ring, ring->next - 1)];

	last->hi |= cpu_to_le64(E1K_TXD_RS);
	ring->buf[e1k_tx_slot(ring, ring->batch)].end = ring->next;
	/* Pairs with the acquire in e1k_tx_reap(): the books are complete */
	smp_store_release(&ring->batch, ring->next);
}

struct e1k_tx_done {
	u32 packets;
	u32 bytes;
};

static void e1k_tx_free_buf(struct e1k_tx_ring *ring, u32 idx, int budget,
			    struct e1k_tx_done *done)
{
	struct e1k_tx_buf *buf = &ring->buf[e1k_tx_slot(ring, idx)];

	e1k_tx_unmap(ring, buf);
	if (!buf->skb)
		return;
	done->packets += buf->frames;
	done->bytes += buf->bytes;
	trace_e1k_tx_reap(ring->txq->dev, buf->skb, e1k_tx_slot(ring, idx),
			  buf->bytes, buf->frames);
	napi_consume_skb(buf->skb, budget);
	buf->skb = NULL;
}

/* What NAPI and the transmitting side do under the ring's reap lock. */
static u32 e1k_tx_reap_locked(struct e1k_tx_ring *ring, int budget)
{
	/* Pairs with the release in e1k_tx_close_batch() */
	u32 batch = smp_load_acquire(&ring->batch);
	struct e1k_tx_done_stats *stats = &ring->stats->done;
	struct e1k_tx_done done = {};
	u32 clean = ring->clean;

	while (clean != batch) {
		u32 end = ring->buf[e1k_tx_slot(ring, clean)].end;
		__le64 hi = READ_ONCE(ring->desc[e1k_tx_slot(ring, end - 1)].hi);

		if (!(hi & cpu_to_le64(E1K_TXD_DD)))
			break;
		for (; clean != end; clean++)
			e1k_tx_free_buf(ring, clean, budget, &done);
	}
	if (clean == ring->clean)
		return 0;

	/* The transmitting side may overwrite a slot once it reads this */
	smp_store_release(&ring->clean, clean);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->packets, done.packets);
	u64_stats_add(&stats->bytes, done.bytes);
	if (!netif_txq_completed_wake(ring->txq, done.packets, done.bytes,
				      e1k_tx_free(ring), e1k_tx_wake(ring))) {
		trace_e1k_tx_wake(ring->txq->dev, e1k_tx_used(ring));
		u64_stats_inc(&stats->wakes);
	}
	u64_stats_update_end(&stats->syncp);
	return done.packets;
}

/*
 * Netpoll comes in hard interrupts too, on a CPU that may hold the lock just
 * then: with a budget of 0 it must not wait.
 */
static u32 e1k_tx_reap_any(struct e1k_tx_ring *ring, int budget)
{
	u32 reaped;

	if (budget)
		spin_lock(&ring->reap_lock);
	else if (!spin_trylock(&ring->reap_lock))
		return 0;
	reaped = e1k_tx_reap_locked(ring, budget);
	spin_unlock(&ring->reap_lock);
	return reaped;
}

/**
 * e1k_tx_reap() - take back what was sent
 * @ring: the ring
 * @budget: of the NAPI poll; 0 in netpoll or outside of it
 *
 * Context: NAPI, or the ring stopped. Bounded by what was given to the NIC
 * when it is called.
 * Return: frames sent.
 */
u32 e1k_tx_reap(struct e1k_tx_ring *ring, int budget)
{
	if (READ_ONCE(ring->clean) == READ_ONCE(ring->batch))
		return 0;
	return e1k_tx_reap_any(ring, budget);
}

/* From the transmit path: BH is off, and in netpoll interrupts are too. */
static void e1k_tx_reap_now(struct e1k_tx_ring *ring)
{
	e1k_tx_reap_any(ring, !irqs_disabled());
}

/* Take back what was sent when nothing else happens. Softirq. */
static void e1k_tx_idle(struct timer_list *timer)
{
	struct e1k_tx_ring *ring = timer_container_of(ring, timer, idle_timer);
	u32 clean;

	e1k_tx_reap(ring, 1);
	clean = READ_ONCE(ring->clean);
	if (clean == READ_ONCE(ring->rung))
		return;
	if (clean != ring->idle_seen) {
		ring->idle_seen = clean;
		mod_timer(&ring->idle_timer, jiffies + 1);
		return;
	}
	/* Stuck for a tick: not as prompt as it seemed. Back to interrupts */
	WRITE_ONCE(ring->prompt, false);
	e1k_service_raise(ring->service, E1K_EVENT_POLL, 0);
}

/**
 * e1k_tx_init() - prepare a new ring for transmission
 * @ring: just created
 */
void e1k_tx_init(struct e1k_tx_ring *ring)
{
	ring->trial = E1K_TX_TRIAL;
	spin_lock_init(&ring->reap_lock);
	timer_setup(&ring->idle_timer, e1k_tx_idle, 0);
}

/*
 * Some NICs (QEMU's) have sent everything by the time the doorbell write
 * returns. There an interrupt that tells of it is a waste, and worse: it would
 * put off the next receive interrupt by the NIC's least spacing. So the first
 * doorbells after a start are watched, and if the NIC proves prompt the
 * interrupt stays masked. What was sent is then taken back behind the doorbell
 * once it is worth it, in every poll, and by a timer when all is quiet.
 */
static void e1k_tx_judge(struct e1k_tx_ring *ring)
{
	if (e1k_tx_used(ring))
		ring->trial = 0;
	else if (--ring->trial == 0)
		WRITE_ONCE(ring->prompt, true);
}

/* Does anybody wait for what the NIC is through with? */
static bool e1k_tx_is_reap_due(const struct e1k_tx_ring *ring)
{
	return e1k_tx_used(ring) >= E1K_TX_BATCH ||
	       netif_xmit_stopped(ring->txq);
}

static void e1k_tx_reap_behind_doorbell(struct e1k_tx_ring *ring)
{
	if (ring->delay)
		return;
	if (ring->trial) {
		e1k_tx_reap_now(ring);
		e1k_tx_judge(ring);
		return;
	}
	if (!ring->prompt)
		return;
	if (e1k_tx_is_reap_due(ring))
		e1k_tx_reap_now(ring);
	/* Netpoll must take no lock of the timers', and polls by itself */
	if (e1k_tx_used(ring) && !timer_pending(&ring->idle_timer) &&
	    !irqs_disabled())
		mod_timer(&ring->idle_timer, jiffies + 1);
}

static void e1k_tx_doorbell(struct e1k_tx_ring *ring)
{
	if (ring->next != ring->batch)
		e1k_tx_close_batch(ring);
	if (ring->next == ring->rung)
		return;
	trace_e1k_tx_doorbell(ring->txq->dev, e1k_tx_slot(ring, ring->next),
			      ring->next - ring->rung);
	WRITE_ONCE(ring->rung, ring->next);
	/* writel() orders the descriptors before the tail */
	writel(e1k_tx_slot(ring, ring->next), ring->tail);
	e1k_tx_count(ring, &ring->stats->xmit.doorbells);
	e1k_tx_reap_behind_doorbell(ring);
}

static void e1k_tx_finish(struct e1k_tx_ring *ring, struct sk_buff *skb,
			  const struct e1k_tx_frame *frame)
{
	u32 last = e1k_tx_slot(ring, ring->next - 1);
	struct e1k_tx_buf *buf = &ring->buf[last];

	ring->desc[last].hi |= cpu_to_le64(E1K_TXD_EOP);
	buf->skb = skb;
	buf->bytes = frame->bytes;
	buf->frames = frame->frames;
	if (e1k_idx_used(ring->next, ring->batch) >= E1K_TX_BATCH)
		e1k_tx_close_batch(ring);
}

/**
 * e1k_tx_xmit() - send one skb
 * @ring: the ring
 * @skb: what to send; consumed unless the ring is full
 *
 * Context: BH off, transmit lock held.
 * Return: NETDEV_TX_OK, also when the skb had to be dropped; NETDEV_TX_BUSY
 * when the ring is full, which the queue's state should have prevented.
 */
netdev_tx_t e1k_tx_xmit(struct e1k_tx_ring *ring, struct sk_buff *skb)
{
	struct e1k_tx_frame frame;
	u32 first = ring->next;
	bool kick;

	if (unlikely(e1k_tx_free(ring) < E1K_TX_DESC_MAX)) {
		netif_tx_stop_queue(ring->txq);
		e1k_tx_doorbell(ring);
		return NETDEV_TX_BUSY;
	}
	/* Not every emulation pads short frames as TCTL.PSP asks */
	if (eth_skb_pad(skb))
		goto out_doorbell;
	if (unlikely(e1k_tx_offload(ring, skb, &frame))) {
		e1k_tx_count(ring, &ring->stats->xmit.offload_errors);
		goto drop;
	}
	if (unlikely(e1k_tx_map(ring, skb, frame.flags))) {
		e1k_tx_count(ring, &ring->stats->xmit.map_errors);
		goto drop;
	}
	skb_tx_timestamp(skb);
	e1k_tx_finish(ring, skb, &frame);
	trace_e1k_tx_map(ring->txq->dev, skb, e1k_tx_slot(ring, first),
			 ring->next - first, frame.bytes, frame.frames);

	if (!netif_txq_maybe_stop(ring->txq, e1k_tx_free(ring),
				  E1K_TX_DESC_MAX, e1k_tx_wake(ring))) {
		trace_e1k_tx_stop(ring->txq->dev, e1k_tx_used(ring));
		e1k_tx_count(ring, &ring->stats->xmit.stops);
	}
	kick = __netdev_tx_sent_queue(ring->txq, frame.bytes,
				      netdev_xmit_more());
	if (kick)
		e1k_tx_doorbell(ring);
	else
		trace_e1k_tx_held(ring->txq->dev, e1k_tx_slot(ring, ring->next),
				  ring->next - ring->rung);
	return NETDEV_TX_OK;

drop:
	e1k_tx_unwind(ring, first);
	dev_kfree_skb_any(skb);
out_doorbell:
	/* Earlier frames may have been held back for this one */
	e1k_tx_doorbell(ring);
	return NETDEV_TX_OK;
}

/**
 * e1k_tx_kick() - ring the doorbell once more
 * @ring: the ring
 *
 * For NICs that overlooked it: some ignore the tail while the link is down.
 *
 * Context: transmit lock.
 */
void e1k_tx_kick(struct e1k_tx_ring *ring)
{
	if (e1k_tx_used(ring))
		writel(e1k_tx_slot(ring, ring->rung), ring->tail);
}

/**
 * e1k_tx_stop() - transmit no more
 * @ring: the ring; NAPI is stopped
 *
 * Whoever takes frames back may wake the queue. Such a one that started before
 * @ring is marked must be through before the queue is stopped for good.
 *
 * Context: RTNL, may sleep.
 */
void e1k_tx_stop(struct e1k_tx_ring *ring)
{
	WRITE_ONCE(ring->stopping, true);
	timer_delete_sync(&ring->idle_timer);
	netif_tx_disable(ring->txq->dev);
}

/**
 * e1k_tx_reset() - empty the ring
 * @ring: the ring; the NIC does not look at it any more
 *
 * What was sent is completed, what was not is dropped and counted.
 *
 * Context: may sleep; queue and NAPI stopped.
 */
void e1k_tx_reset(struct e1k_tx_ring *ring)
{
	struct e1k_tx_done_stats *stats = &ring->stats->done;
	struct e1k_tx_done dropped = {};
	u32 idx;

	timer_delete_sync(&ring->idle_timer);
	e1k_tx_reap(ring, 0);
	for (idx = ring->clean; idx != ring->next; idx++)
		e1k_tx_free_buf(ring, idx, 0, &dropped);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->dropped, dropped.packets);
	u64_stats_update_end(&stats->syncp);

	netdev_tx_reset_queue(ring->txq);
	memset(ring->desc, 0, ring->size * sizeof(*ring->desc));
	ring->next = 0;
	ring->batch = 0;
	ring->rung = 0;
	ring->clean = 0;
	ring->stopping = false;
	ring->prompt = false;
	ring->trial = E1K_TX_TRIAL;
	ring->ctx = (struct e1k_tx_ctx) {};
}
