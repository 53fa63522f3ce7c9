// SPDX-License-Identifier: GPL-2.0-only
/*
 * TX completion: skbs are freed, XDP and AF_XDP frames returned to their owners,
 * and the queue is woken. Called from the poll, from behind a doorbell, and by
 * a timer when all is quiet.
 */
#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <linux/timer.h>
#include <net/netdev_queues.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>

#include "tx_complete.h"
#include "trace.h"

/* What was sent, and the part of it that BQL counts: the stack's. */
struct e1k_tx_done {
	u32 packets;
	u32 bytes;
	u32 queued;
};

/*
 * Give XDP frames, and what AF_XDP sent, back to where it is from. Not inlined: without XDP
 * the reaper needs no room for this on its stack, which would be cleared.
 */
static noinline void e1k_tx_return(struct e1k_tx_ring *ring)
{
	struct xdp_frame_bulk bulk;
	u32 i;

	if (ring->xsk_done)
		xsk_tx_completed(ring->xsk, ring->xsk_done);
	ring->xsk_done = 0;
	if (!ring->returns)
		return;
	xdp_frame_bulk_init(&bulk);
	rcu_read_lock();
	for (i = 0; i < ring->returns; i++)
		xdp_return_frame_bulk(ring->xdpf[i], &bulk);
	xdp_flush_frame_bulk(&bulk);
	rcu_read_unlock();
	WRITE_ONCE(ring->xdp_done, ring->xdp_done + ring->returns);
	ring->returns = 0;
}

/*
 * Once a frame. The compiler would not inline it for the size of what is behind
 * the tracepoint, though that never runs (scripts/bench/tracecost).
 */
static __always_inline void
e1k_tx_free_buf(struct e1k_tx_ring *ring, u32 idx, int budget,
		struct e1k_tx_done *done)
{
	struct e1k_tx_buf *buf = &ring->buf[e1k_tx_slot(ring, idx)];

	e1k_tx_unmap(ring, buf);
	if (buf->kind == E1K_TX_NONE)
		return;
	done->packets += buf->frames;
	done->bytes += buf->bytes;
	if (likely(buf->kind == E1K_TX_SKB)) {
		done->queued += buf->bytes;
		trace_e1k_tx_reap(ring->txq->dev, buf->skb,
				  e1k_tx_slot(ring, idx), buf->bytes,
				  buf->frames);
		napi_consume_skb(buf->skb, budget);
	} else if (buf->kind == E1K_TX_XSK) {
		ring->xsk_done++;
	} else {
		ring->xdpf[ring->returns++] = buf->xdpf;
		if (ring->returns == ARRAY_SIZE(ring->xdpf))
			e1k_tx_return(ring);
	}
	buf->kind = E1K_TX_NONE;
}

/* What NAPI and the transmitting side do under the ring's reap lock. */
static u32 e1k_tx_complete_locked(struct e1k_tx_ring *ring, int budget)
{
	/*
	 * Pairs with the release in e1k_tx_doorbell(). What the NIC was not
	 * told of it cannot have sent, whatever the descriptor says.
	 */
	u32 rung = smp_load_acquire(&ring->tail_written);
	struct e1k_tx_done_stats *stats = &ring->stats->done;
	struct e1k_tx_done done = {};
	u32 clean = ring->next_to_clean;

	while (clean != rung) {
		u32 end = ring->buf[e1k_tx_slot(ring, clean)].end;
		__le64 hi = READ_ONCE(ring->desc[e1k_tx_slot(ring, end - 1)].hi);

		if (!(hi & cpu_to_le64(E1K_TXD_DD)))
			break;
		for (; clean != end; clean++)
			e1k_tx_free_buf(ring, clean, budget, &done);
	}
	if (clean == ring->next_to_clean)
		return 0;
	if (unlikely(ring->returns | ring->xsk_done))
		e1k_tx_return(ring);

	/* The transmitting side may overwrite a slot once it reads this */
	smp_store_release(&ring->next_to_clean, clean);
	if (unlikely(!done.queued))
		/* As BQL does, but not when it is told of nothing */
		smp_mb();

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->packets, done.packets);
	u64_stats_add(&stats->bytes, done.bytes);
	/* Not by the count of packets: descriptors without one make room, too */
	if (!netif_txq_completed_wake(ring->txq, 1, done.queued,
				      e1k_tx_avail(ring), e1k_tx_start_thrs(ring))) {
		trace_e1k_tx_wake(ring->txq->dev, e1k_tx_used(ring));
		u64_stats_inc(&stats->wakes);
	}
	u64_stats_update_end(&stats->syncp);
	return done.packets;
}

