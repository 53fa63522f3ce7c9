// SPDX-License-Identifier: GPL-2.0-only
/* Life cycle: the order in which rings, NIC and NAPI start and stop */
#include <linux/netdevice.h>
#include <linux/netlink.h>

#include "adapter.h"
#include "rx.h"
#include "trace.h"
#include "tx.h"

static const char * const e1k_step_text[] = {
	[E1K_STEP_KICK] = "writing the TX tail again",
	[E1K_STEP_RESTART] = "restarting the TX ring",
	[E1K_STEP_RESET] = "resetting the NIC",
};

/* The rings of every queue pair; without @nr_queues, none */
struct e1k_rings {
	u32 nr_queues;
	struct e1k_ring_set queue[E1K_QUEUES_MAX];
};

static void e1k_adapter_free_rings(struct e1k_rings *rings)
{
	while (rings->nr_queues)
		e1k_ring_set_free(&rings->queue[--rings->nr_queues]);
}

/**
 * e1k_adapter_ring_owner() - who owns the rings of a queue pair
 * @adapter: the device
 * @cfg: the configuration of the rings
 * @queue: index of the queue pair
 * Return: the owner.
 */
struct e1k_ring_owner e1k_adapter_ring_owner(struct e1k_adapter *adapter,
					     const struct e1k_cfg *cfg, u32 queue)
{
	return (struct e1k_ring_owner) {
		.dev = &adapter->hw.pdev->dev,
		.netdev = adapter->netdev,
		.queue = queue,
		.napi = &adapter->queue[queue].irq.napi,
		.sink = cfg->queues > 1 &&
			e1k_has_quirk(&adapter->hw, E1K_QUIRK_RX_BLOCKS),
		.service = &adapter->service,
		.tx_stats = &adapter->stats.tx[queue],
		.rx_stats = &adapter->stats.rx[queue],
	};
}

static int e1k_adapter_alloc_rings(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
				   struct e1k_rings *rings)
{
	u32 *n = &rings->nr_queues;
	int err;

	for (*n = 0; *n < cfg->queues; (*n)++) {
		struct e1k_ring_owner owner = e1k_adapter_ring_owner(adapter, cfg, *n);

		err = e1k_ring_set_alloc(&owner, cfg, adapter->prog, &rings->queue[*n]);
		if (err) {
			e1k_adapter_free_rings(rings);
			return err;
		}
	}
	return 0;
}

/**
 * e1k_adapter_program_rx() - tell the NIC where a receive ring is
 * @adapter: the device
 * @rx: the ring
 * Context: RTNL; reception and NAPI stopped.
 */
void e1k_adapter_program_rx(struct e1k_adapter *adapter, struct e1k_rx_ring *rx)
{
	struct e1k_hw *hw = &adapter->hw;

	rx->blank_fcs = adapter->cfg.rx_fcs && e1k_has_quirk(hw, E1K_QUIRK_NO_FCS);
	rx->fcs_apart = adapter->cfg.fcs_apart;
	rx->ext = hw->msix;
	rx->hash = adapter->netdev->features & NETIF_F_RXHASH;
	rx->len_zero = e1k_has_quirk(hw, E1K_QUIRK_LEN_ZERO);
	rx->cuts = rx->layout.max_len >= rx->layout.buf_len &&
		   e1k_has_quirk(hw, E1K_QUIRK_RX_CUT);
	e1k_rx_ring_program(rx, hw->addr);
	/* Then RDT need not be written before reception starts */
	if (e1k_has_quirk(hw, E1K_QUIRK_RDT_DROPS))
		e1k_rx_begin_at(rx, e1k_mac_rx_tail(hw, rx->queue));
}

static void e1k_adapter_program_tx(struct e1k_adapter *adapter, struct e1k_tx_ring *tx)
{
	struct e1k_hw *hw = &adapter->hw;

	tx->may_sync = e1k_has_cap(hw, E1K_CAP_SYNC_TX);
	tx->sum_sw = (e1k_has_quirk(hw, E1K_QUIRK_UDP_ZERO) ? E1K_TX_SUM_UDP : 0) |
		     (e1k_has_quirk(hw, E1K_QUIRK_PAD_SUM) ? E1K_TX_SUM_SHORT : 0);
	e1k_tx_ring_program(tx, hw->addr);
}

