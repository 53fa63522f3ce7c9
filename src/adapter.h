/* SPDX-License-Identifier: GPL-2.0-only */
/* The device: hardware layer, rings and interface, and their start and stop */
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

/* Bytes of a frame that the MTU does not count */
#define E1K_FRAME_OVERHEAD	(ETH_HLEN + ETH_FCS_LEN)

/**
 * enum e1k_recovery_step - steps against a hang, mildest first
 * @E1K_STEP_KICK: write the tail again and poll
 * @E1K_STEP_RESTART: restart the transmit ring, without stopping reception
 * @E1K_STEP_RESET: reset the NIC and write its whole state
 */
enum e1k_recovery_step {
	E1K_STEP_KICK,
	E1K_STEP_RESTART,
	E1K_STEP_RESET,
};

/**
 * struct e1k_health - state of the hang detection. RTNL
 * @checked: time of the last check, jiffies
 * @events: interrupt count when an interrupt was last lost
 * @tx_clean: the transmit ring's next_to_clean at the last check
 * @tx_stuck: consecutive checks without progress of a non-empty transmit ring
 * @tx_step: next recovery step
 * @rx_clean: the receive ring's next_to_clean at the last check
 * @rx_waiting: a completed receive descriptor was unprocessed at the last check
 * @rx_stuck: consecutive checks at which NIC and driver disagreed on the ring
 * @irq_lost: consecutive checks that found a frame but no interrupt
 * @failures: consecutive failed resets; the service work reads it without RTNL
 * @retry: when to retry a failed reset, jiffies
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
 * @hw: the hardware layer
 * @service: the service work, for what needs process context
 * @irq: interrupt and NAPI
 * @stats: counters
 * @cfg: configuration of @tx and @rx, or of the next ones. RTNL
 * @tx: the transmit ring while up, else NULL. Written under RTNL and the
 *      transmit lock, with the queue stopped
 * @rx: the receive ring while up, else NULL. Likewise
 * @page_pool_rx: see struct e1k_ring_set. RTNL
 * @xsk_rxq: rxq info of the AF_XDP socket's buffers. RTNL
 * @prog: the XDP program, or NULL. RTNL
 * @health: state of the hang detection. RTNL
 * @saved: the rings put aside while a self-test uses its own. RTNL
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
};

int e1k_adapter_init(struct e1k_adapter *adapter);
int e1k_adapter_open(struct e1k_adapter *adapter);
void e1k_adapter_close(struct e1k_adapter *adapter);
void e1k_adapter_suspend(struct e1k_adapter *adapter);
int e1k_adapter_resume(struct e1k_adapter *adapter);
int e1k_adapter_reset(struct e1k_adapter *adapter);
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
