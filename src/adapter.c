// SPDX-License-Identifier: GPL-2.0-only
/* Life cycle: the order in which rings, NIC and NAPI start and stop */
#include <linux/bpf.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>

#include "adapter.h"
#include "rx.h"
#include "trace.h"
#include "tx.h"
#include "xsk.h"

static const char * const e1k_step_text[] = {
	[E1K_STEP_KICK] = "writing the TX tail again",
	[E1K_STEP_RESTART] = "restarting the TX ring",
	[E1K_STEP_RESET] = "resetting the NIC",
};

static struct e1k_ring_set e1k_adapter_rings(const struct e1k_adapter *adapter)
{
	return (struct e1k_ring_set) {
		.tx = adapter->tx, .rx = adapter->rx, .page_pool_rx = adapter->page_pool_rx,
	};
}

static int e1k_adapter_alloc_rings(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
				   struct e1k_ring_set *rings)
{
	struct e1k_ring_owner owner = {
		.dev = &adapter->hw.pdev->dev,
		.netdev = adapter->netdev,
		.napi = &adapter->irq.napi,
		.service = &adapter->service,
		.tx_stats = &adapter->stats.tx,
		.rx_stats = &adapter->stats.rx,
	};

	return e1k_ring_set_alloc(&owner, cfg, adapter->prog, rings);
}

static void e1k_adapter_start_rx(struct e1k_adapter *adapter)
{
	struct e1k_rx_setup setup = {
		.buf_len = adapter->rx->layout.buf_len,
		.long_frames = adapter->rx->layout.max_len >=
			       adapter->rx->layout.buf_len,
		.store_bad = adapter->cfg.rx_all,
		.keep_crc = adapter->cfg.rx_fcs,
	};
	struct e1k_hw *hw = &adapter->hw;

	adapter->rx->blank_fcs = adapter->cfg.rx_fcs &&
				 e1k_has_quirk(hw, E1K_QUIRK_NO_FCS);
	adapter->rx->fcs_apart = adapter->cfg.fcs_apart;
	adapter->rx->len_zero = e1k_has_quirk(hw, E1K_QUIRK_LEN_ZERO);
	adapter->rx->cuts = setup.long_frames &&
			    e1k_has_quirk(hw, E1K_QUIRK_RX_CUT);
	e1k_rx_ring_program(adapter->rx, hw->addr);
	e1k_mac_rx_start(hw, &setup, adapter->rx->next_to_use);
}

/* Start the NIC on adapter->tx and adapter->rx. */
static void e1k_adapter_start_hw(struct e1k_adapter *adapter)
{
	adapter->tx->may_sync = e1k_has_cap(&adapter->hw, E1K_CAP_SYNC_TX);
	adapter->tx->sum_sw =
		(e1k_has_quirk(&adapter->hw, E1K_QUIRK_UDP_ZERO) ? E1K_TX_SUM_UDP : 0) |
		(e1k_has_quirk(&adapter->hw, E1K_QUIRK_PAD_SUM) ? E1K_TX_SUM_SHORT : 0);
	e1k_tx_ring_program(adapter->tx, adapter->hw.addr);
	e1k_mac_tx_start(&adapter->hw);
	e1k_adapter_start_rx(adapter);
}

/* The transmit lock keeps out ndo_xdp_xmit(), which reads adapter->tx. */
static void e1k_adapter_set_rings(struct e1k_adapter *adapter,
				  const struct e1k_ring_set *rings)
{
	struct netdev_queue *txq = netdev_get_tx_queue(adapter->netdev, 0);

	__netif_tx_lock_bh(txq);
	adapter->tx = rings->tx;
	adapter->rx = rings->rx;
	adapter->page_pool_rx = rings->page_pool_rx;
	__netif_tx_unlock_bh(txq);
}

/* Start the data path. Cannot fail, so callers need no unwinding. */
static void e1k_adapter_start(struct e1k_adapter *adapter)
{
	e1k_adapter_start_hw(adapter);
	e1k_irq_start(&adapter->irq, adapter->tx, adapter->rx);
	e1k_tx_start(adapter->tx);
	adapter->started = true;
}

