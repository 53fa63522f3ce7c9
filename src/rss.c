// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive-side scaling: the ethtool operations. The NIC hashes addresses, and
 * with TCP ports, and looks the queue up in a table.
 */
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>

#include "adapter.h"
#include "flow.h"
#include "rss.h"

#define E1K_RXH_IP	(RXH_IP_SRC | RXH_IP_DST)
#define E1K_RXH_PORTS	(E1K_RXH_IP | RXH_L4_B_0_1 | RXH_L4_B_2_3)

/**
 * e1k_rss_init() - choose key, table and types
 * @adapter: the device, not yet registered; cfg.queues is set
 */
void e1k_rss_init(struct e1k_adapter *adapter)
{
	struct e1k_rss *rss = &adapter->hw.rss;

	netdev_rss_key_fill(rss->key, sizeof(rss->key));
	e1k_82574_spread(&adapter->hw, adapter->cfg.queues);
	rss->types = E1K_MRQC_TCP4 | E1K_MRQC_IP4 | E1K_MRQC_TCP6 |
		     E1K_MRQC_IP6_EX | E1K_MRQC_IP6;
}

/* The user's settings: with flow rules, the NIC's are different. */
static const struct e1k_rss *e1k_rss_wanted(const struct e1k_adapter *adapter)
{
	return adapter->flow.nr ? &adapter->flow.rss : &adapter->hw.rss;
}

/**
 * e1k_get_rx_ring_count() - number of queues that the table may name
 * @netdev: the interface
 * Return: the number.
 */
u32 e1k_get_rx_ring_count(struct net_device *netdev)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	return adapter->cfg.queues;
}

/**
 * e1k_get_rxfh_key_size() - size of the key
 * @netdev: the interface
 * Return: bytes.
 */
u32 e1k_get_rxfh_key_size(struct net_device *netdev)
{
	return E1K_RSSRK_LEN;
}

/**
 * e1k_get_rxfh_indir_size() - size of the table
 * @netdev: the interface
 * Return: entries.
 */
u32 e1k_get_rxfh_indir_size(struct net_device *netdev)
{
	return E1K_RETA_LEN;
}

/**
 * e1k_get_rxfh() - get table, key and hash function
 * @netdev: the interface
 * @rxfh: filled in; table and key if there is room for them
 * Context: RTNL.
 * Return: 0.
 */
int e1k_get_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh)
{
	const struct e1k_adapter *adapter = netdev_priv(netdev);
	const struct e1k_rss *rss = e1k_rss_wanted(adapter);
	u32 i;

	rxfh->hfunc = ETH_RSS_HASH_TOP;
	if (rxfh->key)
		memcpy(rxfh->key, rss->key, sizeof(rss->key));
	for (i = 0; rxfh->indir && i < E1K_RETA_LEN; i++)
		rxfh->indir[i] = rss->table[i];
	return 0;
}

/**
 * e1k_set_rxfh() - set table, key and hash function
 * @netdev: the interface
 * @rxfh: table and key, or NULL to keep them; checked by the core
 * @extack: for the reason of a refusal; or NULL
 * Context: RTNL.
 * Return: 0, -EOPNOTSUPP for another hash function, or -EBUSY.
 */
int e1k_set_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		 struct netlink_ext_ack *extack)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_rss rss = *e1k_rss_wanted(adapter);
	int err;
	u32 i;

	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG_MOD(extack, "the only hash function is toeplitz");
		return -EOPNOTSUPP;
	}
	if (rxfh->key)
		memcpy(rss.key, rxfh->key, sizeof(rss.key));
	for (i = 0; rxfh->indir && i < E1K_RETA_LEN; i++)
		rss.table[i] = rxfh->indir[i];
	err = e1k_flow_check(adapter, &rss, extack);
	if (!err)
		e1k_flow_set_rss(adapter, &rss);
	return err;
}

/* Return the MRQC bit that adds the ports to the hash, or 0. */
static u32 e1k_rss_port_type(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW:
		return E1K_MRQC_TCP4;
	case TCP_V6_FLOW:
		return E1K_MRQC_TCP6;
	default:
		return 0;
	}
}

static bool e1k_rss_is_hashed(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW:
	case UDP_V4_FLOW:
	case SCTP_V4_FLOW:
	case AH_ESP_V4_FLOW:
	case AH_V4_FLOW:
	case ESP_V4_FLOW:
	case IPV4_FLOW:
	case TCP_V6_FLOW:
	case UDP_V6_FLOW:
	case SCTP_V6_FLOW:
	case AH_ESP_V6_FLOW:
	case AH_V6_FLOW:
	case ESP_V6_FLOW:
	case IPV6_FLOW:
		return true;
	default:
		return false;
	}
}

/**
 * e1k_get_rxfh_fields() - get the hashed fields of a packet type
 * @netdev: the interface
 * @fields: flow_type given, data filled in
 * Context: RTNL.
 * Return: 0.
 */
int e1k_get_rxfh_fields(struct net_device *netdev,
			struct ethtool_rxfh_fields *fields)
{
	const struct e1k_adapter *adapter = netdev_priv(netdev);
	u32 ports = e1k_rss_port_type(fields->flow_type);

	fields->data = 0;
	if (e1k_rss_wanted(adapter)->types & ports)
		fields->data = E1K_RXH_PORTS;
	else if (e1k_rss_is_hashed(fields->flow_type))
		fields->data = E1K_RXH_IP;
	return 0;
}

/**
 * e1k_set_rxfh_fields() - set the hashed fields of a packet type
 * @netdev: the interface
 * @fields: flow_type and data
 * @extack: for the reason of a refusal; or NULL
 * Context: RTNL.
 * Return: 0, -EOPNOTSUPP for what the NIC cannot do, or -EBUSY.
 */
int e1k_set_rxfh_fields(struct net_device *netdev,
			const struct ethtool_rxfh_fields *fields,
			struct netlink_ext_ack *extack)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	u32 ports = e1k_rss_port_type(fields->flow_type);
	struct e1k_rss rss = *e1k_rss_wanted(adapter);
	int err;

	if (ports && fields->data == E1K_RXH_PORTS) {
		rss.types |= ports;
	} else if (e1k_rss_is_hashed(fields->flow_type) && fields->data == E1K_RXH_IP) {
		rss.types &= ~ports;
	} else {
		NL_SET_ERR_MSG_MOD(extack,
				   "TCP is hashed by addresses (sd) or with ports (sdfn), the rest by addresses");
		return -EOPNOTSUPP;
	}
	err = e1k_flow_check(adapter, &rss, extack);
	if (!err)
		e1k_flow_set_rss(adapter, &rss);
	return err;
}
