// SPDX-License-Identifier: GPL-2.0-only
/* ethtool's standard statistics, which the MAC counts. */
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "adapter.h"
#include "ethtool_stats.h"

static u64 e1k_mac_stat(struct net_device *netdev, enum e1k_mac_stat which)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	return e1k_stats_get_mac(&adapter->stats, which);
}

/*
 * Collect the MAC's counters. Return: true if the NIC has them all. Some NICs
 * only count whole frames; ethtool does not show what is left unset.
 */
static bool e1k_collect(struct net_device *netdev)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_stats_collect(&adapter->stats, &adapter->hw);
	return !e1k_has_quirk(&adapter->hw, E1K_QUIRK_FEW_STATS) &&
	       !e1k_has_quirk(&adapter->hw, E1K_QUIRK_NO_STATS);
}

/**
 * e1k_get_pause_stats() - PAUSE frames, for ethtool
 * @netdev: the interface
 * @stats: filled in, as far as the NIC counts
 * Context: as an operation of ethtool.
 */
void e1k_get_pause_stats(struct net_device *netdev, struct ethtool_pause_stats *stats)
{
	/* NICs without these counters have no flow control: 0 is true */
	e1k_collect(netdev);
	stats->tx_pause_frames = e1k_mac_stat(netdev, E1K_MAC_XOFFTXC) +
				 e1k_mac_stat(netdev, E1K_MAC_XONTXC);
	stats->rx_pause_frames = e1k_mac_stat(netdev, E1K_MAC_XOFFRXC) +
				 e1k_mac_stat(netdev, E1K_MAC_XONRXC);
}

/**
 * e1k_get_eth_phy_stats() - errors of the PHY, for ethtool
 * @netdev: the interface
 * @stats: filled in, as far as the NIC counts
 * Context: as an operation of ethtool.
 */
void e1k_get_eth_phy_stats(struct net_device *netdev, struct ethtool_eth_phy_stats *stats)
{
	if (!e1k_collect(netdev))
		return;
	stats->SymbolErrorDuringCarrier = e1k_mac_stat(netdev, E1K_MAC_SYMERRS);
}

/**
 * e1k_get_eth_mac_stats() - IEEE 802.3 counters of the MAC, for ethtool
 * @netdev: the interface
 * @stats: filled in, as far as the NIC counts
 * Context: as an operation of ethtool.
 */
void e1k_get_eth_mac_stats(struct net_device *netdev, struct ethtool_eth_mac_stats *stats)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	bool all = e1k_collect(netdev);

	if (e1k_has_quirk(&adapter->hw, E1K_QUIRK_NO_STATS))
		return;
	stats->FramesTransmittedOK = e1k_mac_stat(netdev, E1K_MAC_GPTC);
	stats->FramesReceivedOK = e1k_mac_stat(netdev, E1K_MAC_GPRC);
	if (!all)
		return;
	stats->OctetsTransmittedOK = e1k_mac_stat(netdev, E1K_MAC_GOTCL);
	stats->OctetsReceivedOK = e1k_mac_stat(netdev, E1K_MAC_GORCL);
	stats->MulticastFramesXmittedOK = e1k_mac_stat(netdev, E1K_MAC_MPTC);
	stats->BroadcastFramesXmittedOK = e1k_mac_stat(netdev, E1K_MAC_BPTC);
	stats->MulticastFramesReceivedOK = e1k_mac_stat(netdev, E1K_MAC_MPRC);
	stats->BroadcastFramesReceivedOK = e1k_mac_stat(netdev, E1K_MAC_BPRC);
	stats->SingleCollisionFrames = e1k_mac_stat(netdev, E1K_MAC_SCC);
	stats->MultipleCollisionFrames = e1k_mac_stat(netdev, E1K_MAC_MCC);
	stats->FrameCheckSequenceErrors = e1k_mac_stat(netdev, E1K_MAC_CRCERRS);
	stats->AlignmentErrors = e1k_mac_stat(netdev, E1K_MAC_ALGNERRC);
	stats->FramesWithDeferredXmissions = e1k_mac_stat(netdev, E1K_MAC_DC);
	stats->LateCollisions = e1k_mac_stat(netdev, E1K_MAC_LATECOL);
	stats->FramesAbortedDueToXSColls = e1k_mac_stat(netdev, E1K_MAC_ECOL);
	stats->CarrierSenseErrors = e1k_mac_stat(netdev, E1K_MAC_TNCRS);
	stats->InRangeLengthErrors = e1k_mac_stat(netdev, E1K_MAC_RLEC);
	stats->FrameTooLongErrors = e1k_mac_stat(netdev, E1K_MAC_ROC);
}

/**
 * e1k_get_eth_ctrl_stats() - MAC control frames, for ethtool
 * @netdev: the interface
 * @stats: filled in, as far as the NIC counts
 * Context: as an operation of ethtool.
 */
void e1k_get_eth_ctrl_stats(struct net_device *netdev,
			    struct ethtool_eth_ctrl_stats *stats)
{
	if (!e1k_collect(netdev))
		return;
	stats->MACControlFramesTransmitted =
		e1k_mac_stat(netdev, E1K_MAC_XONTXC) +
		e1k_mac_stat(netdev, E1K_MAC_XOFFTXC);
	stats->MACControlFramesReceived =
		e1k_mac_stat(netdev, E1K_MAC_XONRXC) +
		e1k_mac_stat(netdev, E1K_MAC_XOFFRXC) +
		e1k_mac_stat(netdev, E1K_MAC_FCRUC);
	stats->UnsupportedOpcodesReceived =
		e1k_mac_stat(netdev, E1K_MAC_FCRUC);
}

static const struct ethtool_rmon_hist_range e1k_rmon_ranges[] = {
	{    0,    64 },
	{   65,   127 },
	{  128,   255 },
	{  256,   511 },
	{  512,  1023 },
	{ 1024, 16128 },
	{ }
};

/**
 * e1k_get_rmon_stats() - frames by size, and those of a wrong size, for ethtool
 * @netdev: the interface
 * @stats: filled in, as far as the NIC counts
 * @ranges: set to the size classes, bytes
 * Context: as an operation of ethtool.
 */
void e1k_get_rmon_stats(struct net_device *netdev,
			struct ethtool_rmon_stats *stats,
			const struct ethtool_rmon_hist_range **ranges)
{
	unsigned int i;

	*ranges = e1k_rmon_ranges;
	if (!e1k_collect(netdev))
		return;
	stats->undersize_pkts = e1k_mac_stat(netdev, E1K_MAC_RUC);
	stats->oversize_pkts = e1k_mac_stat(netdev, E1K_MAC_ROC);
	stats->fragments = e1k_mac_stat(netdev, E1K_MAC_RFC);
	stats->jabbers = e1k_mac_stat(netdev, E1K_MAC_RJC);
	/* The counters of the size classes are consecutive */
	for (i = 0; i < ARRAY_SIZE(e1k_rmon_ranges) - 1; i++) {
		stats->hist[i] = e1k_mac_stat(netdev, E1K_MAC_PRC64 + i);
		stats->hist_tx[i] = e1k_mac_stat(netdev, E1K_MAC_PTC64 + i);
	}
}
