/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_QMGMT_H
#define E1K_QMGMT_H

struct net_device;

void e1k_qmgmt_setup(struct net_device *netdev);

#endif /* E1K_QMGMT_H */
