// SPDX-License-Identifier: GPL-2.0-only
/*
 * AF_XDP zero-copy: buffers come from the socket's fill ring, frames from its
 * transmit ring. The poll and the rings are those of page pool buffers; this
 * file has the differences.
 */
#include <linux/if_vlan.h>
#include <linux/log2.h>
#include <linux/netdevice.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>

#include "desc.h"
#include "tx_complete.h"
#include "tx.h"
#include "xdp.h"
#include "xsk.h"

#define E1K_XSK_BATCH		64	/* most descriptors sent per poll */

#define E1K_XSK_FRAME_MAX	(VLAN_ETH_FRAME_LEN + ETH_FCS_LEN)
#define E1K_XSK_BUF_MAX		2048
#define E1K_XSK_BUF_MIN		512

/**
 * e1k_xsk_layout() - choose the layout of the socket's buffers
 * @pool: the socket's pool
 * @mtu: longest payload, bytes
 * @layout: filled in
 *
 * With LPE off the NIC writes no more than a tagged standard frame, whatever
 * RCTL.BSIZE says. Frames of several buffers need a socket that requested them
 * and a kernel that supports them.
 * Return: false if frames of this size do not fit.
 */
bool e1k_xsk_layout(struct xsk_buff_pool *pool, u32 mtu,
		    struct e1k_rx_layout *layout)
{
	u32 room = xsk_pool_get_rx_frame_size(pool);
	u32 len;

	*layout = (struct e1k_rx_layout) {
		.truesize = E1K_XSK_BUF_MAX,
		.headroom = XDP_PACKET_HEADROOM,
		.buf_len = E1K_XSK_BUF_MAX,
		.max_len = E1K_XSK_FRAME_MAX,
	};
	if (mtu <= ETH_DATA_LEN && room >= E1K_XSK_FRAME_MAX)
		return true;
	if (!(pool->umem->flags & XDP_UMEM_SG_FLAG) || room < E1K_XSK_BUF_MIN)
		return false;
	len = min_t(u32, rounddown_pow_of_two(room), E1K_XSK_BUF_MAX);
	layout->buf_len = len;
	layout->max_len = len;
	return true;
}

/* A batch costs less than single allocations. */
static noinline bool e1k_xsk_restock(struct e1k_xsk *xsk)
{
	xsk->used = 0;
	xsk->stashed = xsk_buff_alloc_batch(xsk->pool, xsk->stash,
					    ARRAY_SIZE(xsk->stash));
	return xsk->stashed;
}

/*
 * The fill ring is empty: request a wakeup, if the socket uses that. It may
 * have added buffers before it could see the request. Return true if it will
 * wake the poll.
 */
static bool e1k_xsk_ask(struct e1k_rx_ring *ring)
{
	struct xsk_buff_pool *pool = ring->xsk.pool;

	if (!xsk_uses_need_wakeup(pool))
		return false;
	xsk_set_rx_need_wakeup(pool);
	/* Pairs with the socket, which adds buffers before it reads the flag */
	smp_mb();
	return !xsk_buff_can_alloc(pool, 1);
}

/**
 * e1k_xsk_fill() - give the socket's buffers to all free descriptors
 * @ring: with an AF_XDP pool
 *
 * Buffers stay in the order of the fill ring: programs may rely on it, and the
 * kernel's selftests do.
 * Context: NAPI, or the ring stopped.
 * Return: false if buffers are missing and no wakeup will follow.
 */
