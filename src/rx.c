// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive: turn written-back descriptors into skbs and pass them to GRO.
 *
 * The driver trusts nothing that the NIC writes: lengths are bounded by the
 * buffer, buffers per frame by what an skb can hold, descriptors by
 * next_to_use.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <net/netmem.h>
#include <net/page_pool/helpers.h>
#include <net/xdp.h>

#include "rx.h"
#include "rx_deliver.h"
#include "trace.h"
#include "xdp.h"
#include "xsk.h"

/*
 * Copy @len bytes, at most E1K_RX_HEAD_LEN. Heads come from a page pool, so
 * that init_on_alloc clears a page once and not for each frame.
 */
static __always_inline struct sk_buff *
e1k_rx_alloc_head(struct e1k_rx_ring *ring, const void *data, u32 len)
{
	struct e1k_page_frags *heads = &ring->heads;
	struct sk_buff *skb;

	if (!E1K_RX_CAN_SHARE) {
		skb = napi_alloc_skb(ring->napi, E1K_RX_HEAD_LEN);
		if (skb)
			skb_put_data(skb, data, len);
		return skb;
	}
	if (unlikely(!heads->left && !e1k_page_frags_refill(heads, GFP_ATOMIC)))
		return NULL;
	memcpy(heads->next.data + E1K_RX_HEAD_ROOM, data, len);
	skb = napi_build_skb(heads->next.data, E1K_RX_HEAD_SIZE);
	if (unlikely(!skb))
		return NULL;
	heads->next.data += E1K_RX_HEAD_SIZE;
	heads->left--;
	skb_reserve(skb, E1K_RX_HEAD_ROOM);
	skb->tail += len;
	skb->len = len;
	skb_mark_for_recycle(skb);
	return skb;
}

static void e1k_rx_sync_for_device(struct e1k_rx_ring *ring, struct e1k_rx_buf *buf,
				   u32 len)
{
	if (buf->sync)
		dma_sync_single_for_device(ring->dev, buf->dma, len,
					   E1K_RX_DMA_DIR);
}

static void e1k_rx_sync_for_cpu(struct e1k_rx_ring *ring, struct e1k_rx_buf *buf,
				u32 len)
{
	if (buf->sync)
		dma_sync_single_for_cpu(ring->dev, buf->dma, len,
					E1K_RX_DMA_DIR);
}

/* For a frame shorter than @copy_max, but too long for a head. */
static noinline struct sk_buff *
e1k_rx_skb_copy(struct e1k_rx_ring *ring, const void *data, u32 len)
{
	struct sk_buff *skb = napi_alloc_skb(ring->napi, len);

	if (likely(skb))
		skb_put_data(skb, data, len);
	return skb;
}

static void e1k_rx_add_frag(struct e1k_rx_ring *ring, struct sk_buff *skb,
			    struct e1k_rx_buf *buf, u32 skip, u32 len)
{
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, buf->page,
			buf->data - page_address(buf->page) + skip, len - skip,
			ring->layout.truesize);
	buf->page = NULL;
}

/*
 * Without tailroom, copy only the Ethernet header: GRO then reads the other
 * headers from the fragment.
 */
static struct sk_buff *e1k_rx_skb_from_page(struct e1k_rx_ring *ring,
					    struct e1k_rx_buf *buf, u32 len)
{
	struct sk_buff *skb = e1k_rx_alloc_head(ring, buf->data, ETH_HLEN);

	if (unlikely(!skb))
		return NULL;
	skb_mark_for_recycle(skb);
	e1k_rx_add_frag(ring, skb, buf, ETH_HLEN, len);
	return skb;
}

/* Copy the frame's end behind its first buffer. @buf stays in its slot. */
static void e1k_rx_add_spill(struct e1k_rx_ring *ring, struct sk_buff *skb,
			     struct e1k_rx_buf *buf, u32 len)
{
	skb_put_data(skb, buf->data, len);
	e1k_rx_sync_for_device(ring, buf, len);
}

static void e1k_rx_drop(struct e1k_rx_ring *ring, u64_stats_t *reason, bool eop)
{
	e1k_rx_count(ring, reason);
	e1k_rx_ring_abandon(ring);
	ring->nr_bufs = eop ? 0 : E1K_RX_DISCARD;
}

