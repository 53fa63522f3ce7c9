// SPDX-License-Identifier: GPL-2.0-only
/* Device ids, probe and remove */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/mii.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#include "adapter.h"
#include "devlink.h"
#include "ethtool.h"
#include "health.h"
#include "netdev.h"
#include "pm.h"
#include "qmgmt.h"
#include "rss.h"
#include "service_work.h"

/* All message classes that the driver uses; refusals are always logged */
#define E1K_DEFAULT_MSG	(NETIF_MSG_LINK | NETIF_MSG_RX_ERR | NETIF_MSG_TX_ERR | \
			 NETIF_MSG_INTR | NETIF_MSG_HW)

/*
 * Microseconds between interrupts: low latency, yet fewer than one interrupt
 * per frame. 0 where E1K_QUIRK_ITR_MS would make it a millisecond.
 */
#define E1K_DEFAULT_RX_USECS	20

static const struct pci_device_id e1k_pci_ids[] = {
	{ PCI_VDEVICE(INTEL, 0x1004) },	/* 82543GC, copper */
	{ PCI_VDEVICE(INTEL, 0x1008) },	/* 82544EI, copper */
	{ PCI_VDEVICE(INTEL, 0x100c) },	/* 82544GC, copper */
	{ PCI_VDEVICE(INTEL, 0x100e) },	/* 82540EM */
	{ PCI_VDEVICE(INTEL, 0x100f) },	/* 82545EM */
	/* 82574L, of QEMU and VMware: never tried on a card */
	{ PCI_DEVICE_SUB(PCI_VENDOR_ID_INTEL, 0x10d3, PCI_VENDOR_ID_INTEL, 0) },
	{ PCI_DEVICE_SUB(PCI_VENDOR_ID_INTEL, 0x10d3, PCI_VENDOR_ID_VMWARE,
			 PCI_ANY_ID) },
	{ }
};
MODULE_DEVICE_TABLE(pci, e1k_pci_ids);

static int e1k_set_dma_mask(struct pci_dev *pdev)
{
	int err;

	err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (err)
		err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32));
	if (err)
		dev_err(&pdev->dev, "no usable DMA mask: %pe\n", ERR_PTR(err));
	/* Descriptors get single pages, however long a provider's segment is */
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);
	return err;
}

static int e1k_map_regs(struct pci_dev *pdev, struct e1k_hw *hw)
{
	if (!(pci_resource_flags(pdev, 0) & IORESOURCE_MEM) ||
	    pci_resource_len(pdev, 0) < E1K_REGS_LEN) {
		dev_err(&pdev->dev, "BAR 0 is not a register window: %pR\n",
			&pdev->resource[0]);
		return -ENODEV;
	}
	hw->addr = pci_ioremap_bar(pdev, 0);
	if (!hw->addr) {
		dev_err(&pdev->dev, "cannot map BAR 0\n");
		return -ENOMEM;
	}
	return 0;
}

/* A NIC without a valid address still works, with a random one. */
static void e1k_choose_mac(struct e1k_adapter *adapter)
{
	struct device *device = &adapter->hw.pdev->dev;
	u8 addr[ETH_ALEN];
	int err;

	err = e1k_nvm_check(&adapter->hw);
	if (err)
		dev_warn(device, "%s: EEPROM unreadable or its checksum wrong: %pe\n",
			 adapter->hw.chip->name, ERR_PTR(err));
	if (!err)
		err = e1k_nvm_read_mac(&adapter->hw, addr);
	if (!err) {
		eth_hw_addr_set(adapter->netdev, addr);
		ether_addr_copy(adapter->netdev->perm_addr, addr);
	} else {
		eth_hw_addr_random(adapter->netdev);
		dev_warn(device, "%s: no valid MAC address in the EEPROM, using random %pM\n",
			 adapter->hw.chip->name, adapter->netdev->dev_addr);
	}
	e1k_filter_set_rar(&adapter->hw, 0, adapter->netdev->dev_addr);
}

