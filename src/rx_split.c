// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive with header split: the NIC writes headers into the head of the skb to
 * be, and payload into whole pages. A frame has one descriptor.
 *
 * The pages may be a memory provider's: then the CPU can read none of them, and
 * frames are dropped of which it would have to.
 *
 * What the NIC does not split, which is not IP or has longer headers than the
 * first buffer holds, fills the first buffer and continues in the pages. The
 * padding of a short frame is payload.
 */
#include <linux/etherdevice.h>
#include <linux/netdevice.h>
#include <net/netmem.h>
#include <net/page_pool/helpers.h>

#include "rx.h"
#include "rx_deliver.h"
#include "trace.h"

/**
 * struct e1k_split_frame - a frame as the NIC reports it; bounds are checked
 * @hi: word hi in the legacy layout, with the length of the whole frame
 * @head: bytes in the buffer for headers
 * @page: bytes in each page
 */
struct e1k_split_frame {
	u64 hi;
	u32 head;
	u32 page[E1K_RXD_SPLIT_BUFS];
};

static struct e1k_desc *e1k_split_desc(const struct e1k_rx_ring *ring, u32 slot)
{
	return &ring->desc[slot << ring->shift];
}

static void e1k_split_write_desc(struct e1k_rx_ring *ring, u32 slot)
{
	struct e1k_desc *desc = e1k_split_desc(ring, slot);
	struct e1k_split_buf *split = &ring->split[slot];
	dma_addr_t dma[E1K_RXD_SPLIT_BUFS];
	u32 i;

	for (i = 0; i < E1K_RXD_SPLIT_BUFS; i++)
		dma[i] = i < ring->layout.pages ?
			 page_pool_get_dma_addr_netmem(split->page[i]) :
			 ring->sink_dma;
	desc[0].lo = cpu_to_le64(ring->buf[slot].dma);
	desc[0].hi = cpu_to_le64(dma[0]);
	desc[1].lo = cpu_to_le64(dma[1]);
	desc[1].hi = cpu_to_le64(dma[2]);
	split->posted = true;
}

static netmem_ref e1k_split_alloc_page(struct e1k_rx_ring *ring, gfp_t gfp)
{
	gfp_t pool_gfp = e1k_pool_gfp(gfp) | __GFP_NOWARN;
	netmem_ref page = page_pool_alloc_netmems(ring->payload, pool_gfp);

	if (unlikely(!page) && !ring->unreadable && e1k_pool_reclaim(gfp, 0))
		page = page_pool_alloc_netmems(ring->payload, pool_gfp);
	return page;
}

/* Return false if memory ran out: the slot keeps what it has. */
static bool e1k_split_refill(struct e1k_rx_ring *ring, u32 slot, gfp_t gfp)
{
	struct e1k_split_buf *split = &ring->split[slot];
	struct e1k_rx_buf *buf = &ring->buf[slot];
	u32 i;

	if (!buf->page && !e1k_page_frags_alloc(&ring->bufs, buf, gfp))
		return false;
	for (i = 0; i < ring->layout.pages; i++) {
		if (split->page[i])
			continue;
		split->page[i] = e1k_split_alloc_page(ring, gfp);
		if (!split->page[i])
			return false;
	}
	return true;
}

/**
 * e1k_rx_split_fill() - e1k_rx_alloc_buffers() with header split
 * @ring: the ring
 * @gfp: allocation flags
 * Context: NAPI, or the ring stopped.
 * Return: false if memory ran out; descriptors filled so far stay filled.
 */
bool e1k_rx_split_fill(struct e1k_rx_ring *ring, gfp_t gfp)
{
	u32 end = ring->next_to_clean + ring->size;
	u32 idx;

	for (idx = ring->next_to_use; idx != end; idx++) {
		u32 slot = e1k_rx_slot(ring, idx);

		if (!e1k_split_refill(ring, slot, gfp))
			break;
		e1k_split_write_desc(ring, slot);
	}
	ring->alloc_failed = idx != end;
	WRITE_ONCE(ring->next_to_use, ring->alloc_failed ?
		   e1k_rx_ring_add_sinks(ring, idx) : end - 1);
	return !ring->alloc_failed;
}

/*
 * Return false if the NIC reports more than there is room for, or too little, or
 * leaves a gap: a page is full before the next one is used.
 */
static bool e1k_split_parse(const struct e1k_rx_ring *ring,
			    struct e1k_split_frame *frame, u64 lens)
{
	u32 total, i;

	frame->head = FIELD_GET(E1K_RXD_LENGTH, frame->hi);
	if (frame->head < ETH_HLEN || frame->head > E1K_RX_HEAD_LEN)
		return false;
	total = frame->head;
	for (i = 0; i < E1K_RXD_SPLIT_BUFS; i++) {
		frame->page[i] = (u16)(lens >> E1K_RXD_SPLIT_LEN(i));
		if (frame->page[i] > (i < ring->layout.pages ? E1K_SPLIT_PAGE : 0))
			return false;
		if (i && frame->page[i] && frame->page[i - 1] != E1K_SPLIT_PAGE)
			return false;
		total += frame->page[i];
	}
	frame->hi = (frame->hi & ~E1K_RXD_LENGTH) | total;
	return true;
}

/*
 * What the CPU cannot read only the NIC can verify, and only behind headers that it
 * has found: the stack would want to read the rest.
 */
static bool e1k_split_is_verified(const struct e1k_split_frame *frame, u64 lens)
{
	return !frame->page[0] ||
	       (lens & E1K_RXD_SPLIT_HDRSP && e1k_rx_is_verified(frame->hi));
}

