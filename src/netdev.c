// SPDX-License-Identifier: GPL-2.0-only
/* The net_device operations: thin wrappers around the other modules. */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/mii.h>
#include <linux/netdevice.h>
#include <linux/tcp.h>
#include <net/netdev_queues.h>
#include <net/xdp.h>

#include "adapter.h"
#include "flow.h"
#include "link.h"
#include "netdev.h"
#include "rx.h"
#include "trace.h"
#include "tx.h"
#include "xdp.h"

/* Smallest MSS for TSO, bytes: less gains nothing, and is not safe */
#define E1K_TSO_MSS_MIN		64

static int e1k_open(struct net_device *netdev)
{
	return e1k_adapter_open(netdev_priv(netdev));
}

static int e1k_stop(struct net_device *netdev)
{
	e1k_adapter_close(netdev_priv(netdev));
	return 0;
}

static netdev_tx_t e1k_start_xmit(struct sk_buff *skb,
				  struct net_device *netdev)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	return e1k_tx_xmit(adapter->tx[skb_get_queue_mapping(skb)], skb);
}

static void e1k_get_stats64(struct net_device *netdev,
			    struct rtnl_link_stats64 *out)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_stats_get64(&adapter->stats,
			netif_device_present(netdev) ? &adapter->hw : NULL, out);
}

static void e1k_get_queue_stats_rx(struct net_device *netdev, int idx,
				   struct netdev_queue_stats_rx *stats)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_stats_get_rx_queue(&adapter->stats, idx, stats);
}

static void e1k_get_queue_stats_tx(struct net_device *netdev, int idx,
				   struct netdev_queue_stats_tx *stats)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_stats_get_tx_queue(&adapter->stats, idx, stats);
}

static void e1k_get_base_stats(struct net_device *netdev,
			       struct netdev_queue_stats_rx *rx,
			       struct netdev_queue_stats_tx *tx)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_stats_get_base(&adapter->stats, netdev->real_num_rx_queues, rx, tx);
}

static const struct netdev_stat_ops e1k_stat_ops = {
	.get_queue_stats_rx	= e1k_get_queue_stats_rx,
	.get_queue_stats_tx	= e1k_get_queue_stats_tx,
	.get_base_stats		= e1k_get_base_stats,
};

/* Write the receive addresses after ours. Return: true if they do not fit. */
static bool e1k_write_unicast(struct e1k_hw *hw,
			      struct netdev_hw_addr_list *uc)
{
	int count = netdev_hw_addr_list_count(uc);
	struct netdev_hw_addr *ha;
	unsigned int i = 1;

	if (count >= E1K_RAR_LEN ||
	    (count && e1k_has_quirk(hw, E1K_QUIRK_UC_FILTER)))
		return true;
	netdev_hw_addr_list_for_each(ha, uc)
		e1k_filter_set_rar(hw, i++, ha->addr);
	while (i < E1K_RAR_LEN)
		e1k_filter_set_rar(hw, i++, NULL);
	return false;
}

static void e1k_write_multicast(struct e1k_hw *hw,
				struct netdev_hw_addr_list *mc)
{
	struct netdev_hw_addr *ha;
	u32 mta[E1K_MTA_LEN] = {};

	netdev_hw_addr_list_for_each(ha, mc)
		e1k_filter_hash(mta, ha->addr);
	e1k_filter_set_multicast(hw, mta);
}

static int e1k_set_rx_mode(struct net_device *netdev,
			   struct netdev_hw_addr_list *uc,
			   struct netdev_hw_addr_list *mc)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	bool overflow = e1k_write_unicast(&adapter->hw, uc);
	/* Not all callers hold RTNL, which protects the flags */
	unsigned int flags = READ_ONCE(netdev->flags);
	bool promisc = overflow || (flags & IFF_PROMISC);

	if (promisc || (flags & IFF_ALLMULTI))
		e1k_filter_set_multicast(&adapter->hw, NULL);
	else
		e1k_write_multicast(&adapter->hw, mc);
	e1k_filter_set_promisc(&adapter->hw, promisc);
	e1k_filter_open_vlan(&adapter->hw, flags & IFF_PROMISC);
	return 0;
}

static int e1k_set_mac_address(struct net_device *netdev, void *p)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	int err;

	err = eth_mac_addr(netdev, p);
	if (err)
		return err;
	e1k_filter_set_rar(&adapter->hw, 0, netdev->dev_addr);
	return 0;
}