bool e1k_xsk_fill(struct e1k_rx_ring *ring)
{
	u32 end = ring->next_to_clean + ring->size - 1;
	struct e1k_xsk *xsk = &ring->xsk;
	u32 mask = ring->mask;
	u32 next;

	for (next = ring->next_to_use; next != end; next++) {
		struct e1k_desc *desc = &ring->desc[next & mask];
		struct e1k_rx_buf *buf = &ring->buf[next & mask];

		if (!buf->xdp) {
			if (unlikely(xsk->used == xsk->stashed) &&
			    !e1k_xsk_restock(xsk))
				break;
			buf->xdp = xsk->stash[xsk->used++];
		}
		desc->lo = cpu_to_le64(xsk_buff_xdp_get_dma(buf->xdp));
		/* Some NICs only OR into the status: it must start at zero */
		desc->hi = 0;
	}
	if (next != end) {
		WRITE_ONCE(ring->next_to_use, e1k_rx_ring_add_sinks(ring, next));
		return e1k_xsk_ask(ring);
	}
	WRITE_ONCE(ring->next_to_use, next);
	if (xsk_uses_need_wakeup(ring->xsk.pool))
		xsk_clear_rx_need_wakeup(ring->xsk.pool);
	return true;
}

/**
 * e1k_xsk_compact() - move the buffers to the first slots
 * @ring: with an AF_XDP pool, about to be emptied
 *
 * A socket may have fewer buffers than there are slots: the NIC would not get
 * past the first one without.
 * Context: NAPI stopped.
 */
void e1k_xsk_compact(struct e1k_rx_ring *ring)
{
	u32 from, to = 0;

	for (from = 0; from < ring->size; from++) {
		struct xdp_buff *xdp = ring->buf[from].xdp;

		ring->buf[from].xdp = NULL;
		if (xdp)
			ring->buf[to++].xdp = xdp;
	}
}

/* Copy a passed frame out of the socket's memory. */
static struct sk_buff *e1k_xsk_copy(struct e1k_rx_ring *ring,
				    struct xdp_buff *xdp)
{
	u32 meta = xdp->data - xdp->data_meta;
	struct skb_shared_info *sinfo;
	struct sk_buff *skb;
	u32 i;

	skb = napi_alloc_skb(ring->napi, meta + xdp_get_buff_len(xdp));
	if (!skb)
		return NULL;
	skb_put_data(skb, xdp->data_meta, xdp->data_end - xdp->data_meta);
	if (unlikely(xdp_buff_has_frags(xdp))) {
		sinfo = xdp_get_shared_info_from_buff(xdp);
		for (i = 0; i < sinfo->nr_frags; i++)
			skb_put_data(skb, skb_frag_address(&sinfo->frags[i]),
				     skb_frag_size(&sinfo->frags[i]));
	}
	__skb_pull(skb, meta);
	if (meta)
		skb_metadata_set(skb, meta);
	return skb;
}

/* Add a buffer to a frame of several. Return the frame if it is complete. */
static noinline struct xdp_buff *e1k_xsk_gather(struct e1k_rx_ring *ring,
						struct xdp_buff *xdp, bool eop)
{
	if (!ring->nr_bufs)
		ring->xsk.head = xdp;
	else
		xsk_buff_add_frag(ring->xsk.head, xdp);
	ring->nr_bufs++;
	if (!eop)
		return NULL;
	ring->nr_bufs = 0;
	return ring->xsk.head;
}

/* For XDP hints: keep the descriptor's words beside the frame. */
static void e1k_xsk_set_hint(const struct e1k_rx_ring *ring, struct xdp_buff *xdp,
			     u64 hi)
{
	XSK_CHECK_PRIV_TYPE(struct e1k_xdp_buff);
	((struct e1k_xdp_buff *)xdp)->hi = hi;
	((struct e1k_xdp_buff *)xdp)->rss = ring->rss;
}

/* Free the frame's buffers; if it was passed, copy it for the stack first. */
static noinline void e1k_xsk_take_back(struct e1k_rx_ring *ring,
				       struct xdp_buff *xdp, bool pass)
{
	if (pass) {
		ring->skb = e1k_xsk_copy(ring, xdp);
		if (unlikely(!ring->skb)) {
			u64_stats_update_begin(&ring->stats->syncp);
			u64_stats_inc(&ring->stats->skb_errors);
			u64_stats_update_end(&ring->stats->syncp);
		}
	}
	xsk_buff_free(xdp);
}

