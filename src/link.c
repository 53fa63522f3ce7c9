// SPDX-License-Identifier: GPL-2.0-only
/*
 * The link as users want it, and the service work: link state, and what the rooms
 * below asked for.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "adapter.h"
#include "netdev.h"
#include "tx.h"

/**
 * e1k_link_set() - change what is asked of the link
 * @adapter: the device
 * @cfg: the wish, checked by the caller
 *
 * Context: RTNL. The link may go down until negotiation is complete.
 * Return: 0, or the error of a PHY access; the old wish stands then.
 */
int e1k_link_set(struct e1k_adapter *adapter, const struct e1k_link_cfg *cfg)
{
	int err;

	err = e1k_phy_setup(&adapter->hw, cfg);
	if (err) {
		e1k_phy_setup(&adapter->hw, &adapter->link_cfg);
		return err;
	}
	adapter->link_cfg = *cfg;
	e1k_mac_link_force(&adapter->hw, cfg);
	/* Pause modes may have changed without the link going down */
	adapter->link.up = false;
	e1k_service_raise(&adapter->service, E1K_EVENT_LINK, 0);
	return 0;
}

/**
 * e1k_link_renegotiate() - negotiate the link anew, as it is
 * @adapter: the device, up and not forced
 *
 * Context: RTNL. The link goes down until negotiation is complete.
 * Return: 0, or the error of a PHY access.
 */
int e1k_link_renegotiate(struct e1k_adapter *adapter)
{
	int err = e1k_phy_restart(&adapter->hw);

	/* Emulations tell by LSC that the link is back, not that it went */
	if (!err)
		e1k_service_raise(&adapter->service, E1K_EVENT_LINK, 0);
	return err;
}

static const char *e1k_link_pause_name(const struct e1k_link *link)
{
	if (link->rx_pause)
		return link->tx_pause ? "rx/tx" : "rx";
	return link->tx_pause ? "tx" : "off";
}

static void e1k_link_up(struct e1k_adapter *adapter, const struct e1k_link *link)
{
	struct netdev_queue *txq = netdev_get_tx_queue(adapter->netdev, 0);
	bool was_up = netif_carrier_ok(adapter->netdev);
	bool changed;

	if (was_up && !memcmp(link, &adapter->link, sizeof(*link)))
		return;
	changed = link->speed != adapter->link.speed ||
		  link->full_duplex != adapter->link.full_duplex;
	adapter->link = *link;
	e1k_mac_link_apply(&adapter->hw, link,
			   adapter->cfg.mtu + E1K_FRAME_OVERHEAD + VLAN_HLEN);
	netif_carrier_on(adapter->netdev);
	/* QEMU keeps the link up meanwhile; bonds read the speed when notified */
	if (was_up && changed)
		netdev_state_change(adapter->netdev);
	netif_info(adapter, link, adapter->netdev,
		   "link is up, %u Mb/s %s duplex, pause %s\n", link->speed,
		   link->full_duplex ? "full" : "half",
		   e1k_link_pause_name(link));

	/* VirtualBox overlooks tail writes while the link is down */
	__netif_tx_lock_bh(txq);
	if (adapter->tx)
		e1k_tx_kick(adapter->tx);
	__netif_tx_unlock_bh(txq);
}

static void e1k_link_down(struct e1k_adapter *adapter)
{
	adapter->link.up = false;
	if (!netif_carrier_ok(adapter->netdev))
		return;
	netif_carrier_off(adapter->netdev);
	netif_info(adapter, link, adapter->netdev, "link is down\n");
}

static void e1k_link_check(struct e1k_adapter *adapter)
{
	struct e1k_link link;

	rtnl_lock();
	if (adapter->started) {
		e1k_mac_link_get(&adapter->hw, &adapter->link_cfg, &link);
		if (link.up)
			e1k_link_up(adapter, &link);
		else
			e1k_link_down(adapter);
	}
	rtnl_unlock();
}

static void e1k_link_serve(struct e1k_adapter *adapter, unsigned long events)
{
	if (events & BIT(E1K_EVENT_TX_HANG))
		e1k_health_recover_tx(adapter);
	if (events & BIT(E1K_EVENT_POLL))
		e1k_irq_kick(&adapter->irq);
	if ((events & BIT(E1K_EVENT_LINK)) ||
	    e1k_mac_link_is_up(&adapter->hw) != netif_carrier_ok(adapter->netdev))
		e1k_link_check(adapter);
	e1k_health_check(adapter);
	e1k_stats_keep_up(&adapter->stats, &adapter->hw);
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
	struct e1k_adapter *adapter = container_of(to_delayed_work(work),
						   struct e1k_adapter, service.work);
	unsigned long events = xchg(&adapter->service.events, 0);

	if (READ_ONCE(adapter->service.closed))
		return;
	if (READ_ONCE(adapter->hw.removed)) {
		if (!e1k_health_unresponsive(adapter))
			return;
	} else {
		e1k_link_serve(adapter, events);
	}
	if (netif_running(adapter->netdev) &&
	    (netif_device_present(adapter->netdev) ||
	     READ_ONCE(adapter->health.failures)))
		queue_delayed_work(system_dfl_wq, &adapter->service.work,
				   e1k_health_delay(adapter));
}
