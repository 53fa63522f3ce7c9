/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_ETHTOOL_H
#define E1K_ETHTOOL_H

struct net_device;

void e1k_ethtool_setup(struct net_device *netdev, bool rss);

#endif /* E1K_ETHTOOL_H */