/* Short frames are copied. Else the skb is built around the buffer, if it can. */
static __always_inline struct sk_buff *
e1k_rx_start_skb(struct e1k_rx_ring *ring, struct e1k_rx_buf *buf, u32 len,
		 bool eop)
{
	struct sk_buff *skb;

	if (eop && len <= ring->layout.copy_max) {
		/* The buffer stays in its slot */
		skb = len <= E1K_RX_COPYBREAK ?
		      e1k_rx_alloc_head(ring, buf->data, len) :
		      e1k_rx_skb_copy(ring, buf->data, len);
		if (likely(skb)) {
			e1k_rx_sync_for_device(ring, buf, len);
			e1k_rx_count(ring, &ring->stats->copied);
		}
	} else if (ring->layout.has_tailroom) {
		net_prefetch(buf->data);
		skb = napi_build_skb(buf->data - ring->layout.headroom,
				     ring->layout.truesize);
		if (likely(skb)) {
			skb_reserve(skb, ring->layout.headroom);
			skb->tail += len;
			skb->len = len;
			skb_mark_for_recycle(skb);
			buf->page = NULL;
		}
	} else {
		skb = e1k_rx_skb_from_page(ring, buf, len);
	}
	if (unlikely(!skb))
		e1k_rx_drop(ring, &ring->stats->skb_errors, eop);
	return skb;
}

static __always_inline bool
e1k_rx_len_ok(const struct e1k_rx_ring *ring, u32 len, bool eop)
{
	if (ring->layout.spill && ring->nr_bufs)
		return eop && len && len <= ring->layout.spill;
	if (len > ring->layout.max_len || ring->nr_bufs >= MAX_SKB_FRAGS)
		return false;
	/* The NIC fills a buffer before it uses the next one */
	if (!eop)
		return len == ring->layout.buf_len || (ring->fcs_apart && len);
	return len >= (ring->nr_bufs ? 1 : ETH_HLEN);
}

/* QEMU leaves the FCS bytes unwritten: no stale memory may reach the stack. */
static noinline void e1k_rx_blank_fcs(struct sk_buff *skb)
{
	static const u8 blank[ETH_FCS_LEN];

	skb_store_bits(skb, skb->len - ETH_FCS_LEN, blank, ETH_FCS_LEN);
}

/* The usual frame: without errors, all of it in one buffer. */
static bool e1k_rx_is_whole(const struct e1k_rx_ring *ring, u32 len, u64 hi)
{
	return !ring->nr_bufs &&
	       (hi & (E1K_RXD_EOP | E1K_RXD_FRAME_ERRORS)) == E1K_RXD_EOP &&
	       len >= ETH_HLEN && len <= ring->layout.max_len;
}

/* The NIC had no buffer for the rest of this frame: see e1k_rx_mark_edge(). */
static bool e1k_rx_is_cut(const struct e1k_rx_ring *ring,
			  const struct e1k_rx_buf *buf)
{
	return ring->cuts && (buf->edge == ring->next_to_clean + 1 ||
			      ring->next_to_use == ring->next_to_clean + 1);
}

static bool e1k_rx_accept(struct e1k_rx_ring *ring,
			  const struct e1k_rx_buf *buf, u32 len, u64 hi)
{
	bool eop = hi & E1K_RXD_EOP;

	if (unlikely(ring->nr_bufs == E1K_RX_DISCARD)) {
		if (eop || e1k_rx_is_cut(ring, buf))
			ring->nr_bufs = 0;
		return false;
	}
	if (unlikely(!eop && e1k_rx_is_cut(ring, buf))) {
		/* The next descriptor starts another frame */
		e1k_rx_drop(ring, &ring->stats->length_errors, true);
		return false;
	}
	if (unlikely(!e1k_rx_len_ok(ring, len, eop))) {
		e1k_rx_drop(ring, &ring->stats->length_errors, eop);
		return false;
	}
	/* The last descriptor has the error bits of the whole frame */
	if (unlikely(eop && (hi & E1K_RXD_FRAME_ERRORS) && !ring->keep_bad)) {
		e1k_rx_drop(ring, &ring->stats->frame_errors, eop);
		return false;
	}
	return true;
}

/*
 * Return the skb if @buf completes the frame; NULL if more follows or the frame
 * was dropped.
 */
static __always_inline struct sk_buff *
e1k_rx_assemble(struct e1k_rx_ring *ring, struct e1k_rx_buf *buf, u32 len,
		bool eop)
{
	struct sk_buff *skb = ring->skb;

	if (skb) {
		if (ring->layout.spill)
			e1k_rx_add_spill(ring, skb, buf, len);
		else
			e1k_rx_add_frag(ring, skb, buf, 0, len);
	} else {
		skb = e1k_rx_start_skb(ring, buf, len, eop);
		if (unlikely(!skb))
			return NULL;
	}
	if (!eop) {
		ring->skb = skb;
		ring->nr_bufs++;
		return NULL;
	}
	ring->skb = NULL;
	ring->nr_bufs = 0;
	return skb;
}

