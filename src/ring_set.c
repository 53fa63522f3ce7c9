// SPDX-License-Identifier: GPL-2.0-only
/* A queue pair's rings, allocated together from one configuration. */
#include <linux/err.h>

#include "ring_set.h"
#include "rx.h"
#include "tx.h"
#include "xsk.h"

/**
 * e1k_ring_set_is_zero_copy() - check if a queue receives into AF_XDP buffers
 * @cfg: configuration
 * @queue: the queue
 * Return: true if a socket is bound to it, and a program sees the frames.
 */
bool e1k_ring_set_is_zero_copy(const struct e1k_cfg *cfg, u32 queue)
{
	return cfg->xsk[queue] && cfg->xdp;
}

/* The layout of buffers from a page pool. */
static void e1k_ring_set_layout(const struct e1k_cfg *cfg, struct e1k_rx_layout *layout)
{
	if (cfg->split)
		e1k_rx_layout_split(cfg->mtu, layout);
	else
		e1k_rx_layout_choose(cfg->mtu, cfg->rx_all || cfg->fcs_apart, cfg->xdp, layout);
}

/**
 * e1k_ring_set_alloc_rx() - allocate a receive ring and fill it
 * @owner: the queue pair
 * @cfg: configuration
 * @xsk: AF_XDP pool to take buffers from, or NULL
 * Context: may sleep.
 * Return: the ring, or an ERR_PTR.
 */
struct e1k_rx_ring *e1k_ring_set_alloc_rx(const struct e1k_ring_owner *owner,
					  const struct e1k_cfg *cfg,
					  struct xsk_buff_pool *xsk)
{
	struct e1k_rx_layout layout;
	struct e1k_rx_ring *ring;

	if (xsk)
		e1k_xsk_layout(xsk, cfg->mtu, &layout);
	else
		e1k_ring_set_layout(cfg, &layout);
	ring = e1k_rx_ring_create(owner, cfg->rx_size, &layout, xsk,
				  owner->rx_stats);
	if (IS_ERR(ring))
		return ring;
	ring->keep_bad = cfg->rx_all;
	/* A socket or a provider may add buffers later: the first poll tries again */
	if (e1k_rx_alloc_buffers(ring, GFP_KERNEL) || xsk || ring->unreadable)
		return ring;
	e1k_rx_ring_destroy(ring);
	return ERR_PTR(-ENOMEM);
}

/**
 * e1k_ring_set_alloc() - allocate rings and fill the receive ring
 * @owner: the queue pair
 * @cfg: configuration
 * @prog: the XDP program, or NULL
 * @rings: filled in
 * Context: may sleep.
 * Return: 0, or an error with nothing to undo.
 */
int e1k_ring_set_alloc(const struct e1k_ring_owner *owner,
		       const struct e1k_cfg *cfg, struct bpf_prog *prog,
		       struct e1k_ring_set *rings)
{
	struct e1k_tx_ring *tx;
	struct e1k_rx_ring *rx;

	*rings = (struct e1k_ring_set) {};
	tx = e1k_tx_ring_create(owner, cfg->tx_size, owner->tx_stats);
	if (IS_ERR(tx))
		return PTR_ERR(tx);
	e1k_tx_init(tx);
	tx->xsk = cfg->xsk[owner->queue];
	rings->tx = tx;

	rx = e1k_ring_set_alloc_rx(owner, cfg, NULL);
	if (!IS_ERR(rx) && e1k_ring_set_is_zero_copy(cfg, owner->queue)) {
		/* Takes over when the socket is gone */
		rings->page_pool_rx = rx;
		rx->xdp.prog = prog;
		rx->xdp.tx = tx;
		rx = e1k_ring_set_alloc_rx(owner, cfg, cfg->xsk[owner->queue]);
	}
	if (IS_ERR(rx)) {
		e1k_ring_set_free(rings);
		return PTR_ERR(rx);
	}
	rx->xdp.prog = prog;
	rx->xdp.tx = tx;
	rings->rx = rx;
	return 0;
}

/**
 * e1k_ring_set_free() - free rings and their buffers
 * @rings: not used by the NIC; some may be NULL
 * Context: may sleep; NAPI stopped.
 */
void e1k_ring_set_free(const struct e1k_ring_set *rings)
{
	e1k_rx_ring_destroy(rings->rx);
	e1k_rx_ring_destroy(rings->page_pool_rx);
	e1k_tx_ring_destroy(rings->tx);
}

/**
 * e1k_ring_set_is_same() - check whether two configurations need the same rings
 * @a: a configuration
 * @b: another
 * Return: true if rings of @a do for @b.
 */
bool e1k_ring_set_is_same(const struct e1k_cfg *a, const struct e1k_cfg *b)
{
	struct e1k_rx_layout la, lb;
	u32 i;

	e1k_ring_set_layout(a, &la);
	e1k_ring_set_layout(b, &lb);
	for (i = 0; i < E1K_QUEUES_MAX; i++)
		if (a->xsk[i] != b->xsk[i] ||
		    e1k_ring_set_is_zero_copy(a, i) != e1k_ring_set_is_zero_copy(b, i))
			return false;
	return a->queues == b->queues && a->rx_size == b->rx_size && a->tx_size == b->tx_size &&
	       a->rx_all == b->rx_all && a->rx_fcs == b->rx_fcs &&
	       la.truesize == lb.truesize && la.headroom == lb.headroom &&
	       la.max_len == lb.max_len && la.pages == lb.pages;
}