/* With header split the CPU may not be able to read payload: the NIC verifies all. */
static void e1k_adapter_verify(struct e1k_adapter *adapter,
			       netdev_features_t features, bool split)
{
	e1k_mac_set_rx_csum(&adapter->hw, features & NETIF_F_RXCSUM || split);
}

/* Start the NIC on the rings. */
static void e1k_adapter_start_hw(struct e1k_adapter *adapter)
{
	struct e1k_rx_setup setup = {
		.store_bad = adapter->cfg.rx_all,
		.keep_crc = adapter->cfg.rx_fcs,
		.queues = adapter->nr_queues,
		.hash = adapter->netdev->features & NETIF_F_RXHASH,
	};
	struct e1k_queue *q;
	bool split = false;

	e1k_for_each_queue(q, adapter)
		e1k_adapter_program_tx(adapter, q->rings.tx);
	e1k_mac_tx_start(&adapter->hw, adapter->nr_queues);
	e1k_for_each_queue(q, adapter) {
		struct e1k_rx_ring *rx = q->rings.rx;

		e1k_adapter_program_rx(adapter, rx);
		/* The same for all: see e1k_adapter_check_xdp() */
		setup.buf_len = rx->layout.buf_len;
		setup.long_frames |= rx->layout.max_len >= rx->layout.buf_len;
		setup.head[rx->queue] = (rx->next_to_clean & rx->mask) << rx->shift;
		setup.tail[rx->queue] = (rx->next_to_use & rx->mask) << rx->shift;
		split = rx->layout.pages;
	}
	if (adapter->hw.chip->has_msix)
		e1k_82574_set_split(&adapter->hw, split ? E1K_RX_HEAD_LEN : 0, E1K_SPLIT_PAGE);
	e1k_adapter_verify(adapter, adapter->netdev->features, split);
	e1k_mac_rx_start(&adapter->hw, &setup);
}

/**
 * e1k_adapter_set_rings() - exchange the rings of one queue pair
 * @adapter: the device, stopped
 * @q: the queue pair
 * @rings: the new rings, or NULLs
 * Context: RTNL. The transmit lock keeps out ndo_xdp_xmit(), which reads the
 * rings.
 */
void e1k_adapter_set_rings(struct e1k_adapter *adapter, struct e1k_queue *q,
			   const struct e1k_ring_set *rings)
{
	struct netdev_queue *txq =
		netdev_get_tx_queue(adapter->netdev, q - adapter->queue);

	__netif_tx_lock_bh(txq);
	q->rings = *rings;
	adapter->tx[q - adapter->queue] = rings->tx;
	__netif_tx_unlock_bh(txq);
}

/*
 * Exchange the rings for those in @rings, none if it is empty. No NAPI is enabled
 * after that: only then may a page pool bound to it be destroyed.
 */
static void e1k_adapter_swap_rings(struct e1k_adapter *adapter, struct e1k_rings *rings)
{
	const struct e1k_ring_set none = {};
	struct e1k_rings old = {};
	struct e1k_queue *q;
	u32 i;

	e1k_for_each_queue(q, adapter)
		old.queue[old.nr_queues++] = q->rings;
	for (i = 0; i < adapter->hw.queues; i++) {
		e1k_irq_rouse(&adapter->queue[i].irq);
		e1k_adapter_set_rings(adapter, &adapter->queue[i],
				      i < rings->nr_queues ? &rings->queue[i] : &none);
	}
	adapter->nr_queues = rings->nr_queues;
	*rings = old;
}

/**
 * e1k_adapter_start() - start the data path
 * @adapter: the device, stopped, with rings
 * Context: RTNL. Cannot fail, so callers need no unwinding.
 */
void e1k_adapter_start(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_adapter_start_hw(adapter);
	e1k_for_each_queue(q, adapter) {
		e1k_irq_start(&q->irq, q->rings.tx, q->rings.rx);
		e1k_tx_start(q->rings.tx);
		/* Rings begin at the same index: what an earlier one did is no hang */
		q->health.tx_stuck = 0;
		q->health.rx_stuck = 0;
		q->health.rx_waiting = false;
	}
	adapter->started = true;
}

