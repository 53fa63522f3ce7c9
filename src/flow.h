/* SPDX-License-Identifier: GPL-2.0-only */
/* Flow rules: a TCP port gets a queue of its own */
#ifndef E1K_FLOW_H
#define E1K_FLOW_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "hw/82574.h"

struct e1k_adapter;

/* Queue of all rules: packets without a hash go to queue 0 */
#define E1K_FLOW_QUEUE		1
#define E1K_FLOW_RULES_MAX	16

/**
 * struct e1k_flow - the rules. RTNL
 * @nr: number of rules
 * @rule: by location; flow_type is 0 if there is none
 * @rss: the user's RSS settings, while the rules determine the key
 */
struct e1k_flow {
	u32 nr;
	struct ethtool_rx_flow_spec rule[E1K_FLOW_RULES_MAX];
	struct e1k_rss rss;
};

int e1k_get_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *nfc, u32 *rules);
int e1k_set_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *nfc);
int e1k_flow_check(struct e1k_adapter *adapter, const struct e1k_rss *rss,
		   struct netlink_ext_ack *extack);
int e1k_flow_check_queues(struct e1k_adapter *adapter, u32 queues);
void e1k_flow_set_rss(struct e1k_adapter *adapter, const struct e1k_rss *rss);
netdev_features_t e1k_flow_fix_features(const struct e1k_adapter *adapter,
					netdev_features_t features);
void e1k_flow_clear(struct e1k_adapter *adapter);

#endif /* E1K_FLOW_H */