static int e1k_change_mtu(struct net_device *netdev, int mtu)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_cfg cfg = adapter->cfg;
	int err;

	cfg.mtu = mtu;
	err = e1k_adapter_check_xdp(adapter->prog, &cfg, NULL);
	if (err) {
		netdev_err(netdev, "MTU %d is too large for the XDP program or AF_XDP socket\n",
			   mtu);
		return err;
	}
	err = e1k_adapter_reconfigure(adapter, &cfg, NULL);
	if (err) {
		netdev_err(netdev, "no memory for MTU %d, keeping %u\n", mtu,
			   netdev->mtu);
		return err;
	}
	WRITE_ONCE(netdev->mtu, mtu);
	return 0;
}

static netdev_features_t e1k_fix_features(struct net_device *netdev,
					  netdev_features_t features)
{
	const struct e1k_adapter *adapter = netdev_priv(netdev);

	/* CTRL.VME enables both: no insertion without stripping */
	if (!(features & NETIF_F_HW_VLAN_CTAG_RX))
		features &= ~NETIF_F_HW_VLAN_CTAG_TX;
	/* See e1k_adapter_check_xdp() and e1k_adapter_set_split() */
	if (adapter->prog || adapter->cfg.split)
		features &= ~(NETIF_F_RXALL | NETIF_F_RXFCS);
	return e1k_flow_fix_features(adapter, features);
}

static int e1k_set_loopback(struct e1k_adapter *adapter, bool loopback)
{
	struct e1k_link_cfg link = adapter->link_cfg;
	int err;

	if (loopback == link.loopback)
		return 0;
	link.loopback = loopback;
	err = e1k_link_set(adapter, &link);
	if (err)
		netdev_err(adapter->netdev, "cannot change loopback: %pe\n", ERR_PTR(err));
	return err;
}

/* The steps that can fail come first: all features change, or none. */
static int e1k_set_features(struct net_device *netdev,
			    netdev_features_t features)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	bool was_loopback = adapter->link_cfg.loopback;
	struct e1k_cfg cfg = adapter->cfg;
	int err;

	err = e1k_set_loopback(adapter, features & NETIF_F_LOOPBACK);
	if (err)
		return err;
	cfg.rx_all = features & NETIF_F_RXALL;
	cfg.rx_fcs = features & NETIF_F_RXFCS;
	cfg.fcs_apart = cfg.rx_fcs && e1k_has_quirk(&adapter->hw, E1K_QUIRK_FCS_APART);
	err = e1k_adapter_reconfigure(adapter, &cfg, NULL);
	if (err) {
		netdev_err(netdev, "no memory to change rx-all or rx-fcs\n");
		e1k_set_loopback(adapter, was_loopback);
		return err;
	}
	if (!(features & NETIF_F_NTUPLE))
		e1k_flow_clear(adapter);
	e1k_adapter_apply_features(adapter, features);
	return 0;
}

/*
 * Leave segments to software that the context's 8-bit fields cannot describe.
 * e1k_tx_xmit() handles checksums that they cannot describe.
 */
static netdev_features_t e1k_features_check(struct sk_buff *skb,
					    struct net_device *netdev,
					    netdev_features_t features)
{
	unsigned int hdr_len;

	features = vlan_features_check(skb, features);

	if (likely(!skb_is_gso(skb)))
		return features;

	hdr_len = skb_transport_offset(skb) + sizeof(struct tcphdr);
	if (skb_headlen(skb) < hdr_len ||
	    skb_headlen(skb) < skb_tcp_all_headers(skb) ||
	    skb_tcp_all_headers(skb) > E1K_CTX_OFFSET_MAX ||
	    skb_shinfo(skb)->gso_size < E1K_TSO_MSS_MIN)
		features &= ~NETIF_F_GSO_MASK;
	return features;
}

static int e1k_vlan_rx_add_vid(struct net_device *netdev, __be16 proto, u16 vid)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_filter_set_vlan(&adapter->hw, vid, true);
	return 0;
}

static int e1k_vlan_rx_kill_vid(struct net_device *netdev, __be16 proto,
				u16 vid)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_filter_set_vlan(&adapter->hw, vid, false);
	return 0;
}