/**
 * e1k_tx_complete() - take back what was sent
 * @ring: the ring
 * @budget: of the NAPI poll; 0 in netpoll or outside of it
 *
 * Netpoll comes in hard interrupts too, on a CPU that may hold the lock just
 * then: with a budget of 0 it must not wait. Nor can XDP frames be given back
 * there.
 *
 * Context: NAPI, or the ring stopped; BH disabled. Bounded by what was given to the NIC
 * when it is called.
 * Return: frames sent.
 */
u32 e1k_tx_complete(struct e1k_tx_ring *ring, int budget)
{
	u32 reaped;

	if (budget)
		spin_lock(&ring->complete_lock);
	else if (READ_ONCE(ring->xdp_sent) != READ_ONCE(ring->xdp_done) ||
		 !spin_trylock(&ring->complete_lock))
		return 0;
	reaped = e1k_tx_complete_locked(ring, budget);
	spin_unlock(&ring->complete_lock);
	return reaped;
}

/* Take back what was sent when nothing else happens. Softirq. */
static void e1k_tx_idle_expired(struct timer_list *timer)
{
	struct e1k_tx_ring *ring = timer_container_of(ring, timer, idle_timer);
	u32 clean;

	/*
	 * Pairs with the one behind the doorbell: either this sees what was rung
	 * for, or there it is seen that the timer is not pending any more.
	 */
	smp_mb();
	e1k_tx_complete(ring, 1);
	clean = READ_ONCE(ring->next_to_clean);
	if (clean == READ_ONCE(ring->tail_written))
		return;
	if (clean != ring->idle_seen) {
		ring->idle_seen = clean;
		mod_timer(&ring->idle_timer, jiffies + 1);
		return;
	}
	/* Stuck for a tick: not as prompt as it seemed. Back to interrupts */
	WRITE_ONCE(ring->sync_tx, false);
	e1k_service_raise(ring->service, E1K_EVENT_POLL, 0);
}

/* On behalf of netpoll, with no lock of its caller held. */
static void e1k_tx_idle_arm(struct irq_work *work)
{
	struct e1k_tx_ring *ring =
		container_of(work, struct e1k_tx_ring, idle_work);

	if (!READ_ONCE(ring->stopped))
		mod_timer(&ring->idle_timer, jiffies + 1);
}

/**
 * e1k_tx_complete_init() - prepare a new ring's completing side
 * @ring: just created
 */
void e1k_tx_complete_init(struct e1k_tx_ring *ring)
{
	spin_lock_init(&ring->complete_lock);
	timer_setup(&ring->idle_timer, e1k_tx_idle_expired, 0);
	init_irq_work(&ring->idle_work, e1k_tx_idle_arm);
}

/**
 * e1k_tx_complete_quiesce() - nothing is taken back by timer after this
 * @ring: the ring; doorbells are not rung any more, or find frames taken back
 *
 * Context: may sleep.
 */
void e1k_tx_complete_quiesce(struct e1k_tx_ring *ring)
{
	irq_work_sync(&ring->idle_work);
	timer_delete_sync(&ring->idle_timer);
}

/**
 * e1k_tx_discard() - take back what was sent, drop what was not
 * @ring: the ring; the NIC does not look at it any more
 *
 * Context: process; queue and NAPI stopped.
 */
void e1k_tx_discard(struct e1k_tx_ring *ring)
{
	struct e1k_tx_done_stats *stats = &ring->stats->done;
	struct e1k_tx_done dropped = {};
	u32 idx;

	e1k_tx_complete_quiesce(ring);
	local_bh_disable();
	e1k_tx_complete(ring, 1);
	for (idx = ring->next_to_clean; idx != ring->next_to_use; idx++)
		e1k_tx_free_buf(ring, idx, 1, &dropped);
	if (ring->returns | ring->xsk_done)
		e1k_tx_return(ring);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->dropped, dropped.packets);
	u64_stats_update_end(&stats->syncp);
	local_bh_enable();
}
