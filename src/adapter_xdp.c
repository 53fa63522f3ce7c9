// SPDX-License-Identifier: GPL-2.0-only
/* Attach and detach XDP programs and zero-copy AF_XDP sockets. */
#include <linux/bpf.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>

#include "adapter.h"
#include "rx.h"
#include "xsk.h"

/*
 * RCTL has one buffer size and one limit of the frame's length for all queues:
 * a socket's buffers must be like those of the other queue.
 */
static bool e1k_adapter_xsk_fits(const struct e1k_cfg *cfg, u32 queue)
{
	struct e1k_rx_layout layout, other;

	if (!e1k_xsk_layout(cfg->xsk[queue], cfg->mtu, &layout))
		return false;
	if (cfg->queues == 1)
		return true;
	e1k_rx_layout_choose(cfg->mtu, false, true, &other);
	return layout.buf_len == other.buf_len &&
	       (layout.max_len >= layout.buf_len) == (other.max_len >= other.buf_len);
}

/**
 * e1k_adapter_set_split() - switch header split on or off, with other changes
 * @adapter: the device, up or down, with MSI-X
 * @cfg: the new configuration of the rings
 * @extack: for the reason of a refusal
 *
 * Features that header split excludes return when it goes.
 * Context: RTNL.
 * Return: 0; -EOPNOTSUPP if a setting excludes it; -ENOMEM with nothing changed.
 */
int e1k_adapter_set_split(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
			  struct netlink_ext_ack *extack)
{
	bool was_split = adapter->cfg.split;
	int err;
	u32 i;

	if (cfg->split && (!E1K_RX_CAN_SHARE || PAGE_SIZE != E1K_SPLIT_PAGE)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "header split needs 64-bit DMA addresses in a long, and pages of 4 KiB");
		return -EOPNOTSUPP;
	}
	for (i = 0; cfg->split && i < cfg->queues; i++) {
		if (!adapter->prog && !cfg->xsk[i])
			continue;
		NL_SET_ERR_MSG_MOD(extack,
				   "header split does not support XDP, detach the program and close AF_XDP sockets");
		return -EOPNOTSUPP;
	}
	if (cfg->split && (cfg->rx_all || cfg->rx_fcs)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "header split does not support rx-all and rx-fcs, turn both off");
		return -EOPNOTSUPP;
	}
	err = e1k_adapter_reconfigure(adapter, cfg, extack);
	if (!err && was_split && !cfg->split)
		netdev_update_features(adapter->netdev);
	return err;
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
	u32 i;

	for (i = 0; i < cfg->queues; i++) {
		if (!cfg->xsk[i] || e1k_adapter_xsk_fits(cfg, i))
			continue;
		NL_SET_ERR_MSG_MOD(extack,
				   "frames of this MTU do not fit the AF_XDP socket's buffers");
		return -EOPNOTSUPP;
	}
	if (!prog)
		return 0;
	if (cfg->split) {
		NL_SET_ERR_MSG_MOD(extack,
				   "XDP does not support header split, turn tcp-data-split off");
		return -EOPNOTSUPP;
	}
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

/* The page pool ring takes over, if there is one. */
static void e1k_queue_leave_zero_copy(struct e1k_adapter *adapter, struct e1k_queue *q)
{
	struct e1k_ring_set rings = q->rings, old = {};

	if (rings.page_pool_rx) {
		old.rx = rings.rx;
		rings.rx = rings.page_pool_rx;
		rings.page_pool_rx = NULL;
	}
	rings.tx->xsk = adapter->cfg.xsk[rings.tx->queue];
	e1k_adapter_set_rings(adapter, q, &rings);
	e1k_ring_set_free(&old);
}

/*
 * Return to the page pool rings, which were kept: this cannot fail. Frames that
 * other queues have received are delivered.
 */
