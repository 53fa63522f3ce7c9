// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flow rules (ethtool -N) on a NIC that has no flow table: RSS's key is chosen
 * so that the hash is seven bits of TCP's destination port, and an entry of
 * RSS's table leads to the rule's queue. Other ports with the same seven bits
 * come along.
 */
#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/string.h>

#include "adapter.h"
#include "flow.h"
#include "flow_key.h"

static u16 e1k_flow_port(const struct ethtool_rx_flow_spec *fs)
{
	return be16_to_cpu(fs->flow_type == TCP_V4_FLOW ? fs->h_u.tcp_ip4_spec.pdst :
							  fs->h_u.tcp_ip6_spec.pdst);
}

/* Check that a rule matches the destination port, at most with the address. */
static bool e1k_flow_is_port(const struct ethtool_rx_flow_spec *fs)
{
	union ethtool_flow_union mask = fs->m_u;
	__be16 port;

	switch (fs->flow_type) {
	case TCP_V4_FLOW:
		port = mask.tcp_ip4_spec.pdst;
		mask.tcp_ip4_spec.pdst = 0;
		if (mask.tcp_ip4_spec.ip4dst == htonl(U32_MAX))
			mask.tcp_ip4_spec.ip4dst = 0;
		break;
	case TCP_V6_FLOW:
		port = mask.tcp_ip6_spec.pdst;
		mask.tcp_ip6_spec.pdst = 0;
		if (!memchr_inv(mask.tcp_ip6_spec.ip6dst, 0xff,
				sizeof(mask.tcp_ip6_spec.ip6dst)))
			memset(mask.tcp_ip6_spec.ip6dst, 0, sizeof(mask.tcp_ip6_spec.ip6dst));
		break;
	default:
		return false;
	}
	return port == htons(U16_MAX) && !memchr_inv(&mask, 0, sizeof(mask));
}

/* The key's windows for all rules, or 0. */
static u32 e1k_flow_choose(const struct e1k_flow *flow)
{
	u16 ports[E1K_FLOW_RULES_MAX];
	u32 i, count = 0;

	for (i = 0; i < E1K_FLOW_RULES_MAX; i++)
		if (flow->rule[i].flow_type)
			ports[count++] = e1k_flow_port(&flow->rule[i]);
	return e1k_flow_windows(ports, count);
}

/* The type of packets that rules are for; all rules have one. */
static u32 e1k_flow_type(const struct e1k_flow *flow)
{
	u32 i;

	for (i = 0; i < E1K_FLOW_RULES_MAX; i++)
		if (flow->rule[i].flow_type)
			return flow->rule[i].flow_type;
	return 0;
}

/* Hash nothing but the rules' type: what is not hashed goes to queue 0. */
static void e1k_flow_apply(struct e1k_adapter *adapter)
{
	const struct e1k_flow *flow = &adapter->flow;
	bool ipv4 = e1k_flow_type(flow) == TCP_V4_FLOW;
	struct e1k_rss *rss = &adapter->hw.rss;
	u32 windows, i, bucket;

	*rss = flow->rss;
	if (flow->nr) {
		windows = e1k_flow_choose(flow);
		memset(rss->key, 0, sizeof(rss->key));
		e1k_flow_key(rss->key, windows, ipv4 ? E1K_FLOW_PORT_AT4 : E1K_FLOW_PORT_AT6);
		rss->types = ipv4 ? E1K_MRQC_TCP4 : E1K_MRQC_TCP6;
		for (i = 0; i < E1K_FLOW_RULES_MAX; i++) {
			if (!flow->rule[i].flow_type)
				continue;
			bucket = e1k_flow_bucket(windows, e1k_flow_port(&flow->rule[i]));
			rss->table[bucket] = E1K_FLOW_QUEUE;
		}
	}
	/* If the data path is stopped, its start writes them */
	if (adapter->started)
		e1k_82574_set_rss(&adapter->hw, adapter->nr_queues,
				  adapter->netdev->features & NETIF_F_RXHASH);
}

static bool e1k_flow_spread_elsewhere(const struct e1k_rss *rss)
{
	return !memchr(rss->table, E1K_FLOW_QUEUE, sizeof(rss->table));
}

