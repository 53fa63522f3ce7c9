// SPDX-License-Identifier: GPL-2.0-only
/* Suspend, resume and shutdown; also for function resets and PCI errors */
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/pm.h>

#include "adapter.h"
#include "pm.h"

/* No register is accessed after this until e1k_pm_go(). */
static void e1k_pm_halt(struct net_device *netdev, u32 wolopts)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_adapter_lock(adapter);
	netif_device_detach(netdev);
	e1k_adapter_suspend(adapter);
	if (wolopts)
		e1k_mac_set_wake(&adapter->hw, wolopts);
	WRITE_ONCE(adapter->hw.detached, true);
	e1k_adapter_unlock(adapter);
	cancel_delayed_work_sync(&adapter->service.work);
	e1k_irq_settle(&adapter->hw);
}

static int e1k_pm_go(struct net_device *netdev)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	int err;

	e1k_adapter_lock(adapter);
	err = e1k_adapter_resume(adapter);
	/* If the interface is down, the next open retries */
	if (!err || !netif_running(netdev))
		netif_device_attach(netdev);
	e1k_adapter_unlock(adapter);
	return err;
}

static int e1k_pm_suspend(struct device *device)
{
	struct net_device *netdev = dev_get_drvdata(device);
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_pm_halt(netdev, device_may_wakeup(device) ? adapter->wolopts : 0);
	return 0;
}

static int e1k_pm_resume(struct device *device)
{
	return e1k_pm_go(dev_get_drvdata(device));
}

/**
 * e1k_pm_shutdown() - stop the NIC before reboot or kexec
 * @pdev: the PCI function
 * Context: may sleep.
 */
void e1k_pm_shutdown(struct pci_dev *pdev)
{
	e1k_pm_suspend(&pdev->dev);
	pci_disable_device(pdev);
}

DEFINE_SIMPLE_DEV_PM_OPS(e1k_pm_ops, e1k_pm_suspend, e1k_pm_resume);

static pci_ers_result_t e1k_pm_error_detected(struct pci_dev *pdev,
					      pci_channel_state_t state)
{
	struct e1k_adapter *adapter = netdev_priv(pci_get_drvdata(pdev));

	/* No register can be read behind a frozen bus */
	if (state != pci_channel_io_normal)
		WRITE_ONCE(adapter->hw.detached, true);
	e1k_pm_halt(adapter->netdev, 0);
	return state == pci_channel_io_perm_failure ?
	       PCI_ERS_RESULT_DISCONNECT : PCI_ERS_RESULT_NEED_RESET;
}

static pci_ers_result_t e1k_pm_slot_reset(struct pci_dev *pdev)
{
	struct e1k_adapter *adapter = netdev_priv(pci_get_drvdata(pdev));

	/* Still enabled: recovery may end early, and be retried */
	pci_restore_state(pdev);
	pci_save_state(pdev);
	/* Registers may read as zeros behind a bridge that lost its windows */
	return pci_device_is_present(pdev) && e1k_hw_revive(&adapter->hw) ?
	       PCI_ERS_RESULT_RECOVERED : PCI_ERS_RESULT_DISCONNECT;
}

static void e1k_pm_error_resume(struct pci_dev *pdev)
{
	e1k_pm_go(pci_get_drvdata(pdev));
}

static void e1k_pm_reset_prepare(struct pci_dev *pdev)
{
	e1k_pm_halt(pci_get_drvdata(pdev), 0);
}

static void e1k_pm_reset_done(struct pci_dev *pdev)
{
	struct net_device *netdev = pci_get_drvdata(pdev);
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_hw_revive(&adapter->hw);
	e1k_pm_go(netdev);
}

const struct pci_error_handlers e1k_pm_err_handlers = {
	.error_detected	= e1k_pm_error_detected,
	.slot_reset	= e1k_pm_slot_reset,
	.resume		= e1k_pm_error_resume,
	.reset_prepare	= e1k_pm_reset_prepare,
	.reset_done	= e1k_pm_reset_done,
};
