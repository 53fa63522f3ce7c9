// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive buffers: given to the ring when it is made, and when the poll could not
 * renew slots as it went.
 */
#include "rx.h"
#include "xsk.h"

/**
 * e1k_rx_alloc_buffers() - give buffers to every free descriptor
 * @ring: the ring
 * @gfp: how hard to try for memory
 *
 * Also to the one that is kept back from the NIC: after this the poll renews
 * slots one by one, until memory runs out. Does not ring the doorbell, and counts
 * nothing: the counters are the poll's.
 *
 * Context: NAPI, or the ring stopped.
 * Return: false when memory ran out; what was filled stays.
 */
bool e1k_rx_alloc_buffers(struct e1k_rx_ring *ring, gfp_t gfp)
{
	u32 end = ring->next_to_clean + ring->size;
	u32 idx;

	ring->alloc_failed = true;
	if (ring->xsk.pool)
		return e1k_xsk_fill(ring);
	for (idx = ring->next_to_use; idx != end; idx++) {
		u32 slot = e1k_rx_slot(ring, idx);
		struct e1k_rx_buf *buf = &ring->buf[slot];

		if (!buf->page && !e1k_page_frags_alloc(&ring->bufs, buf, gfp))
			break;
		e1k_rx_write_desc(&ring->desc[slot], buf);
	}
	ring->alloc_failed = idx != end;
	WRITE_ONCE(ring->next_to_use, ring->alloc_failed ? idx : end - 1);
	return !ring->alloc_failed;
}

/**
 * e1k_rx_reset() - make the ring ready to be given to the NIC anew
 * @ring: the ring; the NIC does not look at it
 *
 * Buffers stay in their slots.
 *
 * Context: NAPI stopped.
 */
void e1k_rx_reset(struct e1k_rx_ring *ring)
{
	e1k_rx_ring_abandon(ring);
	ring->next_to_use = 0;
	ring->next_to_clean = 0;
	memset(ring->desc, 0, ring->size * sizeof(*ring->desc));
}

/**
 * e1k_rx_alloc_missing() - fill the ring while buffers are lacking
 * @ring: the ring
 *
 * With too few buffers no interrupt may come to try again: ask for a poll.
 *
 * Context: NAPI.
 */
void e1k_rx_alloc_missing(struct e1k_rx_ring *ring)
{
	struct e1k_rx_stats *stats = ring->stats;

	if (!e1k_rx_alloc_buffers(ring, GFP_ATOMIC))
		e1k_service_raise(ring->service, E1K_EVENT_POLL,
				  msecs_to_jiffies(20));
	if (e1k_idx_used(ring->next_to_use, ring->next_to_clean) < ring->mask)
		e1k_rx_count(ring, ring->xsk.pool ? &stats->xsk_empty :
			     &stats->alloc_errors);
}

/**
 * e1k_rx_mark_edge() - remember where the NIC may have run out of buffers
 * @ring: the ring, of a NIC that cuts frames there
 * @old: the count up to which the NIC has buffers, before more are given to it
 *
 * Had it none at that moment, the frame that it was receiving has ended at @old.
 * The NIC may receive between this look and the write to RDT: few buffers are as
 * good as none.
 *
 * Context: NAPI.
 */
void e1k_rx_mark_edge(struct e1k_rx_ring *ring, u32 old)
{
	if (((old - e1k_rx_ring_head(ring)) & ring->mask) < E1K_RX_BATCH)
		ring->buf[e1k_rx_slot(ring, old - 1)].edge = old;
}

/**
 * e1k_rx_peek_end() - give what e1k_rx_peek() passed over back to the NIC
 * @ring: the ring, not polled by NAPI
 *
 * For the self-test: others go on sending, and their frames would fill the ring.
 *
 * Context: process.
 */
void e1k_rx_peek_end(struct e1k_rx_ring *ring)
{
	e1k_rx_alloc_buffers(ring, GFP_KERNEL);
	writel(e1k_rx_slot(ring, ring->next_to_use), ring->tail);
}