static void e1k_set_defaults(struct e1k_adapter *adapter)
{
	adapter->cfg = (struct e1k_cfg) {
		.rx_size = E1K_RING_DEFAULT,
		.tx_size = E1K_RING_DEFAULT,
		.mtu = ETH_DATA_LEN,
	};
	adapter->link_cfg = (struct e1k_link_cfg) {
		.autoneg = true,
		.adv = ADVERTISE_ALL | ADVERTISE_CSMA,
		.adv1000 = ADVERTISE_1000FULL,
		.pause_autoneg = true,
		.rx_pause = true,
		.tx_pause = true,
	};
	adapter->msg_enable = E1K_DEFAULT_MSG;
}

static struct e1k_adapter *e1k_alloc(struct pci_dev *pdev)
{
	u32 queues = e1k_chip_find(pdev->device)->has_msix ? E1K_QUEUES_MAX : 1;
	struct e1k_adapter *adapter;
	struct net_device *netdev;

	netdev = alloc_etherdev_mq(sizeof(struct e1k_adapter), queues);
	if (!netdev)
		return NULL;
	SET_NETDEV_DEV(netdev, &pdev->dev);
	pci_set_drvdata(pdev, netdev);

	adapter = netdev_priv(netdev);
	adapter->netdev = netdev;
	adapter->hw.service = &adapter->service;
	INIT_DELAYED_WORK(&adapter->service.work, e1k_service_work);
	e1k_health_init(adapter);
	e1k_hw_identify(&adapter->hw, pdev);
	e1k_stats_init(&adapter->stats);
	e1k_ptp_init(&adapter->ptp, &adapter->hw);
	e1k_set_defaults(adapter);
	return adapter;
}

/* Log model, platform and quirks once, for problem reports. */
static void e1k_announce(struct e1k_adapter *adapter)
{
	char quirks[E1K_QUIRK_TEXT_LEN];

	e1k_quirk_text(&adapter->hw, quirks, sizeof(quirks));
	netdev_info(adapter->netdev, "%s on %s, %pM, quirks %s\n",
		    adapter->hw.chip->name, adapter->hw.platform->name,
		    adapter->netdev->dev_addr, quirks);
	if (adapter->hw.chip->is_pcie && adapter->hw.platform->is_hardware)
		netdev_warn(adapter->netdev, "never tried on a real %s\n",
			    adapter->hw.chip->name);
}

/* As many queue pairs as there are vectors, and CPUs to use them. */
static int e1k_init_queues(struct e1k_adapter *adapter)
{
	struct e1k_hw *hw = &adapter->hw;
	struct e1k_queue *q;
	int err;

	err = e1k_irq_alloc_vectors(hw);
	if (err)
		return err;
	adapter->stats.queues = hw->queues;
	adapter->cfg.queues = min_t(u32, hw->queues, netif_get_num_default_rss_queues());
	e1k_for_each_vector(q, adapter) {
		if (e1k_has_itr(hw) && !e1k_has_quirk(hw, E1K_QUIRK_ITR_MS))
			q->irq.coal.rx_usecs = E1K_DEFAULT_RX_USECS;
		e1k_irq_init(&q->irq, hw, adapter->netdev, q - adapter->queue);
	}
	e1k_rss_init(adapter);
	return netif_set_real_num_queues(adapter->netdev, adapter->cfg.queues,
					 adapter->cfg.queues);
}

static void e1k_exit_queues(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_for_each_vector(q, adapter)
		e1k_irq_exit(&q->irq);
	e1k_irq_free_vectors(&adapter->hw);
}

/* Some quirks only registers tell, and features and interrupts follow them. */
static int e1k_init(struct e1k_adapter *adapter)
{
	int err;

	err = e1k_hw_probe_quirks(&adapter->hw);
	if (err)
		return err;
	err = e1k_init_queues(adapter);
	if (err)
		return err;
	e1k_netdev_setup(adapter->netdev);
	e1k_ethtool_setup(adapter->netdev, adapter->hw.msix);
	/* Elsewhere a reset would stop the other queue, too */
	if (adapter->hw.msix && e1k_has_cap(&adapter->hw, E1K_CAP_LIVE_RINGS))
		e1k_qmgmt_setup(adapter->netdev);
	err = e1k_adapter_init(adapter);
	if (err)
		e1k_exit_queues(adapter);
	else
		e1k_ptp_register(&adapter->ptp);
	return err;
}

