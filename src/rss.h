/* SPDX-License-Identifier: GPL-2.0-only */
/* Receive-side scaling: the ethtool operations */
#ifndef E1K_RSS_H
#define E1K_RSS_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>

struct e1k_adapter;

void e1k_rss_init(struct e1k_adapter *adapter);
u32 e1k_get_rx_ring_count(struct net_device *netdev);
u32 e1k_get_rxfh_key_size(struct net_device *netdev);
u32 e1k_get_rxfh_indir_size(struct net_device *netdev);
int e1k_get_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh);
int e1k_set_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		 struct netlink_ext_ack *extack);
int e1k_get_rxfh_fields(struct net_device *netdev,
			struct ethtool_rxfh_fields *fields);
int e1k_set_rxfh_fields(struct net_device *netdev,
			const struct ethtool_rxfh_fields *fields,
			struct netlink_ext_ack *extack);

#endif /* E1K_RSS_H */