/**
 * e1k_xsk_receive() - run a program on a frame in the socket's memory
 * @ring: the ring
 * @prog: the program; a ring with AF_XDP buffers has one
 * @buf: the buffer that the NIC wrote
 * @len: bytes in @buf
 * @hi: the descriptor's word hi
 *
 * A frame that the program passes becomes @ring->skb.
 * Context: NAPI.
 * Return: length of the frame, 0 if more follows.
 */
u32 e1k_xsk_receive(struct e1k_rx_ring *ring, struct bpf_prog *prog,
		    struct e1k_rx_buf *buf, u32 len, u64 hi)
{
	struct xdp_buff *xdp = buf->xdp;
	bool eop = hi & E1K_RXD_EOP;
	enum e1k_xdp_result result;

	buf->xdp = NULL;
	xsk_buff_set_size(xdp, len);
	xsk_buff_dma_sync_for_cpu(xdp);
	if (unlikely(!eop || ring->nr_bufs)) {
		xdp = e1k_xsk_gather(ring, xdp, eop);
		if (!xdp)
			return 0;
		len = xdp_get_buff_len(xdp);
	}
	e1k_xsk_set_hint(ring, xdp, hi);

	result = e1k_xdp_run(ring, prog, xdp, e1k_tx_tag(hi));
	if (unlikely(result != E1K_XDP_CONSUMED))
		e1k_xsk_take_back(ring, xdp, result == E1K_XDP_PASS);
	return len;
}

/**
 * e1k_xsk_reject() - free the buffer of an unwanted frame
 * @buf: the buffer
 *
 * With fewer buffers than slots it cannot stay: the NIC would not get past the
 * empty slots before it.
 * Context: NAPI.
 */
void e1k_xsk_reject(struct e1k_rx_buf *buf)
{
	xsk_buff_free(buf->xdp);
	buf->xdp = NULL;
}

/**
 * e1k_xsk_xmit() - send from the socket's transmit ring
 * @ring: the ring
 *
 * The socket wakes the poll for each batch, with or without
 * XDP_USE_NEED_WAKEUP. On a NIC that transmits synchronously its buffers come
 * back in the same call.
 * Context: NAPI.
 * Return: true if there may be more to send.
 */
bool e1k_xsk_xmit(struct e1k_tx_ring *ring)
{
	struct e1k_tx_xmit_stats *stats = &ring->stats->xmit;
	struct xsk_buff_pool *pool = ring->xsk;
	struct netdev_queue *txq = ring->txq;
	bool first = true, last;
	u32 n, i, room, bad = 0;

	if (!netif_carrier_ok(txq->dev))
		return false;
	__netif_tx_lock(txq, smp_processor_id());
	txq_trans_cond_update(txq);
	/* Leave room for a frame of the stack */
	room = e1k_tx_avail(ring);
	room = room > E1K_TX_DESC_MAX ? room - E1K_TX_DESC_MAX : 0;
	n = xsk_tx_peek_release_desc_batch(pool, min_t(u32, room, E1K_XSK_BATCH));
	for (i = 0; i < n; i++) {
		const struct xdp_desc *desc = &pool->tx_descs[i];
		dma_addr_t dma = xsk_buff_raw_get_dma(pool, desc->addr);

		xsk_buff_raw_dma_sync_for_device(pool, dma, desc->len);
		last = xsk_is_eop_desc(desc);
		if (!e1k_tx_xsk(ring, dma, desc->len, first, last))
			bad++;
		first = last;
	}
	if (n)
		e1k_tx_doorbell(ring);
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->xsk_xmit, n);
	u64_stats_add(&stats->xsk_xmit_errors, bad);
	u64_stats_update_end(&stats->syncp);
	__netif_tx_unlock(txq);

	if (n)
		e1k_tx_complete(ring, 1);
	if (xsk_uses_need_wakeup(pool))
		xsk_set_tx_need_wakeup(pool);
	return n && n == min_t(u32, room, E1K_XSK_BATCH);
}