/* Reset the NIC and write all of its state except the PHY's. */
static int e1k_adapter_init_hw(struct e1k_adapter *adapter)
{
	struct e1k_hw *hw = &adapter->hw;
	int err;

	e1k_ptp_stop(&adapter->ptp);
	err = e1k_mac_reset(hw);
	if (err)
		return err;
	e1k_mac_init(hw);
	e1k_ptp_start(&adapter->ptp);
	e1k_mac_link_force(hw, &adapter->link_cfg);
	e1k_adapter_apply_features(adapter, adapter->netdev->features);
	e1k_stats_discard(&adapter->stats, hw);
	return 0;
}

/* The NIC has lost its state: the service work retries the reset. */
static void e1k_adapter_reset_failed(struct e1k_adapter *adapter, int err)
{
	netdev_err(adapter->netdev, "reset failed: %pe\n", ERR_PTR(err));
	netif_carrier_off(adapter->netdev);
	e1k_stats_count_recovery(&adapter->stats, &adapter->stats.recovery.reset_failures);
	WRITE_ONCE(adapter->health.failures, min(adapter->health.failures + 1, U8_MAX));
	/* A detached interface stays detached until the next attempt */
	WRITE_ONCE(adapter->hw.detached, !netif_device_present(adapter->netdev));
	e1k_service_raise(&adapter->service, E1K_EVENT_LINK, 0);
}

/* Reset the NIC and write its whole state. It has no rings afterwards. */
static int e1k_adapter_reinit(struct e1k_adapter *adapter)
{
	int err;

	trace_e1k_reset(adapter->netdev);
	WRITE_ONCE(adapter->hw.detached, false);
	err = e1k_adapter_init_hw(adapter);
	if (err) {
		e1k_adapter_reset_failed(adapter, err);
		return err;
	}
	WRITE_ONCE(adapter->health.failures, 0);
	/* A NIC may have link even if its PHY does not answer */
	err = e1k_phy_setup(&adapter->hw, &adapter->link_cfg);
	if (err)
		netdev_err(adapter->netdev, "PHY setup failed: %pe\n", ERR_PTR(err));
	adapter->link.up = false;
	/* Some links go down with a reset: report that at once */
	if (!e1k_mac_link_is_up(&adapter->hw))
		netif_carrier_off(adapter->netdev);
	e1k_service_raise(&adapter->service, E1K_EVENT_LINK, 0);
	return 0;
}

/*
 * Stop the NIC so that the rings may be freed. Some NICs prefetch descriptors
 * and write to these buffers until they are reset, whatever happens to the
 * ring. If the reset fails, the NIC is off the bus. Return: 0, or the error of
 * the reset: the NIC cannot be started then.
 */
static int e1k_adapter_stop_hw(struct e1k_adapter *adapter)
{
	e1k_mac_tx_stop(&adapter->hw);
	e1k_mac_rx_stop(&adapter->hw);
	if (e1k_has_cap(&adapter->hw, E1K_CAP_LIVE_RINGS))
		return 0;
	/* While the bus recovers, this only clears bus mastering */
	if (READ_ONCE(adapter->hw.detached))
		return e1k_mac_reset(&adapter->hw);
	e1k_stats_collect(&adapter->stats, &adapter->hw);
	return e1k_adapter_reinit(adapter);
}

/**
 * e1k_adapter_stop() - stop the data path
 * @adapter: the device
 * Context: RTNL. The transmit rings are empty afterwards, and the NIC knows no
 * ring.
 * Return: 0, or the error of a reset: the NIC cannot be started then.
 */
int e1k_adapter_stop(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;
	int err;

	if (!adapter->started)
		return 0;
	adapter->started = false;

	e1k_for_each_queue(q, adapter) {
		e1k_irq_stop(&q->irq);
		e1k_tx_stop(q->rings.tx);
	}
	err = e1k_adapter_stop_hw(adapter);
	e1k_for_each_queue(q, adapter)
		e1k_tx_reset(q->rings.tx);
	return err;
}

/**
 * e1k_adapter_init() - initialise NIC and PHY
 * @adapter: the device; hw identified and mapped
 * Context: may sleep; before the interface is registered.
 * Return: 0, or an error after a message.
 */
