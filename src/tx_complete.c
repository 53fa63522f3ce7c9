// SPDX-License-Identifier: GPL-2.0-only
/*
 * TX completion: free skbs, return XDP and AF_XDP frames, wake the queue. Runs
 * in the poll, after a doorbell, and in a timer when the queue is idle.
 */
#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <linux/timer.h>
#include <net/netdev_queues.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>

#include "tx_complete.h"
#include "trace.h"

/* @queued: the bytes that BQL counts, which are the stack's. */
struct e1k_tx_done {
	u32 packets;
	u32 bytes;
	u32 queued;
};

/*
 * Not inlined: without XDP, completion does not need @bulk on its stack, which
 * hardened kernels clear.
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
 * Runs once per frame. The compiler does not inline it by itself: the code
 * behind the tracepoint, though it never runs, is too large
 * (scripts/bench/tracecost).
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
		trace_e1k_tx_reap(ring, buf->skb,
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

static u32 e1k_tx_complete_locked(struct e1k_tx_ring *ring, int budget)
{
	/*
	 * Pairs with the release in e1k_tx_doorbell(). The NIC cannot have sent
	 * what it was not told of, whatever the descriptor says.
	 */
	u32 tail = smp_load_acquire(&ring->tail_written);
	struct e1k_tx_done_stats *stats = &ring->stats->done;
	struct e1k_tx_done done = {};
	u32 clean = ring->next_to_clean;

	while (clean != tail) {
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

	/* Frees the slots. Pairs with the reads in e1k_tx_avail() */
	smp_store_release(&ring->next_to_clean, clean);
	if (unlikely(!done.queued))
		/* BQL skips its barrier. Pairs with netif_txq_try_stop() */
		smp_mb();

	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->packets, done.packets);
	u64_stats_add(&stats->bytes, done.bytes);
	/* Not done.packets: descriptors without one free slots, too */
	if (!netif_txq_completed_wake(ring->txq, 1, done.queued,
				      e1k_tx_avail(ring), e1k_tx_start_thrs(ring))) {
		trace_e1k_tx_wake(ring, e1k_tx_used(ring));
		u64_stats_inc(&stats->wakes);
	}
	u64_stats_update_end(&stats->syncp);
	return done.packets;
}

/**
 * e1k_tx_complete() - complete transmitted frames
 * @ring: the ring
 * @budget: of the NAPI poll; 0 in netpoll
 *
 * Netpoll may have interrupted a holder of the lock, so it only tries to take
 * it. In hard interrupts it cannot return XDP frames: with any on the ring it
 * does nothing.
 * Context: BH disabled. Bounded by what the NIC holds when called.
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

/* The queue is idle: nothing else completes its frames. Softirq. */
static void e1k_tx_idle_expired(struct timer_list *timer)
{
	struct e1k_tx_ring *ring = timer_container_of(ring, timer, idle_timer);
	u32 clean;

	/*
	 * Pairs with e1k_tx_complete_after_doorbell(): either @tail_written is
	 * seen here, or the timer is seen not pending there.
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
	/* No progress for a tick: use interrupts */
	WRITE_ONCE(ring->sync_tx, false);
	e1k_service_raise(ring->service, E1K_EVENT_POLL, 0);
}

/* For netpoll, without the locks of its caller. */
static void e1k_tx_idle_arm(struct irq_work *work)
{
	struct e1k_tx_ring *ring =
		container_of(work, struct e1k_tx_ring, idle_work);

	if (!READ_ONCE(ring->stopped))
		mod_timer(&ring->idle_timer, jiffies + 1);
}

/**
 * e1k_tx_complete_init() - prepare a new ring for completion
 * @ring: just created
 */
void e1k_tx_complete_init(struct e1k_tx_ring *ring)
{
	spin_lock_init(&ring->complete_lock);
	timer_setup(&ring->idle_timer, e1k_tx_idle_expired, 0);
	init_irq_work(&ring->idle_work, e1k_tx_idle_arm);
}

/**
 * e1k_tx_complete_quiesce() - stop the idle timer
 * @ring: the ring; only a doorbell arms the timer again
 * Context: may sleep.
 */
void e1k_tx_complete_quiesce(struct e1k_tx_ring *ring)
{
	irq_work_sync(&ring->idle_work);
	timer_delete_sync(&ring->idle_timer);
}

/**
 * e1k_tx_discard() - complete what was sent, drop and count the rest
 * @ring: not used by the NIC
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