/* The watchdog holds no queue lock, so the rings may be exchanged. */
static void e1k_tx_timeout(struct net_device *netdev, unsigned int txqueue)
{
	struct netdev_queue *txq = netdev_get_tx_queue(netdev, txqueue);
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_tx_ring *tx;

	__netif_tx_lock(txq, smp_processor_id());
	tx = adapter->queue[txqueue].rings.tx;
	if (tx)
		/* Racy while the ring is emptied */
		trace_e1k_tx_hang(tx, data_race(e1k_tx_used(tx)));
	__netif_tx_unlock(txq);
	e1k_service_raise(&adapter->service, E1K_EVENT_TX_HANG, 0);
}

static int e1k_set_xdp(struct net_device *netdev, struct netdev_bpf *bpf)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	bool was_attached = adapter->prog;
	int err;

	err = e1k_adapter_set_xdp(adapter, bpf->prog, bpf->extack);
	if (err)
		return err;
	/* Features that e1k_fix_features() withheld return with the detach */
	if (was_attached && !adapter->prog)
		netdev_update_features(netdev);
	return 0;
}

static int e1k_bpf(struct net_device *netdev, struct netdev_bpf *bpf)
{
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return e1k_set_xdp(netdev, bpf);
	case XDP_SETUP_XSK_POOL:
		return e1k_adapter_set_xsk(netdev_priv(netdev), bpf->xsk.pool,
					   bpf->xsk.queue_id);
	default:
		return -EINVAL;
	}
}

/* One poll serves both directions. Only bound sockets get here. */
static int e1k_xsk_wakeup(struct net_device *netdev, u32 queue, u32 flags)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	if (!netif_carrier_ok(netdev))
		return -ENETDOWN;
	if (queue >= adapter->cfg.queues)
		return -EINVAL;
	e1k_irq_kick(&adapter->queue[queue].irq);
	return 0;
}

static int e1k_redirected_xmit(struct net_device *netdev, int n,
			       struct xdp_frame **frames, u32 flags)
{
	u32 queue = smp_processor_id() % netdev->real_num_tx_queues;
	struct netdev_queue *txq = netdev_get_tx_queue(netdev, queue);
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_tx_ring *tx;
	int sent = -ENETDOWN;

	if (unlikely(flags & ~XDP_XMIT_FLAGS_MASK))
		return -EINVAL;
	if (unlikely(!netif_carrier_ok(netdev)))
		return -ENETDOWN;
	__netif_tx_lock(txq, smp_processor_id());
	tx = adapter->queue[queue].rings.tx;
	if (likely(tx))
		sent = e1k_xdp_xmit(tx, n, frames, flags & XDP_XMIT_FLUSH);
	__netif_tx_unlock(txq);
	return sent;
}

/* MII ioctls for mii-tool: read-only */
static int e1k_eth_ioctl(struct net_device *netdev, struct ifreq *ifr, int cmd)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct mii_ioctl_data *mii = if_mii(ifr);

	switch (cmd) {
	case SIOCGMIIPHY:
		mii->phy_id = E1K_PHY_ADDR;
		fallthrough;
	case SIOCGMIIREG:
		if ((mii->phy_id & 0x1f) != E1K_PHY_ADDR)
			return -ENODEV;
		return e1k_phy_read(&adapter->hw, mii->reg_num & 0x1f,
				    &mii->val_out);
	default:
		return -EOPNOTSUPP;
	}
}

static const struct net_device_ops e1k_netdev_ops = {
	.ndo_open		= e1k_open,
	.ndo_stop		= e1k_stop,
	.ndo_start_xmit		= e1k_start_xmit,
	.ndo_get_stats64	= e1k_get_stats64,
	.ndo_set_rx_mode_async	= e1k_set_rx_mode,
	.ndo_set_mac_address	= e1k_set_mac_address,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_change_mtu		= e1k_change_mtu,
	.ndo_fix_features	= e1k_fix_features,
	.ndo_set_features	= e1k_set_features,
	.ndo_features_check	= e1k_features_check,
	.ndo_vlan_rx_add_vid	= e1k_vlan_rx_add_vid,
	.ndo_vlan_rx_kill_vid	= e1k_vlan_rx_kill_vid,
	.ndo_tx_timeout		= e1k_tx_timeout,
	.ndo_eth_ioctl		= e1k_eth_ioctl,
	.ndo_bpf		= e1k_bpf,
	.ndo_xdp_xmit		= e1k_redirected_xmit,
	.ndo_xsk_wakeup		= e1k_xsk_wakeup,
};

