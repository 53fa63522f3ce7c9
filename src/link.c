// SPDX-License-Identifier: GPL-2.0-only
/* Link settings and link state. */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "adapter.h"
#include "link.h"

/**
 * e1k_link_set() - change the link settings
 * @adapter: the device
 * @cfg: new settings, checked by the caller
 * Context: RTNL. The link may go down until negotiation is complete.
 * Return: 0, or the error of a PHY access, with the old settings in force.
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
	/* The pause modes may change without the link going down */
	adapter->link.up = false;
	e1k_service_raise(&adapter->service, E1K_EVENT_LINK, 0);
	return 0;
}

/**
 * e1k_link_renegotiate() - restart negotiation with unchanged settings
 * @adapter: the device, up and not forced
 * Context: RTNL. The link goes down until negotiation is complete.
 * Return: 0, or the error of a PHY access.
 */
int e1k_link_renegotiate(struct e1k_adapter *adapter)
{
	int err = e1k_phy_restart(&adapter->hw);

	/* Emulations raise LSC when the link returns, not when it goes down */
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

/* Return true if the stack has to be told, by netdev_state_change(). */
static bool e1k_link_up(struct e1k_adapter *adapter, const struct e1k_link *link)
{
	bool was_up = netif_carrier_ok(adapter->netdev);
	bool changed;

	if (was_up && !memcmp(link, &adapter->link, sizeof(*link)))
		return false;
	changed = link->speed != adapter->link.speed ||
		  link->full_duplex != adapter->link.full_duplex;
	adapter->link = *link;
	e1k_mac_link_apply(&adapter->hw, link,
			   adapter->cfg.mtu + E1K_FRAME_OVERHEAD + VLAN_HLEN);
	netif_carrier_on(adapter->netdev);
	netif_info(adapter, link, adapter->netdev,
		   "link is up, %u Mb/s %s duplex, pause %s\n", link->speed,
		   link->full_duplex ? "full" : "half",
		   e1k_link_pause_name(link));

	/* VirtualBox ignores tail writes while the link is down */
	e1k_adapter_kick_tx(adapter);
	/* QEMU keeps the link up; bonds read the speed when notified */
	return was_up && changed;
}

static void e1k_link_down(struct e1k_adapter *adapter)
{
	adapter->link.up = false;
	if (!netif_carrier_ok(adapter->netdev))
		return;
	netif_carrier_off(adapter->netdev);
	netif_info(adapter, link, adapter->netdev, "link is down\n");
}

/**
 * e1k_link_check() - read the state of the link and report it to the stack
 * @adapter: the device
 * Context: the service work, without RTNL.
 */
void e1k_link_check(struct e1k_adapter *adapter)
{
	bool changed = false;
	struct e1k_link link;

	e1k_adapter_lock(adapter);
	if (adapter->started) {
		e1k_mac_link_get(&adapter->hw, &adapter->link_cfg, &link);
		if (link.up)
			changed = e1k_link_up(adapter, &link);
		else
			e1k_link_down(adapter);
	}
	e1k_adapter_unlock(adapter);
	if (!changed)
		return;
	/* This takes the instance lock itself */
	rtnl_lock();
	netdev_state_change(adapter->netdev);
	rtnl_unlock();
}
