// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device's rings, made together from one configuration: all of them or none.
 */
#include <linux/err.h>

#include "ring_set.h"
#include "rx.h"
#include "tx.h"
#include "xsk.h"

/* An AF_XDP socket's buffers are received into only if a program sees them. */
static bool e1k_ring_set_is_zero_copy(const struct e1k_cfg *cfg)
{
	return cfg->xsk && cfg->xdp;
}

/* A receive ring with buffers in every slot that there is one for. */
static struct e1k_rx_ring *e1k_ring_set_alloc_rx(const struct e1k_ring_owner *owner,
						 const struct e1k_cfg *cfg,
						 struct xsk_buff_pool *xsk)
{
	struct e1k_rx_layout layout;
	struct e1k_rx_ring *ring;

	if (xsk)
		e1k_xsk_layout(xsk, cfg->mtu, &layout);
	else
		e1k_rx_layout_choose(cfg->mtu, cfg->rx_all, cfg->xdp, &layout);
	ring = e1k_rx_ring_create(owner, cfg->rx_size, &layout, xsk,
				  owner->rx_stats);
	if (IS_ERR(ring))
		return ring;
	ring->keep_bad = cfg->rx_all;
	/* A socket may bring its buffers later: the first poll looks for them */
	if (e1k_rx_alloc_buffers(ring, GFP_KERNEL) || xsk)
		return ring;
	e1k_rx_ring_destroy(ring);
	return ERR_PTR(-ENOMEM);
}

/**
 * e1k_ring_set_alloc() - make rings with buffers, ready to be started
 * @owner: the device they are for
 * @cfg: what to make them from
 * @prog: the XDP program, or NULL
 * @rings: filled in
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM with nothing left behind.
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
	tx->xsk = cfg->xsk;
	rings->tx = tx;

	rx = e1k_ring_set_alloc_rx(owner, cfg, NULL);
	if (!IS_ERR(rx) && e1k_ring_set_is_zero_copy(cfg)) {
		/* What to go back to when the socket goes away */
		rings->page_pool_rx = rx;
		rx->xdp.prog = prog;
		rx->xdp.tx = tx;
		rx = e1k_ring_set_alloc_rx(owner, cfg, cfg->xsk);
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
 * @rings: unknown to the NIC; some may be NULL
 *
 * Context: may sleep; NAPI stopped.
 */
void e1k_ring_set_free(const struct e1k_ring_set *rings)
{
	e1k_rx_ring_destroy(rings->rx);
	e1k_rx_ring_destroy(rings->page_pool_rx);
	e1k_tx_ring_destroy(rings->tx);
}

/**
 * e1k_ring_set_is_same() - would both make the same rings?
 * @a: a configuration
 * @b: another
 *
 * Return: true if rings made from one do for the other.
 */
bool e1k_ring_set_is_same(const struct e1k_cfg *a, const struct e1k_cfg *b)
{
	struct e1k_rx_layout la, lb;

	e1k_rx_layout_choose(a->mtu, a->rx_all, a->xdp, &la);
	e1k_rx_layout_choose(b->mtu, b->rx_all, b->xdp, &lb);
	if (a->xsk != b->xsk ||
	    e1k_ring_set_is_zero_copy(a) != e1k_ring_set_is_zero_copy(b))
		return false;
	return a->rx_size == b->rx_size && a->tx_size == b->tx_size &&
	       a->rx_all == b->rx_all && a->rx_fcs == b->rx_fcs &&
	       la.truesize == lb.truesize && la.headroom == lb.headroom;
}
