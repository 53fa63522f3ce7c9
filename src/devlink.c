// SPDX-License-Identifier: GPL-2.0-only
/*
 * devlink: device information, reload, health reporters. There is no devlink
 * port: it would make udev choose another name than for the stock driver.
 */
#include <linux/netdevice.h>
#include <net/devlink.h>

#include "adapter.h"
#include "devlink.h"
#include "tx.h"

/* Descriptors to dump before and after next_to_clean */
#define E1K_DUMP_DESC		8

/* Recover from every hang, however soon after the last, ms */
#define E1K_HEALTH_GRACE_MS	0

/**
 * struct e1k_devlink - the private part of a devlink instance
 * @adapter: the device
 * @tx: the transmit queue's reporter, or an ERR_PTR
 * @rx: the receive queue's reporter, or an ERR_PTR
 */
struct e1k_devlink {
	struct e1k_adapter *adapter;
	struct devlink_health_reporter *tx;
	struct devlink_health_reporter *rx;
};

static int e1k_devlink_put_eeprom(struct e1k_adapter *adapter,
				  struct devlink_info_req *req)
{
	u16 pba[2], version;
	char text[16];
	int err;

	/* An unreadable EEPROM does not fail the request */
	if (e1k_nvm_read(&adapter->hw, E1K_NVM_PBA_NUMBER, 2, pba) ||
	    e1k_nvm_read(&adapter->hw, E1K_NVM_VERSION, 1, &version))
		return 0;
	snprintf(text, sizeof(text), "%04x%02x-%03x", pba[0], pba[1] >> 8,
		 pba[1] & 0xff);
	err = devlink_info_version_fixed_put(req,
					     DEVLINK_INFO_VERSION_GENERIC_BOARD_ID,
					     text);
	if (err)
		return err;
	snprintf(text, sizeof(text), "%x.%02x", version >> 12,
		 (version >> 4) & 0xff);
	return devlink_info_version_running_put(req, "fw.eeprom", text);
}

static int e1k_devlink_info_get(struct devlink *devlink,
				struct devlink_info_req *req,
				struct netlink_ext_ack *extack)
{
	struct e1k_devlink *priv = devlink_priv(devlink);
	struct e1k_hw *hw = &priv->adapter->hw;
	char quirks[E1K_QUIRK_TEXT_LEN];
	int err;

	err = devlink_info_version_fixed_put(req,
					     DEVLINK_INFO_VERSION_GENERIC_ASIC_ID,
					     hw->chip->name);
	if (err)
		return err;
	err = devlink_info_version_fixed_put(req, "platform",
					     hw->platform->name);
	if (err)
		return err;
	e1k_quirk_text(hw, quirks, sizeof(quirks));
	err = devlink_info_version_fixed_put(req, "quirks", quirks);
	if (err)
		return err;
	return e1k_devlink_put_eeprom(priv->adapter, req);
}