/* Copy at most E1K_RX_COPYBREAK bytes, metadata included. */
static struct sk_buff *e1k_rx_skb_copy_xdp(struct e1k_rx_ring *ring,
					   const struct xdp_buff *xdp)
{
	u32 meta = xdp->data - xdp->data_meta;
	struct sk_buff *skb;

	skb = e1k_rx_alloc_head(ring, xdp->data_meta,
				xdp->data_end - xdp->data_meta);
	if (!skb)
		return NULL;
	__skb_pull(skb, meta);
	if (meta)
		skb_metadata_set(skb, meta);
	e1k_rx_count(ring, &ring->stats->copied);
	return skb;
}

static struct sk_buff *e1k_rx_skb_from_xdp(struct e1k_rx_ring *ring,
					   struct xdp_buff *xdp)
{
	u32 meta = xdp->data - xdp->data_meta;
	u32 frags = 0, size = 0;
	struct sk_buff *skb;

	if (unlikely(xdp_buff_has_frags(xdp))) {
		/* napi_build_skb() clears part of the shared info */
		frags = xdp_get_shared_info_from_buff(xdp)->nr_frags;
		size = xdp_get_shared_info_from_buff(xdp)->xdp_frags_size;
	}
	skb = napi_build_skb(xdp->data_hard_start, xdp->frame_sz);
	if (!skb)
		return NULL;
	skb_reserve(skb, xdp->data - xdp->data_hard_start);
	__skb_put(skb, xdp->data_end - xdp->data);
	if (meta)
		skb_metadata_set(skb, meta);
	if (unlikely(frags))
		xdp_update_skb_frags_info(skb, frags, size,
					  frags * ring->layout.truesize,
					  xdp_buff_get_skb_flags(xdp));
	skb_mark_for_recycle(skb);
	return skb;
}

/* Return E1K_XDP_DROPPED if the buffers stay the ring's: copy, or no memory. */
static noinline enum e1k_xdp_result e1k_rx_pass_xdp(struct e1k_rx_ring *ring,
						    struct xdp_buff *xdp)
{
	bool copy = xdp->data_end - xdp->data_meta <= E1K_RX_COPYBREAK &&
		    !xdp_buff_has_frags(xdp);

	ring->skb = copy ? e1k_rx_skb_copy_xdp(ring, xdp) :
			   e1k_rx_skb_from_xdp(ring, xdp);
	if (unlikely(!ring->skb))
		e1k_rx_count(ring, &ring->stats->skb_errors);
	return ring->skb && !copy ? E1K_XDP_CONSUMED : E1K_XDP_DROPPED;
}

/* Return true if @buf completes the frame. */
static bool e1k_rx_gather_xdp(struct e1k_rx_ring *ring, struct e1k_rx_buf *buf,
			      u32 len, bool eop)
{
	struct xdp_buff *xdp = &ring->xdp.buff.base;

	if (likely(!ring->nr_bufs)) {
		net_prefetch(buf->data);
		xdp_init_buff(xdp, ring->layout.truesize, &ring->xdp.rxq);
		xdp_prepare_buff(xdp, buf->data - ring->layout.headroom,
				 ring->layout.headroom, len, true);
		if (likely(eop))
			return true;
	} else {
		xdp_buff_add_frag(xdp, page_to_netmem(buf->page),
				  offset_in_page(buf->data), len,
				  ring->layout.truesize);
	}
	buf->page = NULL;
	ring->nr_bufs++;
	return eop;
}

/*
 * Run the program. A frame that it drops leaves a single buffer in its slot;
 * one that it passes becomes @ring->skb. Return the frame's length, 0 if more
 * follows.
 */
static __always_inline u32
e1k_rx_run_xdp(struct e1k_rx_ring *ring, struct bpf_prog *prog,
	       struct e1k_rx_buf *buf, u32 buf_len, u64 hi)
{
	struct xdp_buff *xdp = &ring->xdp.buff.base;
	enum e1k_xdp_result result = E1K_XDP_PASS;
	u32 len;

	if (!e1k_rx_gather_xdp(ring, buf, buf_len, hi & E1K_RXD_EOP))
		return 0;
	len = xdp_get_buff_len(xdp);
	ring->nr_bufs = 0;
	ring->xdp.buff.hi = hi;
	ring->xdp.buff.rss = ring->rss;
	/* Detached while the frame was assembled: pass it */
	if (likely(prog))
		result = e1k_xdp_run(ring, prog, xdp, e1k_tx_tag(hi));

