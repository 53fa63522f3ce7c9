// SPDX-License-Identifier: GPL-2.0-only
/*
 * Suspend, resume, shutdown.
 */
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/rtnetlink.h>

#include <e1k/dev.h>
#include <e1k/netdev.h>

static int e1k_pm_suspend(struct device *device)
{
	struct net_device *netdev = dev_get_drvdata(device);
	struct e1k_dev *dev = netdev_priv(netdev);

	rtnl_lock();
	netif_device_detach(netdev);
	e1k_dev_suspend(dev);
	if (device_may_wakeup(device))
		e1k_mac_set_wake(&dev->hw, dev->wolopts);
	rtnl_unlock();
	cancel_delayed_work_sync(&dev->service.work);
	return 0;
}

static int e1k_pm_resume(struct device *device)
{
	struct net_device *netdev = dev_get_drvdata(device);
	struct e1k_dev *dev = netdev_priv(netdev);
	int err;

	rtnl_lock();
	err = e1k_dev_resume(dev);
	if (!err)
		netif_device_attach(netdev);
	rtnl_unlock();
	return err;
}

/**
 * e1k_pm_shutdown() - leave the NIC silent for whatever boots next
 * @pdev: the PCI function
 *
 * Context: may sleep.
 */
void e1k_pm_shutdown(struct pci_dev *pdev)
{
	e1k_pm_suspend(&pdev->dev);
	pci_disable_device(pdev);
}

DEFINE_SIMPLE_DEV_PM_OPS(e1k_pm_ops, e1k_pm_suspend, e1k_pm_resume);
