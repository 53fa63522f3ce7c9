// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive-side scaling: the ethtool operations. The NIC hashes addresses, and
 * with TCP ports, and looks the queue up in a table.
 */
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>

#include "adapter.h"
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

/* If the data path is stopped, its start writes them. */
static void e1k_rss_apply(struct e1k_adapter *adapter)
{
	if (adapter->started)
		e1k_82574_set_rss(&adapter->hw, adapter->nr_queues);
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
	const struct e1k_rss *rss = &adapter->hw.rss;
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
 * @rxfh: table and key, or NULLs for those that stay; checked by the core
 * @extack: for the reason of a refusal; or NULL
 * Context: RTNL.
 * Return: 0, or -EOPNOTSUPP for another hash function.
 */
int e1k_set_rxfh(struct net_device *netdev, struct ethtool_rxfh_param *rxfh,
		 struct netlink_ext_ack *extack)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_rss *rss = &adapter->hw.rss;
	u32 i;

	if (rxfh->hfunc != ETH_RSS_HASH_NO_CHANGE && rxfh->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG_MOD(extack, "the only hash function is toeplitz");
		return -EOPNOTSUPP;
	}
	if (rxfh->key)
		memcpy(rss->key, rxfh->key, sizeof(rss->key));
	for (i = 0; rxfh->indir && i < E1K_RETA_LEN; i++)
		rss->table[i] = rxfh->indir[i];
	e1k_rss_apply(adapter);
	return 0;
}

/* The type that adds the ports to the hash of a kind of packet, or 0. */
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
 * e1k_get_rxfh_fields() - what is hashed of a kind of packet
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
	if (adapter->hw.rss.types & ports)
		fields->data = E1K_RXH_PORTS;
	else if (e1k_rss_is_hashed(fields->flow_type))
		fields->data = E1K_RXH_IP;
	return 0;
}

/**
 * e1k_set_rxfh_fields() - choose what is hashed of a kind of packet
 * @netdev: the interface
 * @fields: flow_type and data
 * @extack: for the reason of a refusal; or NULL
 * Context: RTNL.
 * Return: 0, or -EOPNOTSUPP for what the NIC cannot do.
 */
int e1k_set_rxfh_fields(struct net_device *netdev,
			const struct ethtool_rxfh_fields *fields,
			struct netlink_ext_ack *extack)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	u32 ports = e1k_rss_port_type(fields->flow_type);

	if (ports && fields->data == E1K_RXH_PORTS) {
		adapter->hw.rss.types |= ports;
	} else if (e1k_rss_is_hashed(fields->flow_type) && fields->data == E1K_RXH_IP) {
		adapter->hw.rss.types &= ~ports;
	} else {
		NL_SET_ERR_MSG_MOD(extack,
				   "TCP is hashed by addresses (sd) or with ports (sdfn), the rest by addresses");
		return -EOPNOTSUPP;
	}
	e1k_rss_apply(adapter);
	return 0;
}

/**
 * e1k_set_rxnfc() - refuse flow rules
 * @netdev: the interface
 * @nfc: the request
 *
 * The NIC has no flow table. A key can steer by some bits of a port, but would
 * take along other flows, so a rule would not do what it says.
 * Context: RTNL.
 * Return: -EOPNOTSUPP.
 */
int e1k_set_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *nfc)
{
	netdev_info(netdev, "no flow rules: RSS's key and table steer (ethtool -X)\n");
	return -EOPNOTSUPP;
}