	if (result == E1K_XDP_PASS)
		result = e1k_rx_pass_xdp(ring, xdp);
	if (!buf->page) {
		if (result == E1K_XDP_DROPPED)
			xdp_return_buff(xdp);
	} else if (result == E1K_XDP_DROPPED) {
		/* The program may have written anywhere in the buffer */
		e1k_rx_sync_for_device(ring, buf, ring->layout.max_len);
	} else {
		buf->page = NULL;
	}
	return len;
}

static noinline void e1k_rx_deliver_passed(struct e1k_rx_ring *ring,
					   const struct e1k_rx_buf *buf, u64 hi)
{
	struct sk_buff *skb = ring->skb;

	ring->skb = NULL;
	e1k_rx_deliver(ring, skb, buf, hi, ring->ext);
}

/* The NIC wrote to the sink: see e1k_rx_ring_add_sinks(). */
static void e1k_rx_drop_sunk(struct e1k_rx_ring *ring, bool eop)
{
	if (ring->nr_bufs != E1K_RX_DISCARD)
		e1k_rx_drop(ring, &ring->stats->skb_errors, eop);
	else if (eop)
		ring->nr_bufs = 0;
}

/*
 * Everything but a frame without errors, in one buffer, without XDP. Not
 * inlined, so that the fast path does not save registers for it. Return as
 * e1k_rx_process_desc().
 */
static noinline bool e1k_rx_process_desc_slow(struct e1k_rx_ring *ring,
					      struct bpf_prog *prog,
					      struct e1k_rx_buf *buf, u64 hi)
{
	u32 len = FIELD_GET(E1K_RXD_LENGTH, hi);
	struct sk_buff *skb;

	if (unlikely(!buf->page)) {
		e1k_rx_drop_sunk(ring, hi & E1K_RXD_EOP);
		return false;
	}
	if (unlikely(!len && ring->len_zero))
		len = ring->layout.buf_len;
	if (!e1k_rx_is_whole(ring, len, hi) &&
	    !e1k_rx_accept(ring, buf, len, hi)) {
		if (ring->xsk.pool)
			e1k_xsk_reject(buf);
		return false;
	}
	if (!ring->xsk.pool)
		e1k_rx_sync_for_cpu(ring, buf, len);
	/* A frame under assembly keeps its path if a program comes or goes */
	if (ring->nr_bufs ? !ring->skb : !!prog) {
		len = ring->xsk.pool ?
		      e1k_xsk_receive(ring, prog, buf, len, hi) :
		      e1k_rx_run_xdp(ring, prog, buf, len, hi);
		ring->polled.bytes += len;
		if (ring->skb)
			e1k_rx_deliver_passed(ring, buf, hi);
		return len;
	}
	skb = e1k_rx_assemble(ring, buf, len, hi & E1K_RXD_EOP);
	if (!skb)
		return false;
	if (ring->blank_fcs)
		e1k_rx_blank_fcs(skb);
	ring->polled.bytes += skb->len;
	e1k_rx_deliver(ring, skb, buf, hi, ring->ext);
	return true;
}

/* Return true if @buf completes a frame, which was not dropped. */
static __always_inline bool
e1k_rx_process_desc(struct e1k_rx_ring *ring, struct bpf_prog *prog,
		    struct e1k_rx_buf *buf, u64 hi, const bool ext)
{
	u32 len = FIELD_GET(E1K_RXD_LENGTH, hi);
	struct sk_buff *skb;

	if (unlikely(prog && ring->xsk.pool && buf->xdp &&
		     e1k_rx_is_whole(ring, len, hi))) {
		len = e1k_xsk_receive(ring, prog, buf, len, hi);
		ring->polled.bytes += len;
		if (ring->skb)
			e1k_rx_deliver_passed(ring, buf, hi);
		return len;
	}
	if (prog || !e1k_rx_is_whole(ring, len, hi) || (ext && unlikely(!buf->page)))
		return e1k_rx_process_desc_slow(ring, prog, buf, hi);
	e1k_rx_sync_for_cpu(ring, buf, len);
	skb = e1k_rx_start_skb(ring, buf, len, true);
	if (unlikely(!skb))
		return false;
	if (unlikely(ring->blank_fcs))
		e1k_rx_blank_fcs(skb);
	/* Here and not behind the calls, across which it would have to be kept */
	ring->polled.bytes += len;
	e1k_rx_deliver(ring, skb, buf, hi, ext);
	return true;
}

