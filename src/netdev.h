/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_NETDEV_H
#define E1K_NETDEV_H

struct net_device;

void e1k_netdev_setup(struct net_device *netdev);

#endif /* E1K_NETDEV_H */