int e1k_adapter_init(struct e1k_adapter *adapter)
{
	int err;

	e1k_filter_read_rctl(&adapter->hw);
	err = e1k_adapter_init_hw(adapter);
	if (err)
		return err;
	err = e1k_phy_init(&adapter->hw);
	if (err) {
		dev_err(&adapter->hw.pdev->dev, "no PHY found: %pe\n", ERR_PTR(err));
		return err;
	}
	err = e1k_phy_setup(&adapter->hw, &adapter->link_cfg);
	if (err)
		dev_err(&adapter->hw.pdev->dev, "PHY setup failed: %pe\n", ERR_PTR(err));
	return err;
}

static void e1k_adapter_release_irqs(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_for_each_vector(q, adapter)
		e1k_irq_release(&q->irq);
}

static int e1k_adapter_request_irqs(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;
	int err;

	e1k_for_each_vector(q, adapter) {
		err = e1k_irq_request(&q->irq, adapter->netdev->name);
		if (err) {
			e1k_adapter_release_irqs(adapter);
			return err;
		}
	}
	return 0;
}

/* Each NAPI that polls no rings is at rest. */
static void e1k_adapter_rest(struct e1k_adapter *adapter)
{
	u32 i;

	for (i = adapter->started ? adapter->nr_queues : 0; i < adapter->hw.queues; i++)
		e1k_irq_rest(&adapter->queue[i].irq);
}

/**
 * e1k_adapter_open() - bring the interface up
 * @adapter: the device
 * Context: RTNL.
 * Return: 0, or an error of an allocation, request_irq() or a reset.
 */
int e1k_adapter_open(struct e1k_adapter *adapter)
{
	struct e1k_rings rings;
	int err;

	/* The last reset failed: initialise the NIC first */
	if (adapter->health.failures) {
		e1k_hw_revive(&adapter->hw);
		err = e1k_adapter_resume(adapter);
		if (err)
			return err;
	}
	err = e1k_adapter_alloc_rings(adapter, &adapter->cfg, &rings);
	if (err)
		return err;
	err = e1k_adapter_request_irqs(adapter);
	if (err) {
		e1k_adapter_free_rings(&rings);
		return err;
	}

	e1k_adapter_swap_rings(adapter, &rings);
	e1k_adapter_start(adapter);
	e1k_adapter_rest(adapter);
	e1k_service_raise(&adapter->service, E1K_EVENT_LINK, 0);
	return 0;
}

/**
 * e1k_adapter_close() - bring the interface down
 * @adapter: the device
 * Context: RTNL.
 */
void e1k_adapter_close(struct e1k_adapter *adapter)
{
	struct e1k_rings rings = {};

	e1k_adapter_stop(adapter);
	e1k_adapter_release_irqs(adapter);
	e1k_adapter_swap_rings(adapter, &rings);
	e1k_adapter_free_rings(&rings);
	e1k_adapter_rest(adapter);
	netif_carrier_off(adapter->netdev);
	adapter->link.up = false;
	e1k_stats_collect(&adapter->stats, &adapter->hw);
	/* Allow an open, which retries the reset: the service work ends */
	if (adapter->health.failures)
		netif_device_attach(adapter->netdev);
}

/**
 * e1k_adapter_suspend() - stop the data path, keep what a resume needs
 * @adapter: the device, up or down
 * Context: RTNL. Rings, buffers and the interrupt stay allocated. Unsent frames
 * are dropped and counted.
 */
void e1k_adapter_suspend(struct e1k_adapter *adapter)
{
	e1k_stats_collect(&adapter->stats, &adapter->hw);
	e1k_ptp_stop(&adapter->ptp);
	e1k_adapter_stop(adapter);
}

/**
 * e1k_adapter_empty_rx() - empty the receive rings
 * @adapter: the device, stopped
 * Context: RTNL. Each slot has kept its buffer, or the poll will fill it.
 */
void e1k_adapter_empty_rx(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_for_each_queue(q, adapter) {
		e1k_rx_reset(q->rings.rx);
		e1k_rx_alloc_buffers(q->rings.rx, GFP_KERNEL);
	}
}

/**
 * e1k_adapter_resume() - reset the NIC, write its whole state, restart
 * @adapter: the device, after e1k_adapter_suspend()
 * Context: RTNL. Does not depend on any allocation.
 * Return: 0, or an error that leaves the interface stopped; the service work
 * retries.
 */