static int e1k_devlink_reload_down(struct devlink *devlink, bool netns_change,
				   enum devlink_reload_action action,
				   enum devlink_reload_limit limit,
				   struct netlink_ext_ack *extack)
{
	if (netns_change) {
		NL_SET_ERR_MSG_MOD(extack,
				   "the instance cannot change its netns, move the interface (ip link set netns)");
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Do the whole reload under one hold of RTNL: reload_down needs no undo. */
static int e1k_devlink_reload_up(struct devlink *devlink,
				 enum devlink_reload_action action,
				 enum devlink_reload_limit limit,
				 u32 *actions_performed,
				 struct netlink_ext_ack *extack)
{
	struct e1k_devlink *priv = devlink_priv(devlink);
	struct e1k_adapter *adapter = priv->adapter;
	int err;

	*actions_performed = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT);
	e1k_adapter_lock(adapter);
	if (netif_device_present(adapter->netdev)) {
		err = e1k_adapter_reset(adapter);
		if (err)
			NL_SET_ERR_MSG_MOD(extack,
					   "NIC reset failed");
	} else {
		err = -ENODEV;
		NL_SET_ERR_MSG_MOD(extack, "the interface is detached: NIC suspended or removed");
	}
	e1k_adapter_unlock(adapter);
	return err;
}

static const struct devlink_ops e1k_devlink_ops = {
	.info_get = e1k_devlink_info_get,
	.reload_actions = BIT(DEVLINK_RELOAD_ACTION_DRIVER_REINIT),
	.reload_down = e1k_devlink_reload_down,
	.reload_up = e1k_devlink_reload_up,
};

static void e1k_devlink_put_regs(struct e1k_hw *hw, struct devlink_fmsg *fmsg)
{
	unsigned int i;

	devlink_fmsg_pair_nest_start(fmsg, "registers");
	devlink_fmsg_obj_nest_start(fmsg);
	for (i = 0; e1k_mac_reg_name(i); i++)
		devlink_fmsg_u32_pair_put(fmsg, e1k_mac_reg_name(i),
					  e1k_mac_reg_read(hw, i));
	devlink_fmsg_obj_nest_end(fmsg);
	devlink_fmsg_pair_nest_end(fmsg);
}

static void e1k_devlink_put_desc(struct devlink_fmsg *fmsg, u32 slot,
				 const struct e1k_desc *desc, bool has_buf)
{
	/* The ring may run: the two words may not belong together */
	__le64 lo = data_race(READ_ONCE(desc->lo));
	/* Likewise */
	__le64 hi = data_race(READ_ONCE(desc->hi));

	devlink_fmsg_obj_nest_start(fmsg);
	devlink_fmsg_u32_pair_put(fmsg, "slot", slot);
	devlink_fmsg_u64_pair_put(fmsg, "lo", le64_to_cpu(lo));
	devlink_fmsg_u64_pair_put(fmsg, "hi", le64_to_cpu(hi));
	devlink_fmsg_bool_pair_put(fmsg, "buffer", has_buf);
	devlink_fmsg_obj_nest_end(fmsg);
}

/*
 * Put size, indices and the number of slots between them, which is called @used.
 * The ring may run: next_to_clean stands still while next_to_use is read.
 * Return next_to_clean.
 */
static u32 e1k_devlink_put_indices(struct devlink_fmsg *fmsg, u32 size,
				   const u32 *next_to_use,
				   const u32 *next_to_clean, const char *used)
{
	u32 next, clean;

	do {
		clean = READ_ONCE(*next_to_clean);
		next = READ_ONCE(*next_to_use);
	} while (READ_ONCE(*next_to_clean) != clean);
	devlink_fmsg_u32_pair_put(fmsg, "size", size);
	devlink_fmsg_u32_pair_put(fmsg, "next", next);
	devlink_fmsg_u32_pair_put(fmsg, "clean", clean);
	devlink_fmsg_u32_pair_put(fmsg, used, e1k_idx_used(next, clean));
	return clean;
}

/* Return next_to_clean. */
static u32 e1k_devlink_put_tx_state(struct e1k_tx_ring *ring,
				    struct devlink_fmsg *fmsg)
{
	devlink_fmsg_u32_pair_put(fmsg, "queue", ring->queue);
	devlink_fmsg_u32_pair_put(fmsg, "batch", READ_ONCE(ring->rs_index));
	devlink_fmsg_u32_pair_put(fmsg, "rung", READ_ONCE(ring->tail_written));
	devlink_fmsg_bool_pair_put(fmsg, "stopped",
				   netif_tx_queue_stopped(ring->txq));
	return e1k_devlink_put_indices(fmsg, ring->size, &ring->next_to_use,
				       &ring->next_to_clean, "in_flight");
}

/* Return next_to_clean. */
static u32 e1k_devlink_put_rx_state(struct e1k_rx_ring *ring,
				    struct devlink_fmsg *fmsg)
{
	devlink_fmsg_u32_pair_put(fmsg, "queue", ring->queue);
	devlink_fmsg_u32_pair_put(fmsg, "headroom", ring->layout.headroom);
	devlink_fmsg_u32_pair_put(fmsg, "truesize", ring->layout.truesize);
	devlink_fmsg_u32_pair_put(fmsg, "max_length", ring->layout.max_len);
	return e1k_devlink_put_indices(fmsg, ring->size, &ring->next_to_use,
				       &ring->next_to_clean, "buffers");
}

static void e1k_devlink_put_tx_ring(struct e1k_tx_ring *ring,
				    struct devlink_fmsg *fmsg)
{
	u32 clean, idx;