static void e1k_adapter_leave_zero_copy(struct e1k_adapter *adapter,
					const struct e1k_cfg *cfg)
{
	bool started = adapter->started;
	struct e1k_queue *q;
	int err;

	adapter->cfg = *cfg;
	if (!adapter->nr_queues)
		return;
	err = e1k_adapter_stop(adapter);
	e1k_for_each_queue(q, adapter) {
		if (!e1k_ring_set_is_zero_copy(cfg, q - adapter->queue))
			e1k_queue_leave_zero_copy(adapter, q);
		else if (started)
			e1k_irq_drain(&q->irq);
	}
	e1k_adapter_empty_rx(adapter);
	if (started && !err)
		e1k_adapter_start(adapter);
}

/**
 * e1k_adapter_set_xsk() - enable or disable zero-copy for an AF_XDP socket
 * @adapter: the device, up or down
 * @pool: the socket's buffer pool, or NULL to disable
 * @queue: the queue that the socket is bound to
 * Context: RTNL.
 * Return: 0; -EINVAL for a queue that is not in use, or to disable what is not
 * enabled; -EBUSY if a pool is attached; -EOPNOTSUPP if frames do not fit its
 * buffers; -ENOMEM.
 */
int e1k_adapter_set_xsk(struct e1k_adapter *adapter, struct xsk_buff_pool *pool, u16 queue)
{
	struct e1k_cfg cfg = adapter->cfg;
	struct xsk_buff_pool *old;
	struct e1k_queue *q;
	int err;

	if (queue >= cfg.queues)
		return -EINVAL;
	q = &adapter->queue[queue];
	old = cfg.xsk[queue];
	if (!pool && !old)
		return -EINVAL;
	cfg.xsk[queue] = pool;
	if (!pool) {
		e1k_adapter_leave_zero_copy(adapter, &cfg);
		err = 0;
		goto out_unmap;
	}
	if (old)
		return -EBUSY;
	if (cfg.split) {
		netdev_info(adapter->netdev,
			    "AF_XDP sockets do not support header split, turn tcp-data-split off\n");
		return -EOPNOTSUPP;
	}
	if (!e1k_adapter_xsk_fits(&cfg, queue))
		return -EOPNOTSUPP;

	old = pool;
	err = xsk_pool_dma_map(pool, &adapter->hw.pdev->dev, 0);
	if (err)
		return err;
	err = __xdp_rxq_info_reg(&q->xsk_rxq, adapter->netdev, queue,
				 q->irq.napi.napi_id,
				 xsk_pool_get_chunk_size(pool));
	if (err)
		goto out_dma;
	err = xdp_rxq_info_reg_mem_model(&q->xsk_rxq, MEM_TYPE_XSK_BUFF_POOL, NULL);
	if (err)
		goto out_unmap;
	xsk_pool_set_rxq_info(pool, &q->xsk_rxq);
	err = e1k_adapter_reconfigure(adapter, &cfg, NULL);
	if (!err)
		return 0;
out_unmap:
	xdp_rxq_info_unreg(&q->xsk_rxq);
out_dma:
	xsk_pool_dma_unmap(old, 0);
	return err;
}

static bool e1k_adapter_is_zero_copy(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_for_each_queue(q, adapter)
		if (q->rings.page_pool_rx)
			return true;
	return false;
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
	struct e1k_queue *q;
	int err;

	cfg.xdp = prog;
	err = e1k_adapter_check_xdp(prog, &cfg, extack);
	if (!err && prog)
		err = e1k_adapter_reconfigure(adapter, &cfg, extack);
	if (err)
		return err;
	adapter->prog = prog;
	/* A zero-copy ring never runs without a program */
	if (!prog && e1k_adapter_is_zero_copy(adapter))
		e1k_adapter_leave_zero_copy(adapter, &cfg);
	e1k_for_each_queue(q, adapter) {
		WRITE_ONCE(q->rings.rx->xdp.prog, prog);
		if (q->rings.page_pool_rx)
			q->rings.page_pool_rx->xdp.prog = prog;
	}
	if (!prog)
		e1k_adapter_reconfigure(adapter, &cfg, NULL);
	/* A poll may still run the old program: RCU delays its release */
	if (old)
		bpf_prog_put(old);
	return 0;
}
