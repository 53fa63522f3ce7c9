/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_ETHTOOL_STATS_H
#define E1K_ETHTOOL_STATS_H

struct ethtool_eth_ctrl_stats;
struct ethtool_eth_mac_stats;
struct ethtool_eth_phy_stats;
struct ethtool_pause_stats;
struct ethtool_rmon_hist_range;
struct ethtool_rmon_stats;
struct net_device;

void e1k_get_pause_stats(struct net_device *netdev, struct ethtool_pause_stats *stats);
void e1k_get_eth_phy_stats(struct net_device *netdev, struct ethtool_eth_phy_stats *stats);
void e1k_get_eth_mac_stats(struct net_device *netdev, struct ethtool_eth_mac_stats *stats);
void e1k_get_eth_ctrl_stats(struct net_device *netdev,
			    struct ethtool_eth_ctrl_stats *stats);
void e1k_get_rmon_stats(struct net_device *netdev,
			struct ethtool_rmon_stats *stats,
			const struct ethtool_rmon_hist_range **ranges);

#endif /* E1K_ETHTOOL_STATS_H */
