// SPDX-License-Identifier: GPL-2.0-only
/*
 * The link as users want it, and the service work: link state, and what the rooms
 * below asked for.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "dev.h"
#include "netdev.h"
#include "tx.h"

/**
 * e1k_link_set() - change what is asked of the link
 * @dev: the device
 * @cfg: the wish, checked by the caller
 *
 * Context: RTNL. The link may go down until negotiation is complete.
 * Return: 0, or the error of a PHY access; the old wish stands then.
 */
int e1k_link_set(struct e1k_dev *dev, const struct e1k_link_cfg *cfg)
{
	int err;

	err = e1k_phy_setup(&dev->hw, cfg);
	if (err) {
		e1k_phy_setup(&dev->hw, &dev->link_cfg);
		return err;
	}
	dev->link_cfg = *cfg;
	e1k_mac_link_force(&dev->hw, cfg);
	/* Pause modes may have changed without the link going down */
	dev->link.up = false;
	e1k_service_raise(&dev->service, E1K_EVENT_LINK, 0);
	return 0;
}

/**
 * e1k_link_renegotiate() - negotiate the link anew, as it is
 * @dev: the device, up and not forced
 *
 * Context: RTNL. The link goes down until negotiation is complete.
 * Return: 0, or the error of a PHY access.
 */
int e1k_link_renegotiate(struct e1k_dev *dev)
{
	int err = e1k_phy_restart(&dev->hw);

	/* Emulations tell by LSC that the link is back, not that it went */
	if (!err)
		e1k_service_raise(&dev->service, E1K_EVENT_LINK, 0);
	return err;
}

static const char *e1k_link_pause_name(const struct e1k_link *link)
{
	if (link->rx_pause)
		return link->tx_pause ? "rx/tx" : "rx";
	return link->tx_pause ? "tx" : "off";
}

static void e1k_link_up(struct e1k_dev *dev, const struct e1k_link *link)
{
	struct netdev_queue *txq = netdev_get_tx_queue(dev->netdev, 0);
	bool was_up = netif_carrier_ok(dev->netdev);
	bool changed;

	if (was_up && !memcmp(link, &dev->link, sizeof(*link)))
		return;
	changed = link->speed != dev->link.speed ||
		  link->full_duplex != dev->link.full_duplex;
	dev->link = *link;
	e1k_mac_link_apply(&dev->hw, link,
			   dev->cfg.mtu + E1K_FRAME_OVERHEAD + VLAN_HLEN);
	netif_carrier_on(dev->netdev);
	/* QEMU keeps the link up meanwhile; bonds read the speed when notified */
	if (was_up && changed)
		netdev_state_change(dev->netdev);
	netif_info(dev, link, dev->netdev,
		   "link is up, %u Mb/s %s duplex, pause %s\n", link->speed,
		   link->full_duplex ? "full" : "half",
		   e1k_link_pause_name(link));

	/* VirtualBox overlooks tail writes while the link is down */
	__netif_tx_lock_bh(txq);
	if (dev->tx)
		e1k_tx_kick(dev->tx);
	__netif_tx_unlock_bh(txq);
}

static void e1k_link_down(struct e1k_dev *dev)
{
	dev->link.up = false;
	if (!netif_carrier_ok(dev->netdev))
		return;
	netif_carrier_off(dev->netdev);
	netif_info(dev, link, dev->netdev, "link is down\n");
}

static void e1k_link_check(struct e1k_dev *dev)
{
	struct e1k_link link;

	rtnl_lock();
	if (dev->started) {
		e1k_mac_link_get(&dev->hw, &dev->link_cfg, &link);
		if (link.up)
			e1k_link_up(dev, &link);
		else
			e1k_link_down(dev);
	}
	rtnl_unlock();
}

static void e1k_link_serve(struct e1k_dev *dev, unsigned long events)
{
	if (events & BIT(E1K_EVENT_TX_HANG))
		e1k_health_recover_tx(dev);
	if (events & BIT(E1K_EVENT_POLL))
		e1k_irq_kick(&dev->irq);
	if ((events & BIT(E1K_EVENT_LINK)) ||
	    e1k_mac_link_is_up(&dev->hw) != netif_carrier_ok(dev->netdev))
		e1k_link_check(dev);
	e1k_health_check(dev);
	e1k_stats_keep_up(&dev->stats, &dev->hw);
}

/**
 * e1k_link_service() - the service work
 * @work: of a struct e1k_service
 *
 * RTNL is taken only when something has to change.
 *
 * Context: process.
 */
void e1k_link_service(struct work_struct *work)
{
	struct e1k_dev *dev = container_of(to_delayed_work(work),
					   struct e1k_dev, service.work);
	unsigned long events = xchg(&dev->service.events, 0);

	if (READ_ONCE(dev->service.closed))
		return;
	if (READ_ONCE(dev->hw.removed)) {
		if (!e1k_health_unresponsive(dev))
			return;
	} else {
		e1k_link_serve(dev, events);
	}
	if (netif_running(dev->netdev) &&
	    (netif_device_present(dev->netdev) ||
	     READ_ONCE(dev->health.failures)))
		queue_delayed_work(system_dfl_wq, &dev->service.work,
				   e1k_health_delay(dev));
}