/* Offloads that cost more than they save are there, but off by default. */
static netdev_features_t e1k_netdev_slow(const struct e1k_adapter *adapter)
{
	const struct e1k_hw *hw = &adapter->hw;
	netdev_features_t slow = 0;

	/* With one queue there is none to choose */
	if (adapter->cfg.queues == 1 && e1k_has_quirk(hw, E1K_QUIRK_SLOW_HASH))
		slow |= NETIF_F_RXHASH;
	if (e1k_has_quirk(hw, E1K_QUIRK_SLOW_RX_SUM))
		slow |= NETIF_F_RXCSUM;
	if (e1k_has_quirk(hw, E1K_QUIRK_SLOW_TX_SUM))
		slow |= NETIF_F_CSUM_MASK | NETIF_F_ALL_TSO;
	return slow;
}

/**
 * e1k_netdev_setup() - set operations, features and limits of the interface
 * @netdev: not registered yet; the NIC's quirks are known
 */
void e1k_netdev_setup(struct net_device *netdev)
{
	const struct e1k_adapter *adapter = netdev_priv(netdev);
	netdev_features_t offloads = NETIF_F_SG;

	offloads |= e1k_has_quirk(&adapter->hw, E1K_QUIRK_L4_CSUM) ?
		    NETIF_F_IP_CSUM | NETIF_F_IPV6_CSUM : NETIF_F_HW_CSUM;
	if (!e1k_has_quirk(&adapter->hw, E1K_QUIRK_NO_TSO))
		offloads |= NETIF_F_TSO;
	if (!e1k_has_quirk(&adapter->hw, E1K_QUIRK_NO_TSO) &&
	    !e1k_has_quirk(&adapter->hw, E1K_QUIRK_TSO6))
		offloads |= NETIF_F_TSO6;
	if (e1k_has_quirk(&adapter->hw, E1K_QUIRK_TSO_64K))
		netif_set_tso_max_size(netdev, E1K_TSO_64K_MAX - VLAN_HLEN);
	netdev->netdev_ops = &e1k_netdev_ops;
	netdev->stat_ops = &e1k_stat_ops;
	netdev->request_ops_lock = true;
	netdev->netmem_tx = NETMEM_TX_DMA;
	netdev->watchdog_timeo = 5 * HZ;
	netdev->priv_flags |= IFF_UNICAST_FLT | IFF_LIVE_ADDR_CHANGE;
	netdev->min_mtu = ETH_MIN_MTU;
	netdev->max_mtu = adapter->hw.chip->max_frame - E1K_FRAME_OVERHEAD;

	netdev->features = offloads | NETIF_F_RXCSUM |
			   NETIF_F_HW_VLAN_CTAG_RX | NETIF_F_HW_VLAN_CTAG_TX |
			   NETIF_F_HW_VLAN_CTAG_FILTER;
	if (adapter->hw.msix)
		netdev->features |= NETIF_F_RXHASH | NETIF_F_NTUPLE;
	netdev->hw_features = netdev->features | NETIF_F_RXALL | NETIF_F_RXFCS;
	netdev->features &= ~e1k_netdev_slow(adapter);
	if (e1k_mac_can_loop(&adapter->hw))
		netdev->hw_features |= NETIF_F_LOOPBACK;
	/* Applies to all tagged frames, also without a VLAN device */
	netdev->vlan_features = offloads;
	if (e1k_has_quirk(&adapter->hw, E1K_QUIRK_TSO6_VLAN))
		netdev->vlan_features &= ~NETIF_F_TSO6;
	xdp_set_features_flag(netdev, NETDEV_XDP_ACT_BASIC |
				      NETDEV_XDP_ACT_REDIRECT |
				      NETDEV_XDP_ACT_NDO_XMIT |
				      NETDEV_XDP_ACT_XSK_ZEROCOPY |
				      NETDEV_XDP_ACT_RX_SG |
				      NETDEV_XDP_ACT_NDO_XMIT_SG);
	netdev->xdp_zc_max_segs = MAX_SKB_FRAGS;
	e1k_xdp_set_hints(netdev);
	if (dma_get_mask(&adapter->hw.pdev->dev) > DMA_BIT_MASK(32)) {
		netdev->features |= NETIF_F_HIGHDMA;
		netdev->hw_features |= NETIF_F_HIGHDMA;
		netdev->vlan_features |= NETIF_F_HIGHDMA;
	}
}
