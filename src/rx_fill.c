// SPDX-License-Identifier: GPL-2.0-only
/* Receive buffers: the first fill, and refills after a failed allocation. */
#include <linux/minmax.h>

#include "rx.h"
#include "rx_deliver.h"
#include "xsk.h"

/**
 * e1k_rx_alloc_buffers() - fill all free descriptors
 * @ring: the ring
 * @gfp: allocation flags
 *
 * This includes the one between next_to_use and next_to_clean that the NIC must
 * not have: from then on the poll rearms descriptors one by one, until an
 * allocation fails. Does not write the tail, and counts nothing: the counters
 * are NAPI only.
 * Context: NAPI, or the ring stopped.
 * Return: false if memory ran out; descriptors filled so far stay filled.
 */
bool e1k_rx_alloc_buffers(struct e1k_rx_ring *ring, gfp_t gfp)
{
	u32 end = ring->next_to_clean + ring->size;
	u32 idx;

	ring->alloc_failed = true;
	if (ring->xsk.pool)
		return e1k_xsk_fill(ring);
	if (ring->split)
		return e1k_rx_split_fill(ring, gfp);
	for (idx = ring->next_to_use; idx != end; idx++) {
		u32 slot = e1k_rx_slot(ring, idx);
		struct e1k_rx_buf *buf = &ring->buf[slot];

		if (!buf->page && !e1k_page_frags_alloc(&ring->bufs, buf, gfp))
			break;
		e1k_rx_write_desc(&ring->desc[slot], buf);
	}
	ring->alloc_failed = idx != end;
	WRITE_ONCE(ring->next_to_use, ring->alloc_failed ?
		   e1k_rx_ring_add_sinks(ring, idx) : end - 1);
	return !ring->alloc_failed;
}

/**
 * e1k_rx_reset() - empty the ring, which keeps its buffers
 * @ring: the ring, not used by the NIC
 * Context: NAPI stopped.
 */
void e1k_rx_reset(struct e1k_rx_ring *ring)
{
	e1k_rx_ring_abandon(ring);
	if (ring->xsk.pool)
		e1k_xsk_compact(ring);
	if (ring->unreadable)
		e1k_split_empty(ring);
	ring->next_to_use = 0;
	ring->next_to_clean = 0;
	ring->retired = false;
	ring->aside = ring->split;
	ring->starved = false;
	memset(ring->desc, 0, (ring->size << ring->shift) * sizeof(*ring->desc));
}

static void e1k_rx_reverse(struct e1k_rx_buf *buf, u32 from, u32 to)
{
	for (to--; from < to; from++, to--)
		swap(buf[from], buf[to]);
}

/**
 * e1k_rx_begin_at() - have an empty ring begin at another slot
 * @ring: filled from slot 0 on, and not yet used by the NIC
 * @slot: where to begin, as RDT counts; ignored if the ring has no such slot
 * Context: may sleep; NAPI stopped.
 */
void e1k_rx_begin_at(struct e1k_rx_ring *ring, u32 slot)
{
	slot >>= ring->shift;
	if (!slot || slot >= ring->size)
		return;
	/* Move all buffers by @slot, around the end */
	e1k_rx_reverse(ring->buf, 0, ring->size - slot);
	e1k_rx_reverse(ring->buf, ring->size - slot, ring->size);
	e1k_rx_reverse(ring->buf, 0, ring->size);
	if (ring->unreadable)
		e1k_split_empty(ring);
	ring->next_to_clean = slot;
	ring->next_to_use = slot;
	e1k_rx_alloc_buffers(ring, GFP_KERNEL);
}

/**
 * e1k_rx_alloc_missing() - refill after a failed allocation
 * @ring: the ring
 *
 * With too few buffers the NIC may not interrupt again: request a poll.
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
 * e1k_rx_mark_edge() - record where the NIC may have run out of buffers
 * @ring: of a NIC with E1K_QUIRK_RX_CUT
 * @old: next_to_use before the refill
 *
 * If the NIC has no buffer left, the frame that it was receiving ended at @old.
 * The NIC may receive between this read of RDH and the write to RDT, so fewer
 * than E1K_RX_BATCH buffers count as none.
 * Context: NAPI.
 */
void e1k_rx_mark_edge(struct e1k_rx_ring *ring, u32 old)
{
	if (((old - e1k_rx_ring_head(ring)) & ring->mask) < E1K_RX_BATCH)
		ring->buf[e1k_rx_slot(ring, old - 1)].edge = old;
}

/**
 * e1k_rx_peek_end() - refill after e1k_rx_peek()
 * @ring: the ring, not polled by NAPI
 *
 * For the self-test: frames from other stations would fill the ring.
 * Context: process.
 */
void e1k_rx_peek_end(struct e1k_rx_ring *ring)
{
	e1k_rx_alloc_buffers(ring, GFP_KERNEL);
	writel(e1k_rx_slot(ring, ring->next_to_use), ring->tail);
}
