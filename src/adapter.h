/* SPDX-License-Identifier: GPL-2.0-only */
/* The device: hardware layer, rings and interface, and their start and stop */
#ifndef E1K_ADAPTER_H
#define E1K_ADAPTER_H

#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <net/netdev_lock.h>

#include "flow.h"
#include "hw/hw.h"
#include "ptp.h"
#include "queue.h"
#include "service.h"
#include "stats.h"

struct bpf_prog;
struct dentry;
struct e1k_devlink;
struct netlink_ext_ack;
struct xsk_buff_pool;

#define E1K_DRV_NAME		"e1k"

/* Bytes of a frame that the MTU does not count */
#define E1K_FRAME_OVERHEAD	(ETH_HLEN + ETH_FCS_LEN)

/**
 * struct e1k_health - hang detection of the device, see also e1k_queue_health.
 * RTNL
 * @checked: time of the last check, jiffies
 * @failures: consecutive failed resets; the service work reads it without RTNL
 * @retry: when to retry a failed reset, jiffies
 */
struct e1k_health {
	unsigned long checked;
	u8 failures;
	unsigned long retry;
};

/**
 * struct e1k_adapter - one NIC, the private part of its net_device
 * @netdev: the interface
 * @hw: the hardware layer
 * @service: the service work, for what needs process context
 * @stats: counters
 * @ptp: the PTP hardware clock, if there is one
 * @cfg: configuration of the rings, or of the next ones. RTNL
 * @queue: queue pairs; hw.queues of them have a vector
 * @tx: their transmit rings once more, for a short ndo_start_xmit()
 * @nr_queues: how many have rings; 0 while down. RTNL
 * @prog: the XDP program, or NULL. RTNL
 * @health: state of the hang detection. RTNL
 * @flow: flow rules. RTNL
 * @started: the data path runs. RTNL
 * @link_cfg: link settings requested by the user. RTNL
 * @link: state of the link. RTNL
 * @wolopts: WAKE_* bits to arm on suspend. RTNL
 * @msg_enable: NETIF_MSG_* bits. RTNL
 * @devlink: private part of the devlink instance, or NULL
 */
struct e1k_adapter {
	struct net_device *netdev;
	struct e1k_hw hw;
	struct e1k_service service;
	struct e1k_stats stats;
	struct e1k_ptp ptp;

	struct e1k_cfg cfg;
	struct e1k_queue queue[E1K_QUEUES_MAX];
	struct e1k_tx_ring *tx[E1K_QUEUES_MAX];
	u32 nr_queues;
	struct bpf_prog *prog;
	struct e1k_health health;
	struct e1k_flow flow;
	bool started;

	struct e1k_link_cfg link_cfg;
	struct e1k_link link;
	u32 wolopts;
	u32 msg_enable;

	struct e1k_devlink *devlink;
};

/**
 * e1k_adapter_lock() - take what the comments call RTNL, outside of an operation
 * @adapter: the device
 *
 * Operations of the interface have the netdev's instance lock; most have RTNL as
 * well, queue operations and some of ethtool have not. So the instance lock is what
 * protects, on kernels that have one. RTNL is for functions of the stack.
 * Context: may sleep; without either.
 */
static inline void e1k_adapter_lock(struct e1k_adapter *adapter)
{
	rtnl_lock();
	netdev_lock_ops(adapter->netdev);
}

static inline void e1k_adapter_unlock(struct e1k_adapter *adapter)
{
	netdev_unlock_ops(adapter->netdev);
	rtnl_unlock();
}

/* Do not wait for RTNL. Without it the instance lock is held for moments only. */
static inline bool e1k_adapter_trylock(struct e1k_adapter *adapter)
{
	if (!rtnl_trylock())
		return false;
	netdev_lock_ops(adapter->netdev);
	return true;
}

/* The queue pairs that have rings. RTNL */
#define e1k_for_each_queue(q, adapter)					\
	for ((q) = (adapter)->queue;					\
	     (q) < (adapter)->queue + (adapter)->nr_queues; (q)++)

/* The queue pairs that have a vector. RTNL */
#define e1k_for_each_vector(q, adapter)					\
	for ((q) = (adapter)->queue;					\
	     (q) < (adapter)->queue + (adapter)->hw.queues; (q)++)

int e1k_adapter_init(struct e1k_adapter *adapter);
int e1k_adapter_open(struct e1k_adapter *adapter);
void e1k_adapter_close(struct e1k_adapter *adapter);
struct e1k_ring_owner e1k_adapter_ring_owner(struct e1k_adapter *adapter,
					     const struct e1k_cfg *cfg, u32 queue);
void e1k_adapter_program_rx(struct e1k_adapter *adapter, struct e1k_rx_ring *rx);
void e1k_adapter_exchange_rx(struct e1k_adapter *adapter, struct e1k_queue *q,
			     struct e1k_rx_ring *rx);
void e1k_adapter_set_rings(struct e1k_adapter *adapter, struct e1k_queue *q,
			   const struct e1k_ring_set *rings);
void e1k_adapter_start(struct e1k_adapter *adapter);
int e1k_adapter_stop(struct e1k_adapter *adapter);
void e1k_adapter_empty_rx(struct e1k_adapter *adapter);
void e1k_adapter_suspend(struct e1k_adapter *adapter);
int e1k_adapter_resume(struct e1k_adapter *adapter);
int e1k_adapter_reset(struct e1k_adapter *adapter);
void e1k_adapter_kick_tx(struct e1k_adapter *adapter);
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
void e1k_adapter_set_xps(struct e1k_adapter *adapter);
int e1k_adapter_set_queues(struct e1k_adapter *adapter, u32 queues);
int e1k_adapter_set_split(struct e1k_adapter *adapter, const struct e1k_cfg *cfg,
			  struct netlink_ext_ack *extack);
int e1k_adapter_set_xsk(struct e1k_adapter *adapter, struct xsk_buff_pool *pool, u16 queue);
void e1k_adapter_apply_features(struct e1k_adapter *adapter, netdev_features_t features);

#endif /* E1K_ADAPTER_H */
