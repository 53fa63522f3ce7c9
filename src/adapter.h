/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device: what ties hardware, rings and interface together, and the only
 * owner of the order in which things start and stop.
 */
#ifndef E1K_ADAPTER_H
#define E1K_ADAPTER_H

#include <linux/netdevice.h>
#include <linux/pci.h>

#include "hw/hw.h"
#include "irq.h"
#include "ring_set.h"
#include "rx_ring.h"
#include "service.h"
#include "stats.h"
#include "tx_ring.h"

struct bpf_prog;
struct dentry;
struct e1k_devlink;
struct netlink_ext_ack;
struct xsk_buff_pool;

#define E1K_DRV_NAME		"e1k"

/* Headers and CRC around the payload that the MTU counts */
#define E1K_FRAME_OVERHEAD	(ETH_HLEN + ETH_FCS_LEN)

/**
 * enum e1k_recovery_step - steps against a hang, mildest first
 * @E1K_STEP_KICK: ring the doorbell again and poll
 * @E1K_STEP_RESTART: restart the transmit ring; reception goes on
 * @E1K_STEP_RESET: reset the NIC and write its whole state anew
 */
enum e1k_recovery_step {
	E1K_STEP_KICK,
	E1K_STEP_RESTART,
	E1K_STEP_RESET,
};

/**
 * struct e1k_health - what the watch over the data path remembers. RTNL
 * @checked: when it last looked, jiffies
 * @events: interrupts until then
 * @tx_clean: how far the transmit ring had come then
 * @tx_stuck: for how many looks it has not come further
 * @tx_step: what to try next
 * @rx_clean: how far the receive ring had come then
 * @rx_waiting: a received frame had not been taken then
 * @rx_stuck: for how many looks the NIC has disagreed about it
 * @irq_lost: looks in a row that found a frame whose interrupt had not come
 * @failures: resets in a row after which the NIC did not come back; the service
 *            work looks without RTNL whether there were any
 * @retry: when to try the next one, jiffies
 */
struct e1k_health {
	unsigned long checked;
	u16 events;
	u32 tx_clean;
	u8 tx_stuck;
	enum e1k_recovery_step tx_step;
	u32 rx_clean;
	bool rx_waiting;
	u8 rx_stuck;
	u8 irq_lost;
	u8 failures;
	unsigned long retry;
};

/**
 * struct e1k_adapter - one NIC, the private part of its net_device
 * @netdev: the interface
 * @hw: the hardware
 * @service: the way up: link, hangs, shortages
 * @irq: interrupt and NAPI
 * @stats: counters
 * @cfg: what @tx and @rx were, or will be, made from. RTNL
 * @tx: the transmit ring while up, else NULL. Written under RTNL and the
 *      transmit lock, the queue stopped
 * @rx: the receive ring while up, else NULL. Likewise
 * @page_pool_rx: see struct e1k_ring_set. RTNL
 * @xsk_rxq: what the buffers of the AF_XDP socket say of where they were
 * @prog: the XDP program, or NULL. RTNL
 * @health: the watch over both
 * @saved: the rings that wait while a self-test uses its own. RTNL
 * @started: data path running. RTNL
 * @link_cfg: what the user asked of the link. RTNL
 * @link: what became of it. RTNL
 * @wolopts: WAKE_* bits to arm on suspend. RTNL
 * @msg_enable: NETIF_MSG_* bits. RTNL
 * @devlink: the devlink instance's private part, or NULL
 * @debugfs: this device's directory
 */
struct e1k_adapter {
	struct net_device *netdev;
	struct e1k_hw hw;
	struct e1k_service service;
	struct e1k_irq irq;
	struct e1k_stats stats;

	struct e1k_cfg cfg;
	struct e1k_tx_ring *tx;
	struct e1k_rx_ring *rx;
	struct e1k_rx_ring *page_pool_rx;
	struct xdp_rxq_info xsk_rxq;
	struct bpf_prog *prog;
	struct e1k_health health;
	struct e1k_ring_set saved;
	bool started;

	struct e1k_link_cfg link_cfg;
	struct e1k_link link;
	u32 wolopts;
	u32 msg_enable;

	struct e1k_devlink *devlink;
	struct dentry *debugfs;
};

int e1k_adapter_init(struct e1k_adapter *adapter);
int e1k_adapter_open(struct e1k_adapter *adapter);
void e1k_adapter_close(struct e1k_adapter *adapter);
void e1k_adapter_suspend(struct e1k_adapter *adapter);
int e1k_adapter_resume(struct e1k_adapter *adapter);
int e1k_adapter_reset(struct e1k_adapter *adapter);
void e1k_adapter_kick(struct e1k_adapter *adapter);
int e1k_adapter_recover(struct e1k_adapter *adapter, enum e1k_recovery_step step);
int e1k_adapter_reconfigure(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
			    struct netlink_ext_ack *extack);
int e1k_adapter_test_begin(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
			   const struct e1k_link_cfg *link);
void e1k_adapter_test_end(struct e1k_adapter *adapter);
int e1k_adapter_check_xdp(const struct bpf_prog *prog, const struct e1k_cfg *cfg,
			  struct netlink_ext_ack *extack);
int e1k_adapter_set_xdp(struct e1k_adapter *adapter, struct bpf_prog *prog,
			struct netlink_ext_ack *extack);
int e1k_adapter_set_xsk(struct e1k_adapter *adapter, struct xsk_buff_pool *pool, u16 queue);
void e1k_adapter_apply_features(struct e1k_adapter *adapter, netdev_features_t features);

#endif /* E1K_ADAPTER_H */