	devlink_fmsg_obj_nest_start(fmsg);
	clean = e1k_devlink_put_tx_state(ring, fmsg);
	devlink_fmsg_arr_pair_nest_start(fmsg, "descriptors");
	for (idx = clean - E1K_DUMP_DESC; idx != clean + E1K_DUMP_DESC; idx++) {
		u32 slot = idx & ring->mask;
		struct e1k_tx_buf *buf = &ring->buf[slot];
		/* The ring may run */
		bool has_buf = data_race(buf->skb || buf->map);

		e1k_devlink_put_desc(fmsg, slot, &ring->desc[slot], has_buf);
	}
	devlink_fmsg_arr_pair_nest_end(fmsg);
	devlink_fmsg_obj_nest_end(fmsg);
}

static void e1k_devlink_put_rx_ring(struct e1k_rx_ring *ring,
				    struct devlink_fmsg *fmsg)
{
	u32 clean, idx;

	devlink_fmsg_obj_nest_start(fmsg);
	clean = e1k_devlink_put_rx_state(ring, fmsg);
	devlink_fmsg_arr_pair_nest_start(fmsg, "descriptors");
	for (idx = clean - E1K_DUMP_DESC; idx != clean + E1K_DUMP_DESC; idx++) {
		u32 slot = idx & ring->mask;
		/* The ring may run */
		bool has_buf = data_race(ring->buf[slot].page);

		e1k_devlink_put_desc(fmsg, slot, &ring->desc[slot << ring->shift], has_buf);
	}
	devlink_fmsg_arr_pair_nest_end(fmsg);
	devlink_fmsg_obj_nest_end(fmsg);
}

static int e1k_devlink_dump(struct devlink_health_reporter *reporter,
			    struct devlink_fmsg *fmsg, void *ctx,
			    struct netlink_ext_ack *extack)
{
	struct e1k_devlink *priv = devlink_health_reporter_priv(reporter);
	struct e1k_adapter *adapter = priv->adapter;

	struct e1k_queue *q;

	e1k_adapter_lock(adapter);
	e1k_devlink_put_regs(&adapter->hw, fmsg);
	devlink_fmsg_arr_pair_nest_start(fmsg, "queues");
	e1k_for_each_queue(q, adapter) {
		if (reporter == priv->tx)
			e1k_devlink_put_tx_ring(q->rings.tx, fmsg);
		else
			e1k_devlink_put_rx_ring(q->rings.rx, fmsg);
	}
	devlink_fmsg_arr_pair_nest_end(fmsg);
	e1k_adapter_unlock(adapter);
	return 0;
}

static int e1k_devlink_diagnose(struct devlink_health_reporter *reporter,
				struct devlink_fmsg *fmsg,
				struct netlink_ext_ack *extack)
{
	struct e1k_devlink *priv = devlink_health_reporter_priv(reporter);
	struct e1k_adapter *adapter = priv->adapter;

	struct e1k_queue *q;