/* Return false if the frame is dropped, and counted. */
static bool e1k_split_accept(struct e1k_rx_ring *ring,
			     struct e1k_split_frame *frame, u32 slot, u64 lens)
{
	struct e1k_rx_stats *stats = ring->stats;
	bool eop = frame->hi & E1K_RXD_EOP;
	u64_stats_t *reason;

	if (unlikely(ring->nr_bufs)) {
		/* The rest of a frame that was dropped */
		ring->nr_bufs = eop ? 0 : E1K_RX_DISCARD;
		return false;
	}
	if (unlikely(!ring->split[slot].posted))
		reason = &stats->skb_errors;
	else if (unlikely(!eop || !e1k_split_parse(ring, frame, lens)))
		reason = &stats->length_errors;
	else if (unlikely(frame->hi & E1K_RXD_FRAME_ERRORS))
		reason = &stats->frame_errors;
	else if (unlikely(ring->unreadable && !e1k_split_is_verified(frame, lens)))
		reason = &stats->unverified;
	else
		return true;
	e1k_rx_count(ring, reason);
	ring->nr_bufs = eop ? 0 : E1K_RX_DISCARD;
	return false;
}

/* The page stays in its slot. */
static void e1k_split_copy_page(struct e1k_rx_ring *ring, struct sk_buff *skb,
				netmem_ref page, u32 len)
{
	skb_put_data(skb, netmem_address(page), len);
	dma_sync_single_for_device(ring->dev, page_pool_get_dma_addr_netmem(page),
				   len, DMA_FROM_DEVICE);
	e1k_rx_count(ring, &ring->stats->copied);
}

/* Payload: copied behind the headers if it fits there, else its pages. */
static void e1k_split_add_pages(struct e1k_rx_ring *ring, struct sk_buff *skb,
				const struct e1k_split_frame *frame, u32 slot)
{
	struct e1k_split_buf *split = &ring->split[slot];
	u32 i;

	for (i = 0; i < ring->layout.pages && frame->page[i]; i++) {
		u32 len = frame->page[i];

		page_pool_dma_sync_netmem_for_cpu(ring->payload, split->page[i], 0, len);
		if (!i && !ring->unreadable && frame->head + len <= E1K_RX_HEAD_LEN) {
			e1k_split_copy_page(ring, skb, split->page[i], len);
			return;
		}
		skb_add_rx_frag_netmem(skb, skb_shinfo(skb)->nr_frags, split->page[i],
				       0, len, E1K_SPLIT_PAGE);
		split->page[i] = (netmem_ref)0;
	}
}

/* Return NULL if memory ran out: the buffers stay in their slot. */
static struct sk_buff *e1k_split_build_skb(struct e1k_rx_ring *ring,
					   const struct e1k_split_frame *frame,
					   u32 slot)
{
	struct e1k_rx_buf *buf = &ring->buf[slot];
	struct sk_buff *skb;

	if (buf->sync)
		dma_sync_single_for_cpu(ring->dev, buf->dma, frame->head,
					E1K_RX_DMA_DIR);
	net_prefetch(buf->data);
	skb = napi_build_skb(buf->data - ring->layout.headroom, ring->layout.truesize);
	if (unlikely(!skb)) {
		e1k_rx_count(ring, &ring->stats->skb_errors);
		return NULL;
	}
	skb_reserve(skb, ring->layout.headroom);
	__skb_put(skb, frame->head);
	skb_mark_for_recycle(skb);
	buf->page = NULL;
	e1k_split_add_pages(ring, skb, frame, slot);
	return skb;
}

/* Return true if a frame was delivered. */
static bool e1k_split_process_desc(struct e1k_rx_ring *ring, u32 slot, u64 hi, u64 lens)
{
	struct e1k_split_frame frame = { .hi = hi };
	struct sk_buff *skb;

	if (!e1k_split_accept(ring, &frame, slot, lens))
		return false;
	trace_e1k_rx_desc(ring, slot, frame.hi);
	skb = e1k_split_build_skb(ring, &frame, slot);
	if (unlikely(!skb))
		return false;
	/* Not left to a setting that may have changed since: software cannot verify it */
	if (ring->unreadable && frame.page[0])
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	ring->polled.bytes += skb->len;
	e1k_rx_deliver(ring, skb, &ring->buf[slot], frame.hi, true);
	return true;
}

/**
 * e1k_rx_poll_split() - receive frames by split descriptors
 * @ring: the ring
 * @budget: the maximum number of frames
 * Context: NAPI.
 * Return: as e1k_rx_poll().
 */
int e1k_rx_poll_split(struct e1k_rx_ring *ring, int budget)
{
	u32 bytes = ring->polled.bytes;
	int work = 0;

	while (work < budget && ring->next_to_clean != ring->next_to_use) {
		u32 slot = e1k_rx_slot(ring, ring->next_to_clean);
		struct e1k_desc *desc = e1k_split_desc(ring, slot);
		u64 hi;

		if (!(READ_ONCE(desc->hi) & ring->dd))
			break;
		/* Pairs with the NIC, which writes DD last */
		dma_rmb();
		ring->rss = le64_to_cpu(READ_ONCE(desc->lo));
		hi = e1k_rxd_from_ext(le64_to_cpu(READ_ONCE(desc->hi)));
		work += e1k_split_process_desc(ring, slot, hi,
					       le64_to_cpu(READ_ONCE(desc[1].lo)));
		if (ring->alloc_failed || !e1k_split_refill(ring, slot, GFP_ATOMIC))
			ring->alloc_failed = true;
		else
			e1k_split_write_desc(ring, slot);
		WRITE_ONCE(ring->next_to_clean, ring->next_to_clean + 1);
	}
	e1k_rx_end_poll(ring, work, ring->polled.bytes - bytes);
	return work;
}