static int e1k_flow_check_rule(struct net_device *netdev,
			       const struct ethtool_rx_flow_spec *fs)
{
	const struct e1k_adapter *adapter = netdev_priv(netdev);
	u32 type = e1k_flow_type(&adapter->flow);

	if (adapter->cfg.queues < 2 || !(netdev->features & NETIF_F_NTUPLE)) {
		netdev_info(netdev, "flow rules need two queues (ethtool -L) and ntuple (ethtool -K)\n");
		return -EOPNOTSUPP;
	}
	if (!e1k_flow_is_port(fs)) {
		netdev_info(netdev, "a flow rule must match tcp4 or tcp6 by dst-port, and optionally by dst-ip\n");
		return -EOPNOTSUPP;
	}
	if (fs->ring_cookie != E1K_FLOW_QUEUE) {
		netdev_info(netdev, "flow rules can only direct to queue %u, queue 0 gets packets without a hash\n",
			    E1K_FLOW_QUEUE);
		return -EINVAL;
	}
	if (!e1k_flow_port(fs)) {
		netdev_info(netdev, "flow rules cannot match port 0: packets without a hash have its RSS table entry\n");
		return -EINVAL;
	}
	if (type && type != fs->flow_type) {
		netdev_info(netdev, "flow rules share one RSS key: all must be tcp4, or all tcp6\n");
		return -EBUSY;
	}
	if (!adapter->flow.nr && !e1k_flow_spread_elsewhere(&adapter->hw.rss)) {
		netdev_info(netdev, "flow rules need a queue that RSS does not use: first ethtool -X %s equal 1\n",
			    netdev->name);
		return -EBUSY;
	}
	return 0;
}

/* Return the location for a new rule: the requested one, or a free one. */
static int e1k_flow_place(const struct e1k_flow *flow, u32 location)
{
	u32 i;

	if (location < E1K_FLOW_RULES_MAX)
		return flow->rule[location].flow_type ? -EEXIST : (int)location;
	if (location != RX_CLS_LOC_ANY)
		return -EINVAL;
	for (i = 0; i < E1K_FLOW_RULES_MAX; i++)
		if (!flow->rule[i].flow_type)
			return i;
	return -ENOSPC;
}

static int e1k_flow_add(struct net_device *netdev, struct ethtool_rx_flow_spec *fs)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_flow *flow = &adapter->flow;
	int at, err;

	err = e1k_flow_check_rule(netdev, fs);
	if (err)
		return err;
	at = e1k_flow_place(flow, fs->location);
	if (at < 0) {
		netdev_info(netdev, "no free location for a flow rule: %u of %u in use\n",
			    flow->nr, E1K_FLOW_RULES_MAX);
		return at;
	}
	flow->rule[at] = *fs;
	flow->rule[at].location = at;
	if (!e1k_flow_choose(flow)) {
		flow->rule[at].flow_type = 0;
		netdev_info(netdev, "no RSS key for port %u and the other flow rules: one would have the table entry of packets without a hash\n",
			    e1k_flow_port(fs));
		return -ENOSPC;
	}
	if (!flow->nr++)
		flow->rss = adapter->hw.rss;
	fs->location = at;
	e1k_flow_apply(adapter);
	e1k_service_raise(&adapter->service, E1K_EVENT_FEATURES, 0);
	netdev_info(netdev, "flow rule %d: TCP port %u has queue %u, with the %u other ports that have the same hash\n",
		    at, e1k_flow_port(fs), E1K_FLOW_QUEUE, 65536 / E1K_FLOW_BUCKETS - 1);
	return 0;
}

static int e1k_flow_delete(struct net_device *netdev, u32 location)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_flow *flow = &adapter->flow;

	if (location >= E1K_FLOW_RULES_MAX || !flow->rule[location].flow_type)
		return -ENOENT;
	flow->rule[location].flow_type = 0;
	flow->nr--;
	e1k_flow_apply(adapter);
	e1k_service_raise(&adapter->service, E1K_EVENT_FEATURES, 0);
	return 0;
}

/**
 * e1k_set_rxnfc() - add or delete a flow rule
 * @netdev: the interface
 * @nfc: the request
 * Context: RTNL.
 * Return: 0, or an error with nothing changed.
 */