	e1k_adapter_lock(adapter);
	devlink_fmsg_bool_pair_put(fmsg, "running", adapter->started);
	devlink_fmsg_arr_pair_nest_start(fmsg, "queues");
	e1k_for_each_queue(q, adapter) {
		devlink_fmsg_obj_nest_start(fmsg);
		if (reporter == priv->tx)
			e1k_devlink_put_tx_state(q->rings.tx, fmsg);
		else
			e1k_devlink_put_rx_state(q->rings.rx, fmsg);
		devlink_fmsg_obj_nest_end(fmsg);
	}
	devlink_fmsg_arr_pair_nest_end(fmsg);
	e1k_adapter_unlock(adapter);
	return 0;
}

/* Without @ctx the user requested recovery: reset the NIC. */
static int e1k_devlink_recover(struct devlink_health_reporter *reporter,
			       void *ctx, struct netlink_ext_ack *extack)
{
	struct e1k_devlink *priv = devlink_health_reporter_priv(reporter);
	const enum e1k_recovery_step *step = ctx;
	int err = 0;

	e1k_adapter_lock(priv->adapter);
	if (!netif_device_present(priv->adapter->netdev))
		err = -ENODEV;
	else if (netif_running(priv->adapter->netdev))
		err = e1k_adapter_recover(priv->adapter, step ? *step : E1K_STEP_RESET);
	e1k_adapter_unlock(priv->adapter);
	return err;
}

static const struct devlink_health_reporter_ops e1k_tx_reporter_ops = {
	.name = "tx",
	.default_graceful_period = E1K_HEALTH_GRACE_MS,
	.recover = e1k_devlink_recover,
	.dump = e1k_devlink_dump,
	.diagnose = e1k_devlink_diagnose,
};

static const struct devlink_health_reporter_ops e1k_rx_reporter_ops = {
	.name = "rx",
	.default_graceful_period = E1K_HEALTH_GRACE_MS,
	.recover = e1k_devlink_recover,
	.dump = e1k_devlink_dump,
	.diagnose = e1k_devlink_diagnose,
};

/**
 * e1k_devlink_create() - create and register the devlink instance
 * @adapter: the device, its interface registered
 * Context: may sleep. Recovery also works without reporters.
 * Return: 0, or -ENOMEM.
 */
int e1k_devlink_create(struct e1k_adapter *adapter)
{
	struct e1k_devlink *priv;
	struct devlink *devlink;

	devlink = devlink_alloc(&e1k_devlink_ops, sizeof(*priv),
				&adapter->hw.pdev->dev);
	if (!devlink)
		return -ENOMEM;
	priv = devlink_priv(devlink);
	priv->adapter = adapter;
	priv->tx = devlink_health_reporter_create(devlink, &e1k_tx_reporter_ops,
						  priv);
	priv->rx = devlink_health_reporter_create(devlink, &e1k_rx_reporter_ops,
						  priv);
	devlink_register(devlink);
	WRITE_ONCE(adapter->devlink, priv);
	return 0;
}

/**
 * e1k_devlink_destroy() - undo e1k_devlink_create()
 * @adapter: the device; the service work no longer runs
 * Context: may sleep; without RTNL.
 */
void e1k_devlink_destroy(struct e1k_adapter *adapter)
{
	struct e1k_devlink *priv = adapter->devlink;
	struct devlink *devlink = priv_to_devlink(priv);

	WRITE_ONCE(adapter->devlink, NULL);
	devlink_unregister(devlink);
	if (!IS_ERR(priv->tx))
		devlink_health_reporter_destroy(priv->tx);
	if (!IS_ERR(priv->rx))
		devlink_health_reporter_destroy(priv->rx);
	devlink_free(devlink);
}

/**
 * e1k_devlink_report() - report a hang: save a dump, then recover
 * @adapter: the device
 * @rx: reception hangs; otherwise transmission
 * @step: the recovery step
 * Context: the service work, without RTNL.
 */
void e1k_devlink_report(struct e1k_adapter *adapter, bool rx, enum e1k_recovery_step step)
{
	struct e1k_devlink *priv = READ_ONCE(adapter->devlink);
	struct devlink_health_reporter *reporter;

	reporter = priv ? rx ? priv->rx : priv->tx : NULL;
	if (!IS_ERR_OR_NULL(reporter)) {
		devlink_health_report(reporter, rx ? "receive hang" :
				      "transmit hang", &step);
		return;
	}
	e1k_adapter_lock(adapter);
	if (adapter->started)
		e1k_adapter_recover(adapter, step);
	e1k_adapter_unlock(adapter);
}

/**
 * e1k_devlink_report_healthy() - report success after a failed recovery
 * @adapter: the device
 * Context: may sleep. A reporter whose recovery failed would not try again.
 */
void e1k_devlink_report_healthy(struct e1k_adapter *adapter)
{
	struct e1k_devlink *priv = READ_ONCE(adapter->devlink);

	if (!priv)
		return;
	if (!IS_ERR(priv->tx))
		devlink_health_reporter_state_update(priv->tx,
						     DEVLINK_HEALTH_REPORTER_STATE_HEALTHY);
	if (!IS_ERR(priv->rx))
		devlink_health_reporter_state_update(priv->rx,
						     DEVLINK_HEALTH_REPORTER_STATE_HEALTHY);
}