int e1k_adapter_resume(struct e1k_adapter *adapter)
{
	int err;

	err = e1k_adapter_reinit(adapter);
	if (!err && adapter->nr_queues) {
		e1k_adapter_empty_rx(adapter);
		e1k_adapter_start(adapter);
	}
	e1k_adapter_rest(adapter);
	return err;
}

/**
 * e1k_adapter_reset() - reset the NIC and write its whole state
 * @adapter: the device
 * Context: RTNL.
 * Return: as e1k_adapter_resume().
 */
int e1k_adapter_reset(struct e1k_adapter *adapter)
{
	e1k_adapter_suspend(adapter);
	return e1k_adapter_resume(adapter);
}

/* Drop and count frames on the ring. NAPI is off, but reception continues. */
static void e1k_adapter_restart_tx(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_for_each_queue(q, adapter) {
		e1k_irq_stop(&q->irq);
		e1k_tx_stop(q->rings.tx);
	}
	e1k_mac_tx_stop(&adapter->hw);
	e1k_mac_drain(&adapter->hw);
	e1k_for_each_queue(q, adapter) {
		e1k_tx_reset(q->rings.tx);
		e1k_tx_ring_program(q->rings.tx, adapter->hw.addr);
	}
	e1k_mac_tx_start(&adapter->hw, adapter->nr_queues);
	e1k_for_each_queue(q, adapter) {
		e1k_irq_start(&q->irq, q->rings.tx, q->rings.rx);
		e1k_tx_start(q->rings.tx);
	}
}

/**
 * e1k_adapter_kick_tx() - write the transmit tails again
 * @adapter: the device, up or down
 * Context: RTNL.
 */
void e1k_adapter_kick_tx(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_for_each_queue(q, adapter) {
		struct e1k_tx_ring *tx = q->rings.tx;

		__netif_tx_lock_bh(tx->txq);
		e1k_tx_kick(tx);
		__netif_tx_unlock_bh(tx->txq);
	}
}

/*
 * Recovers from an overlooked tail write and, since the poll unmasks interrupts,
 * from a lost interrupt.
 */
static void e1k_adapter_kick(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_adapter_kick_tx(adapter);
	e1k_for_each_queue(q, adapter)
		e1k_irq_kick(&q->irq);
}

/**
 * e1k_adapter_recover() - take one step against a hang
 * @adapter: the device
 * @step: the step; becomes a reset if the data path is stopped
 * Context: RTNL.
 * Return: the error of e1k_adapter_reset(), or 0 whether or not the step
 * helped.
 */
int e1k_adapter_recover(struct e1k_adapter *adapter, enum e1k_recovery_step step)
{
	struct e1k_recovery_stats *stats = &adapter->stats.recovery;

	/* A ring that the NIC may still use cannot be restarted */
	if (!adapter->started || (step == E1K_STEP_RESTART &&
				  !e1k_has_cap(&adapter->hw, E1K_CAP_LIVE_RINGS)))
		step = E1K_STEP_RESET;
	netif_info(adapter, hw, adapter->netdev, "%s\n", e1k_step_text[step]);
	if (step == E1K_STEP_RESET) {
		e1k_stats_count_recovery(&adapter->stats, &stats->resets);
		return e1k_adapter_reset(adapter);
	}
	if (step == E1K_STEP_KICK) {
		e1k_stats_count_recovery(&adapter->stats, &stats->kicks);
		e1k_adapter_kick(adapter);
	} else {
		e1k_stats_count_recovery(&adapter->stats, &stats->restarts);
		e1k_adapter_restart_tx(adapter);
	}
	return 0;
}

/**
 * e1k_adapter_test_begin() - start the NIC on separate rings for a self-test
 * @adapter: the device, after e1k_adapter_suspend()
 * @cfg: configuration of the test's rings
 * @link: link settings for the test
 * Context: RTNL. Interrupts and NAPI stay off: the caller works on the rings of
 * the first queue pair, there is no other.
 * Return: 0, or an error with nothing to undo.
 */
