// SPDX-License-Identifier: GPL-2.0-only
/*
 * XDP: run the program, carry out its verdict, transmit redirected frames.
 *
 * There is one transmit ring, which the stack uses too: every access takes the
 * queue's lock. XDP_TX frames are collected: one lock for E1K_XDP_BULK frames,
 * one doorbell per poll.
 */
#include <linux/bpf_trace.h>
#include <linux/filter.h>
#include <linux/netdevice.h>
#include <net/xdp.h>

#include "trace.h"
#include "tx.h"
#include "xdp.h"

static void e1k_xdp_count(struct e1k_rx_ring *ring, u64_stats_t *counter,
			  u32 n)
{
	u64_stats_update_begin(&ring->stats->syncp);
	u64_stats_add(counter, n);
	u64_stats_update_end(&ring->stats->syncp);
}

/* A doorbell may free slots of a full ring: try again after it. */
static bool e1k_xdp_put(struct e1k_tx_ring *tx, struct xdp_frame *xdpf,
			bool own, u64 flags)
{
	if (likely(e1k_tx_xdp(tx, xdpf, own, flags)))
		return true;
	e1k_tx_doorbell(tx);
	return e1k_tx_xdp(tx, xdpf, own, flags);
}

/* If @tx is stopped, as while a retired ring is drained, drop the frames. */
static void e1k_xdp_send(struct e1k_rx_ring *ring, bool flush)
{
	struct e1k_xdp *x = &ring->xdp;
	bool stopped = READ_ONCE(x->tx->stopped);
	struct netdev_queue *txq = x->tx->txq;
	/* XDP_TX copies frames out of AF_XDP buffers */
	bool own = !ring->xsk.pool;
	struct e1k_xdp_tx *q;
	u32 sent = 0;

	__netif_tx_lock(txq, smp_processor_id());
	txq_trans_cond_update(txq);
	for (q = x->queue; q < x->queue + x->queued; q++) {
		if (likely(!stopped &&
			   e1k_xdp_put(x->tx, q->xdpf, own, q->flags)))
			sent++;
		else
			xdp_return_frame_rx_napi(q->xdpf);
	}
	if (flush && !stopped)
		e1k_tx_doorbell(x->tx);
	__netif_tx_unlock(txq);

	trace_e1k_xdp_xmit(x->tx, sent, x->queued - sent, false);
	e1k_xdp_count(ring, &ring->stats->xdp_tx, sent);
	e1k_xdp_count(ring, &ring->stats->xdp_tx_errors, x->queued - sent);
	x->queued = 0;
	x->tail_pending = !flush;
}

static bool e1k_xdp_queue(struct e1k_rx_ring *ring, struct xdp_buff *xdp,
			  u64 tag)
{
	struct e1k_xdp *x = &ring->xdp;
	struct xdp_frame *xdpf;

	/* Kernels copy only the first buffer of such a frame */
	if (unlikely(ring->xsk.pool && xdp_buff_has_frags(xdp)))
		return false;
	xdpf = xdp_convert_buff_to_frame(xdp);
	if (unlikely(!xdpf))
		return false;
	if (x->queued == E1K_XDP_BULK)
		e1k_xdp_send(ring, false);
	x->queue[x->queued++] = (struct e1k_xdp_tx) {
		.xdpf = xdpf,
		.flags = tag,
	};
	return true;
}

static enum e1k_xdp_result e1k_xdp_redirect(struct e1k_rx_ring *ring,
					    struct bpf_prog *prog,
					    struct xdp_buff *xdp)
{
	if (unlikely(xdp_do_redirect(ring->netdev, xdp, prog))) {
		e1k_xdp_count(ring, &ring->stats->xdp_redirect_errors, 1);
		return E1K_XDP_DROPPED;
	}
	ring->xdp.redirected = true;
	e1k_xdp_count(ring, &ring->stats->xdp_redirect, 1);
	return E1K_XDP_CONSUMED;
}

/**
 * e1k_xdp_run() - run a program on a frame and carry out its verdict
 * @ring: where the frame came from
 * @prog: the program
 * @xdp: the frame
 * @tag: stripped VLAN tag as transmit descriptor bits, or 0; XDP_TX inserts it
 *       again, since it is not in the data
 *
 * The poll must call e1k_xdp_finish() before it ends.
 * Context: NAPI.
 * Return: what became of the frame and its buffer.
 */
enum e1k_xdp_result e1k_xdp_run(struct e1k_rx_ring *ring, struct bpf_prog *prog,
				struct xdp_buff *xdp, u64 tag)
{
	u32 act = bpf_prog_run_xdp(prog, xdp);

	if (trace_e1k_xdp_enabled())
		trace_e1k_xdp(ring, act, xdp_get_buff_len(xdp),
			      xdp_buff_has_frags(xdp) ?
			      xdp_get_shared_info_from_buff(xdp)->nr_frags : 0);
	switch (act) {
	case XDP_PASS:
		e1k_xdp_count(ring, &ring->stats->xdp_pass, 1);
		return E1K_XDP_PASS;
	case XDP_DROP:
		e1k_xdp_count(ring, &ring->stats->xdp_drop, 1);
		return E1K_XDP_DROPPED;
	case XDP_TX:
		if (likely(e1k_xdp_queue(ring, xdp, tag)))
			return E1K_XDP_CONSUMED;
		e1k_xdp_count(ring, &ring->stats->xdp_tx_errors, 1);
		trace_xdp_exception(ring->netdev, prog, act);
		return E1K_XDP_DROPPED;
	case XDP_REDIRECT:
		return e1k_xdp_redirect(ring, prog, xdp);
	default:
		bpf_warn_invalid_xdp_action(ring->netdev, prog, act);
		fallthrough;
	case XDP_ABORTED:
		e1k_xdp_count(ring, &ring->stats->xdp_aborted, 1);
		trace_xdp_exception(ring->netdev, prog, act);
		return E1K_XDP_DROPPED;
	}
}

/**
 * e1k_xdp_finish() - send the XDP_TX and XDP_REDIRECT frames of this poll
 * @ring: the ring
 * Context: NAPI, at the end of a poll.
 */
void e1k_xdp_finish(struct e1k_rx_ring *ring)
{
	struct e1k_xdp *x = &ring->xdp;

	if (x->queued || x->tail_pending)
		e1k_xdp_send(ring, true);
	if (x->redirected) {
		x->redirected = false;
		xdp_do_flush();
	}
}

/**
 * e1k_xdp_xmit() - send redirected frames
 * @ring: the ring
 * @n: number of frames
 * @frames: those not accepted stay the caller's
 * @flush: write the tail
 * Context: BH off, transmit lock held.
 * Return: number of frames accepted, or -ENETDOWN.
 */
int e1k_xdp_xmit(struct e1k_tx_ring *ring, int n, struct xdp_frame **frames,
		 bool flush)
{
	struct e1k_tx_xmit_stats *stats = &ring->stats->xmit;
	int sent = 0;

	if (READ_ONCE(ring->stopped))
		return -ENETDOWN;
	txq_trans_cond_update(ring->txq);
	while (sent < n && e1k_xdp_put(ring, frames[sent], false, 0))
		sent++;
	if (flush)
		e1k_tx_doorbell(ring);

	trace_e1k_xdp_xmit(ring, sent, n - sent, true);
	u64_stats_update_begin(&stats->syncp);
	u64_stats_add(&stats->xdp_xmit, sent);
	u64_stats_add(&stats->xdp_xmit_errors, n - sent);
	u64_stats_update_end(&stats->syncp);
	return sent;
}