int e1k_set_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *nfc)
{
	switch (nfc->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		return e1k_flow_add(netdev, &nfc->fs);
	case ETHTOOL_SRXCLSRLDEL:
		return e1k_flow_delete(netdev, nfc->fs.location);
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * e1k_get_rxnfc() - report flow rules
 * @netdev: the interface
 * @nfc: the request, filled in
 * @rules: locations of all rules, if they are asked for
 * Context: RTNL.
 * Return: 0, or an error.
 */
int e1k_get_rxnfc(struct net_device *netdev, struct ethtool_rxnfc *nfc, u32 *rules)
{
	const struct e1k_adapter *adapter = netdev_priv(netdev);
	const struct e1k_flow *flow = &adapter->flow;
	u32 i, count = 0;

	switch (nfc->cmd) {
	case ETHTOOL_GRXCLSRLCNT:
		nfc->rule_cnt = flow->nr;
		nfc->data = E1K_FLOW_RULES_MAX | RX_CLS_LOC_SPECIAL;
		return 0;
	case ETHTOOL_GRXCLSRULE:
		i = nfc->fs.location;
		if (i >= E1K_FLOW_RULES_MAX || !flow->rule[i].flow_type)
			return -ENOENT;
		nfc->fs = flow->rule[i];
		return 0;
	case ETHTOOL_GRXCLSRLALL:
		if (nfc->rule_cnt < flow->nr)
			return -EMSGSIZE;
		for (i = 0; i < E1K_FLOW_RULES_MAX; i++)
			if (flow->rule[i].flow_type)
				rules[count++] = i;
		nfc->rule_cnt = count;
		nfc->data = E1K_FLOW_RULES_MAX;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * e1k_flow_check() - check RSS settings against the flow rules
 * @adapter: the device
 * @rss: the settings
 * @extack: for the reason of a refusal; or NULL
 * Context: RTNL.
 * Return: 0, or -EBUSY.
 */
int e1k_flow_check(struct e1k_adapter *adapter, const struct e1k_rss *rss,
		   struct netlink_ext_ack *extack)
{
	const struct e1k_rss *old = &adapter->flow.rss;

	if (!adapter->flow.nr ||
	    (e1k_flow_spread_elsewhere(rss) && rss->types == old->types &&
	     !memcmp(rss->key, old->key, sizeof(rss->key))))
		return 0;
	NL_SET_ERR_MSG_MOD(extack, "flow rules (ethtool -n) set RSS's key, and have a queue");
	/* ioctls and older kernels do not show the extack */
	netdev_info(adapter->netdev, "RSS not changed: flow rules determine its key and fields, and have queue %u\n",
		    E1K_FLOW_QUEUE);
	return -EBUSY;
}

/**
 * e1k_flow_check_queues() - check a number of queues against the flow rules
 * @adapter: the device
 * @queues: their number
 *
 * Not all kernels check the rules before they reduce the number of queues.
 * Context: RTNL.
 * Return: 0, or -EBUSY.
 */
int e1k_flow_check_queues(struct e1k_adapter *adapter, u32 queues)
{
	if (!adapter->flow.nr || queues > E1K_FLOW_QUEUE)
		return 0;
	netdev_info(adapter->netdev, "flow rules (ethtool -n) need queue %u\n", E1K_FLOW_QUEUE);
	return -EBUSY;
}

/**
 * e1k_flow_set_rss() - apply RSS settings, or keep them while there are rules
 * @adapter: the device
 * @rss: checked by e1k_flow_check()
 * Context: RTNL.
 */
void e1k_flow_set_rss(struct e1k_adapter *adapter, const struct e1k_rss *rss)
{
	adapter->flow.rss = *rss;
	e1k_flow_apply(adapter);
}

/**
 * e1k_flow_fix_features() - drop features that flow rules exclude
 * @adapter: the device
 * @features: the wanted set
 *
 * With rules the hash is seven bits of the port: too few to distinguish flows.
 * Context: RTNL.
 * Return: the possible features.
 */
netdev_features_t e1k_flow_fix_features(const struct e1k_adapter *adapter,
					netdev_features_t features)
{
	/* Without NETIF_F_NTUPLE, e1k_flow_clear() follows */
	if (adapter->flow.nr && features & NETIF_F_NTUPLE)
		features &= ~NETIF_F_RXHASH;
	return features;
}

/**
 * e1k_flow_clear() - delete all rules
 * @adapter: the device
 * Context: RTNL.
 */
void e1k_flow_clear(struct e1k_adapter *adapter)
{
	struct e1k_flow *flow = &adapter->flow;

	if (!flow->nr)
		return;
	netdev_info(adapter->netdev, "without ntuple no flow rules: %u deleted\n", flow->nr);
	memset(flow->rule, 0, sizeof(flow->rule));
	flow->nr = 0;
	e1k_flow_apply(adapter);
}
