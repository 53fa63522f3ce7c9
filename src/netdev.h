/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The faces the kernel sees, and the service work behind them.
 */
#ifndef E1K_NETDEV_H
#define E1K_NETDEV_H

#include <linux/pci.h>
#include <linux/workqueue.h>

#include "adapter.h"

struct ethtool_test;
struct net_device;

/* netdev.c */
void e1k_netdev_setup(struct net_device *netdev);

/* ethtool.c */
void e1k_ethtool_setup(struct net_device *netdev);

/* selftest.c */
int e1k_selftest_count(void);
void e1k_selftest_get_strings(u8 *data);
void e1k_selftest(struct e1k_adapter *adapter, struct ethtool_test *test, u64 *data);

/* devlink.c */
int e1k_devlink_create(struct e1k_adapter *adapter);
void e1k_devlink_destroy(struct e1k_adapter *adapter);
void e1k_devlink_report(struct e1k_adapter *adapter, bool rx, enum e1k_recovery_step step);
void e1k_devlink_report_healthy(struct e1k_adapter *adapter);

/* debugfs.c */
void e1k_debugfs_init(void);
void e1k_debugfs_exit(void);
void e1k_debugfs_create(struct e1k_adapter *adapter);
void e1k_debugfs_destroy(struct e1k_adapter *adapter);

/* health.c */
void e1k_health_init(struct e1k_adapter *adapter);
void e1k_health_check(struct e1k_adapter *adapter);
void e1k_health_recover_tx(struct e1k_adapter *adapter);
unsigned long e1k_health_delay(struct e1k_adapter *adapter);
bool e1k_health_unresponsive(struct e1k_adapter *adapter);

/* link.c */
int e1k_link_set(struct e1k_adapter *adapter, const struct e1k_link_cfg *cfg);
int e1k_link_renegotiate(struct e1k_adapter *adapter);
void e1k_link_service(struct work_struct *work);

/* pm.c */
extern const struct dev_pm_ops e1k_pm_ops;
extern const struct pci_error_handlers e1k_pm_err_handlers;
void e1k_pm_shutdown(struct pci_dev *pdev);

#endif /* E1K_NETDEV_H */