int e1k_adapter_test_begin(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
			   const struct e1k_link_cfg *link)
{
	struct e1k_cfg own = *cfg;
	struct e1k_rings rings;
	u32 i;
	int err;

	own.queues = 1;
	own.split = false;
	memset(own.xsk, 0, sizeof(own.xsk));
	err = e1k_adapter_init_hw(adapter);
	if (err)
		return err;
	e1k_mac_link_force(&adapter->hw, link);
	err = e1k_phy_setup(&adapter->hw, link);
	if (err)
		return err;
	err = e1k_adapter_alloc_rings(adapter, &own, &rings);
	if (err)
		return err;

	e1k_adapter_swap_rings(adapter, &rings);
	for (i = 0; i < rings.nr_queues; i++)
		adapter->queue[i].saved = rings.queue[i];
	e1k_adapter_start_hw(adapter);
	return 0;
}

/**
 * e1k_adapter_test_end() - undo e1k_adapter_test_begin()
 * @adapter: the device; e1k_adapter_resume() must follow
 * Context: RTNL.
 */
void e1k_adapter_test_end(struct e1k_adapter *adapter)
{
	struct e1k_rings rings = {};
	struct e1k_queue *q;

	/* On error e1k_adapter_resume() resets the NIC again, and reports */
	e1k_adapter_stop_hw(adapter);
	e1k_tx_reset(adapter->queue[0].rings.tx);
	e1k_for_each_vector(q, adapter) {
		if (q->saved.rx)
			rings.queue[rings.nr_queues++] = q->saved;
		/* The next test may find the interface down, without rings */
		q->saved = (struct e1k_ring_set) {};
	}
	e1k_adapter_swap_rings(adapter, &rings);
	e1k_adapter_free_rings(&rings);
}

/**
 * e1k_adapter_reconfigure() - replace the rings if their configuration changes
 * @adapter: the device, up or down
 * @cfg: the new configuration, within the chip's limits
 * @extack: for the reason of a failure; or NULL
 *
 * The new rings are allocated before the old ones stop: without memory the old
 * ones stay in use. Frames received into the old ones are delivered. The link
 * stays up, unless the NIC needs a reset to forget the old rings and its link
 * goes down with a reset.
 * Context: RTNL.
 * Return: 0, or -ENOMEM with nothing changed.
 */
int e1k_adapter_reconfigure(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
			    struct netlink_ext_ack *extack)
{
	bool started = adapter->started;
	struct e1k_rings rings;
	struct e1k_queue *q;
	int err;

	if (!adapter->nr_queues || e1k_ring_set_is_same(cfg, &adapter->cfg)) {
		adapter->cfg = *cfg;
		return 0;
	}
	err = e1k_adapter_alloc_rings(adapter, cfg, &rings);
	if (err) {
		NL_SET_ERR_MSG_MOD(extack,
				   "no memory for the new rings, keeping the old ones");
		return err;
	}

	err = e1k_adapter_stop(adapter);
	if (started)
		e1k_for_each_queue(q, adapter)
			e1k_irq_drain(&q->irq);
	adapter->cfg = *cfg;
	e1k_adapter_swap_rings(adapter, &rings);
	e1k_adapter_free_rings(&rings);
	/* If suspended, or if the reset failed, the next reset starts them */
	if (started && !err)
		e1k_adapter_start(adapter);
	e1k_adapter_rest(adapter);
	return 0;
}

/**
 * e1k_adapter_apply_features() - write the features that are bits of the NIC
 * @adapter: the device
 * @features: the wanted set
 * Context: RTNL.
 */
void e1k_adapter_apply_features(struct e1k_adapter *adapter, netdev_features_t features)
{
	bool csum = features & NETIF_F_RXCSUM, hash = features & NETIF_F_RXHASH;
	struct e1k_queue *q;

	e1k_mac_set_vlan_offload(&adapter->hw,
				 features & NETIF_F_HW_VLAN_CTAG_RX);
	e1k_filter_enable_vlan(&adapter->hw,
			       features & NETIF_F_HW_VLAN_CTAG_FILTER);
	e1k_adapter_verify(adapter, features, adapter->cfg.split);
	if (adapter->hw.msix)
		e1k_82574_set_rss(&adapter->hw, adapter->nr_queues, hash);
	e1k_for_each_queue(q, adapter) {
		WRITE_ONCE(q->rings.rx->csum, csum);
		WRITE_ONCE(q->rings.rx->hash, hash);
	}
}