static int e1k_register(struct e1k_adapter *adapter)
{
	int err;

	netif_carrier_off(adapter->netdev);
	err = register_netdev(adapter->netdev);
	if (err)
		return err;
	e1k_adapter_lock(adapter);
	e1k_adapter_set_xps(adapter);
	e1k_adapter_unlock(adapter);
	return 0;
}

static int e1k_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct e1k_adapter *adapter;
	int err;

	if (!e1k_chip_find(pdev->device)) {
		dev_err(&pdev->dev, "unsupported device %04x:%04x\n",
			pdev->vendor, pdev->device);
		return -ENODEV;
	}
	err = pci_enable_device_mem(pdev);
	if (err)
		return err;
	err = e1k_set_dma_mask(pdev);
	if (err)
		goto err_disable_device;
	err = pci_request_mem_regions(pdev, E1K_DRV_NAME);
	if (err)
		goto err_disable_device;

	adapter = e1k_alloc(pdev);
	if (!adapter) {
		err = -ENOMEM;
		goto err_release_regions;
	}
	err = e1k_map_regs(pdev, &adapter->hw);
	if (err)
		goto err_free_dev;
	err = e1k_init(adapter);
	if (err)
		goto err_unmap_regs;
	e1k_choose_mac(adapter);

	err = e1k_register(adapter);
	if (err)
		goto err_unregister_ptp;
	err = e1k_devlink_create(adapter);
	if (err)
		goto err_unregister_netdev;
	e1k_announce(adapter);
	/* The state to restore after a bus error, or a reset by others */
	pci_save_state(pdev);
	return 0;

err_unregister_netdev:
	unregister_netdev(adapter->netdev);
err_unregister_ptp:
	e1k_ptp_unregister(&adapter->ptp);
	e1k_exit_queues(adapter);
err_unmap_regs:
	cancel_delayed_work_sync(&adapter->service.work);
	iounmap(adapter->hw.addr);
err_free_dev:
	free_netdev(adapter->netdev);
err_release_regions:
	pci_release_mem_regions(pdev);
err_disable_device:
	pci_disable_device(pdev);
	return err;
}

static void e1k_remove(struct pci_dev *pdev)
{
	struct net_device *netdev = pci_get_drvdata(pdev);
	struct e1k_adapter *adapter = netdev_priv(netdev);

	unregister_netdev(netdev);
	/*
	 * The work reports to devlink, and devlink requests read registers,
	 * which may raise the work again: ->closed makes that run return at
	 * once.
	 */
	WRITE_ONCE(adapter->service.closed, true);
	cancel_delayed_work_sync(&adapter->service.work);
	e1k_devlink_destroy(adapter);
	e1k_ptp_unregister(&adapter->ptp);
	cancel_delayed_work_sync(&adapter->service.work);
	e1k_exit_queues(adapter);
	iounmap(adapter->hw.addr);
	free_netdev(netdev);
	pci_release_mem_regions(pdev);
	pci_disable_device(pdev);
}

static struct pci_driver e1k_pci_driver = {
	.name		= E1K_DRV_NAME,
	.id_table	= e1k_pci_ids,
	.probe		= e1k_probe,
	.remove		= e1k_remove,
	.shutdown	= e1k_pm_shutdown,
	.err_handler	= &e1k_pm_err_handlers,
	.driver.pm	= pm_sleep_ptr(&e1k_pm_ops),
};
module_pci_driver(e1k_pci_driver);

MODULE_AUTHOR("The e1k developers");
MODULE_DESCRIPTION("Driver for 8254x and 82574 gigabit Ethernet, as virtual machines emulate it");
MODULE_LICENSE("GPL");