/* @ext is a constant, so that neither format of descriptors pays for the other. */
static __always_inline int e1k_rx_do_poll(struct e1k_rx_ring *ring, int budget,
					  const bool ext)
{
	struct bpf_prog *prog = READ_ONCE(ring->xdp.prog);
	const u64 dd = ext ? E1K_RXD_EXT_DD : E1K_RXD_DD;
	u32 bytes = ring->polled.bytes;
	int work = 0;

	while (work < budget && ring->next_to_clean != ring->next_to_use) {
		size_t slot = e1k_rx_slot(ring, ring->next_to_clean);
		struct e1k_desc *desc = &ring->desc[slot];
		struct e1k_rx_buf *buf = &ring->buf[slot];
		u64 hi;

		if (!(READ_ONCE(desc->hi) & cpu_to_le64(dd)))
			break;
		/* Pairs with the NIC, which writes DD last */
		dma_rmb();
		/* Read once: the NIC may write anything at any time */
		hi = le64_to_cpu(READ_ONCE(desc->hi));
		if (ext) {
			ring->rss = le64_to_cpu(READ_ONCE(desc->lo));
			hi = e1k_rxd_from_ext(hi);
		}
		trace_e1k_rx_desc(ring, slot, hi);

		work += e1k_rx_process_desc(ring, prog, buf, hi, ext);
		/* Once an allocation has failed, e1k_rx_alloc_missing() fills the ring */
		if (!buf->page &&
		    (ring->alloc_failed ||
		     !e1k_page_frags_alloc(&ring->bufs, buf, GFP_ATOMIC)))
			ring->alloc_failed = true;
		else
			e1k_rx_write_desc(desc, buf);
		WRITE_ONCE(ring->next_to_clean, ring->next_to_clean + 1);
	}
	if (prog)
		e1k_xdp_finish(ring);
	e1k_rx_end_poll(ring, work, ring->polled.bytes - bytes);
	return work;
}

/**
 * e1k_rx_poll() - receive frames
 * @ring: the ring
 * @budget: the maximum number of frames
 * Context: NAPI.
 * Return: frames received; fewer than @budget if the ring is empty.
 */
int e1k_rx_poll(struct e1k_rx_ring *ring, int budget)
{
	return e1k_rx_do_poll(ring, budget, false);
}

/**
 * e1k_rx_poll_ext() - receive frames by extended descriptors
 * @ring: the ring
 * @budget: the maximum number of frames
 * Context: NAPI.
 * Return: as e1k_rx_poll().
 */
int e1k_rx_poll_ext(struct e1k_rx_ring *ring, int budget)
{
	return e1k_rx_do_poll(ring, budget, true);
}

/**
 * e1k_rx_is_waiting() - check for a received frame that NAPI has not processed
 * @ring: the ring
 * Context: any; a snapshot unless the ring is stopped.
 * Return: true if the next descriptor is done.
 */
bool e1k_rx_is_waiting(const struct e1k_rx_ring *ring)
{
	u32 clean = READ_ONCE(ring->next_to_clean);
	const struct e1k_desc *desc = &ring->desc[e1k_rx_slot(ring, clean) << ring->shift];
	/* NAPI may process and rearm the descriptor concurrently */
	__le64 hi = data_race(READ_ONCE(desc->hi));

	return clean != READ_ONCE(ring->next_to_use) && (hi & ring->dd);
}

/**
 * e1k_rx_peek() - get the next received frame and advance next_to_clean
 * @ring: the ring, not polled by NAPI
 * @data: set to the frame, valid until e1k_rx_peek_end()
 * @len: set to its length, bytes
 *
 * For the self-test: does not deliver the frame, does not refill the ring.
 * Return: false if there is no good frame in one buffer.
 */
bool e1k_rx_peek(struct e1k_rx_ring *ring, const void **data, u32 *len)
{
	u32 slot = e1k_rx_slot(ring, ring->next_to_clean);
	__le64 done = READ_ONCE(ring->desc[slot].hi);
	u64 hi = le64_to_cpu(done);

	if (ring->next_to_clean == ring->next_to_use || !(done & ring->dd))
		return false;
	dma_rmb();
	if (ring->ext)
		hi = e1k_rxd_from_ext(hi);
	ring->next_to_clean++;
	*len = FIELD_GET(E1K_RXD_LENGTH, hi);
	if (!e1k_rx_len_ok(ring, *len, true))
		return false;
	dma_sync_single_for_cpu(ring->dev, ring->buf[slot].dma, *len,
				E1K_RX_DMA_DIR);
	*data = ring->buf[slot].data;
	return true;
}