/* Reset the NIC and write all of its state except the PHY's. */
static int e1k_adapter_init_hw(struct e1k_adapter *adapter)
{
	struct e1k_hw *hw = &adapter->hw;
	int err;

	err = e1k_mac_reset(hw);
	if (err)
		return err;
	e1k_mac_init(hw);
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

/* Stop the data path. Afterwards the rings are empty and unknown to the NIC. */
static int e1k_adapter_stop(struct e1k_adapter *adapter)
{
	int err;

	if (!adapter->started)
		return 0;
	adapter->started = false;

	e1k_irq_stop(&adapter->irq);
	e1k_tx_stop(adapter->tx);
	err = e1k_adapter_stop_hw(adapter);
	e1k_tx_reset(adapter->tx);
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

/**
 * e1k_adapter_open() - bring the interface up
 * @adapter: the device
 * Context: RTNL.
 * Return: 0, or an error of an allocation, request_irq() or a reset.
 */
int e1k_adapter_open(struct e1k_adapter *adapter)
{
	struct e1k_ring_set rings;
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
	err = e1k_irq_request(&adapter->irq, adapter->netdev->name);
	if (err)
		goto err_free_rings;

	e1k_adapter_set_rings(adapter, &rings);
	e1k_adapter_start(adapter);
	e1k_service_raise(&adapter->service, E1K_EVENT_LINK, 0);
	return 0;

err_free_rings:
	e1k_ring_set_free(&rings);
	return err;
}

/**
 * e1k_adapter_close() - bring the interface down
 * @adapter: the device
 * Context: RTNL.
 */
void e1k_adapter_close(struct e1k_adapter *adapter)
{
	struct e1k_ring_set rings = e1k_adapter_rings(adapter);

	e1k_adapter_stop(adapter);
	e1k_irq_release(&adapter->irq);
	e1k_adapter_set_rings(adapter, &(struct e1k_ring_set) {});
	e1k_ring_set_free(&rings);
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
	e1k_adapter_stop(adapter);
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
	if (err || !adapter->rx)
		return err;

	e1k_rx_reset(adapter->rx);
	/* Each slot has kept its buffer, or the poll will fill it */
	e1k_rx_alloc_buffers(adapter->rx, GFP_KERNEL);
	e1k_adapter_start(adapter);
	return 0;
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
	e1k_irq_stop(&adapter->irq);
	e1k_tx_stop(adapter->tx);
	e1k_mac_tx_stop(&adapter->hw);
	e1k_mac_drain(&adapter->hw);
	e1k_tx_reset(adapter->tx);
	e1k_tx_ring_program(adapter->tx, adapter->hw.addr);
	e1k_mac_tx_start(&adapter->hw);
	e1k_irq_start(&adapter->irq, adapter->tx, adapter->rx);
	e1k_tx_start(adapter->tx);
}

/*
 * Recovers from an overlooked tail write and, since the poll unmasks interrupts,
 * from a lost interrupt.
 */
static void e1k_adapter_kick(struct e1k_adapter *adapter)
{
	struct netdev_queue *txq = netdev_get_tx_queue(adapter->netdev, 0);

	__netif_tx_lock_bh(txq);
	e1k_tx_kick(adapter->tx);
	__netif_tx_unlock_bh(txq);
	e1k_irq_kick(&adapter->irq);
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
 * Context: RTNL. Interrupts and NAPI stay off: the caller works on adapter->tx
 * and adapter->rx.
 * Return: 0, or an error with nothing to undo.
 */
int e1k_adapter_test_begin(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
			   const struct e1k_link_cfg *link)
{
	struct e1k_cfg own = *cfg;
	struct e1k_ring_set rings;
	int err;

	own.xsk = NULL;
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

	adapter->saved = e1k_adapter_rings(adapter);
	e1k_adapter_set_rings(adapter, &rings);
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
	struct e1k_ring_set rings = e1k_adapter_rings(adapter);

	/* On error e1k_adapter_resume() resets the NIC again, and reports */
	e1k_adapter_stop_hw(adapter);
	e1k_tx_reset(adapter->tx);
	e1k_adapter_set_rings(adapter, &adapter->saved);
	e1k_ring_set_free(&rings);
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
	struct e1k_ring_set old = e1k_adapter_rings(adapter);
	bool started = adapter->started;
	struct e1k_ring_set new;
	int err;

	if (!adapter->rx || e1k_ring_set_is_same(cfg, &adapter->cfg)) {
		adapter->cfg = *cfg;
		return 0;
	}
	err = e1k_adapter_alloc_rings(adapter, cfg, &new);
	if (err) {
		NL_SET_ERR_MSG_MOD(extack,
				   "no memory for the new rings, keeping the old ones");
		return err;
	}

	err = e1k_adapter_stop(adapter);
	if (started)
		e1k_irq_drain(&adapter->irq);
	adapter->cfg = *cfg;
	e1k_adapter_set_rings(adapter, &new);
	/* Only while NAPI is off may a page pool bound to it be destroyed */
	e1k_ring_set_free(&old);
	/* If suspended, or if the reset failed, the next reset starts them */
	if (started && !err)
		e1k_adapter_start(adapter);
	return 0;
}

/**
 * e1k_adapter_check_xdp() - check an XDP program against a configuration
 * @prog: the program, or NULL
 * @cfg: configuration of the rings
 * @extack: for the reason of a refusal; or NULL
 * Return: 0, or -EOPNOTSUPP.
 */
int e1k_adapter_check_xdp(const struct bpf_prog *prog, const struct e1k_cfg *cfg,
			  struct netlink_ext_ack *extack)
{
	struct e1k_rx_layout layout;

	if (cfg->xsk && !e1k_xsk_layout(cfg->xsk, cfg->mtu, &layout)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "frames of this MTU do not fit the AF_XDP socket's buffers");
		return -EOPNOTSUPP;
	}
	if (!prog)
		return 0;
	if (cfg->rx_all || cfg->rx_fcs) {
		NL_SET_ERR_MSG_MOD(extack,
				   "XDP does not support rx-all and rx-fcs, turn both off");
		return -EOPNOTSUPP;
	}
	if (cfg->mtu > ETH_DATA_LEN && !prog->aux->xdp_has_frags) {
		NL_SET_ERR_MSG_MOD(extack,
				   "MTU above 1500 needs an XDP program with frags support (section xdp.frags)");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Return to the page pool ring, which was kept: this cannot fail. */
static void e1k_adapter_leave_zero_copy(struct e1k_adapter *adapter,
					const struct e1k_cfg *cfg)
{
	struct e1k_ring_set rings = e1k_adapter_rings(adapter);
	bool started = adapter->started;
	struct e1k_ring_set old = {};
	int err;

	adapter->cfg = *cfg;
	if (!rings.rx)
		return;
	err = e1k_adapter_stop(adapter);
	if (rings.page_pool_rx) {
		old.rx = rings.rx;
		rings.rx = rings.page_pool_rx;
		rings.page_pool_rx = NULL;
	}
	rings.tx->xsk = cfg->xsk;
	e1k_adapter_set_rings(adapter, &rings);
	e1k_ring_set_free(&old);
	e1k_rx_reset(rings.rx);
	e1k_rx_alloc_buffers(rings.rx, GFP_KERNEL);
	if (started && !err)
		e1k_adapter_start(adapter);
}

/**
 * e1k_adapter_set_xsk() - enable or disable zero-copy for an AF_XDP socket
 * @adapter: the device, up or down
 * @pool: the socket's buffer pool, or NULL to disable
 * @queue: the queue that the socket is bound to
 * Context: RTNL.
 * Return: 0; -EINVAL for a queue that does not exist, or to disable what is not
 * enabled; -EBUSY if a pool is attached; -EOPNOTSUPP if frames do not fit its
 * buffers; -ENOMEM.
 */
int e1k_adapter_set_xsk(struct e1k_adapter *adapter, struct xsk_buff_pool *pool, u16 queue)
{
	struct xsk_buff_pool *old = adapter->cfg.xsk;
	struct e1k_cfg cfg = adapter->cfg;
	struct e1k_rx_layout layout;
	int err;

	if (queue || (!pool && !old))
		return -EINVAL;
	cfg.xsk = pool;
	if (!pool) {
		e1k_adapter_leave_zero_copy(adapter, &cfg);
		err = 0;
		goto out_unmap;
	}
	if (old)
		return -EBUSY;
	if (!e1k_xsk_layout(pool, cfg.mtu, &layout))
		return -EOPNOTSUPP;

	old = pool;
	err = xsk_pool_dma_map(pool, &adapter->hw.pdev->dev, 0);
	if (err)
		return err;
	err = __xdp_rxq_info_reg(&adapter->xsk_rxq, adapter->netdev, 0,
				 adapter->irq.napi.napi_id,
				 xsk_pool_get_chunk_size(pool));
	if (err)
		goto out_dma;
	err = xdp_rxq_info_reg_mem_model(&adapter->xsk_rxq,
					 MEM_TYPE_XSK_BUFF_POOL, NULL);
	if (err)
		goto out_unmap;
	xsk_pool_set_rxq_info(pool, &adapter->xsk_rxq);
	err = e1k_adapter_reconfigure(adapter, &cfg, NULL);
	if (!err)
		return 0;
out_unmap:
	xdp_rxq_info_unreg(&adapter->xsk_rxq);
out_dma:
	xsk_pool_dma_unmap(old, 0);
	return err;
}

/**
 * e1k_adapter_set_xdp() - attach, replace or detach the XDP program
 * @adapter: the device, up or down
 * @prog: the program, whose reference is taken over; or NULL
 * @extack: for the reason of a failure
 *
 * A program gets buffers with headroom. Without one the ring returns to dense
 * buffers, or keeps headroom if there is no memory. The program sees every
 * frame received into its buffers, from the first on.
 * Context: RTNL.
 * Return: 0, or an error of e1k_adapter_check_xdp() or
 * e1k_adapter_reconfigure(), with nothing changed.
 */
int e1k_adapter_set_xdp(struct e1k_adapter *adapter, struct bpf_prog *prog,
			struct netlink_ext_ack *extack)
{
	struct bpf_prog *old = adapter->prog;
	struct e1k_cfg cfg = adapter->cfg;
	int err;

	cfg.xdp = prog;
	err = e1k_adapter_check_xdp(prog, &cfg, extack);
	if (!err && prog)
		err = e1k_adapter_reconfigure(adapter, &cfg, extack);
	if (err)
		return err;
	adapter->prog = prog;
	/* A zero-copy ring never runs without a program */
	if (!prog && adapter->page_pool_rx)
		e1k_adapter_leave_zero_copy(adapter, &cfg);
	if (adapter->rx)
		WRITE_ONCE(adapter->rx->xdp.prog, prog);
	if (adapter->page_pool_rx)
		adapter->page_pool_rx->xdp.prog = prog;
	if (!prog)
		e1k_adapter_reconfigure(adapter, &cfg, NULL);
	/* A poll may still run the old program: RCU delays its release */
	if (old)
		bpf_prog_put(old);
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
	bool csum = features & NETIF_F_RXCSUM;

	e1k_mac_set_vlan_offload(&adapter->hw,
				 features & NETIF_F_HW_VLAN_CTAG_RX);
	e1k_filter_enable_vlan(&adapter->hw,
			       features & NETIF_F_HW_VLAN_CTAG_FILTER);
	e1k_mac_set_rx_csum(&adapter->hw, csum);
	if (adapter->rx)
		WRITE_ONCE(adapter->rx->csum, csum);
}
