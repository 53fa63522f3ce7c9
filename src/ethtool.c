// SPDX-License-Identifier: GPL-2.0-only
/*
 * ethtool operations: get and set only. adapter.c and link.c make the changes.
 */
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/linkmode.h>
#include <linux/log2.h>
#include <linux/mii.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#include "adapter.h"
#include "ethtool.h"
#include "ethtool_stats.h"
#include "link.h"
#include "rss.h"
#include "selftest.h"

static void e1k_get_drvinfo(struct net_device *netdev,
			    struct ethtool_drvinfo *info)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	u16 version;

	strscpy(info->driver, E1K_DRV_NAME, sizeof(info->driver));
	strscpy(info->bus_info, pci_name(adapter->hw.pdev), sizeof(info->bus_info));
	/* The image version is BCD (SDM 5.6.6) */
	if (!e1k_nvm_read(&adapter->hw, E1K_NVM_VERSION, 1, &version))
		snprintf(info->fw_version, sizeof(info->fw_version),
			 "%s EEPROM %x.%02x", adapter->hw.chip->name,
			 version >> 12, (version >> 4) & 0xff);
}

static u32 e1k_get_msglevel(struct net_device *netdev)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	return adapter->msg_enable;
}

static void e1k_set_msglevel(struct net_device *netdev, u32 level)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	adapter->msg_enable = level;
}

static int e1k_nway_reset(struct net_device *netdev)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	if (!netif_running(netdev))
		return -EAGAIN;
	if (!adapter->link_cfg.autoneg) {
		netdev_info(netdev, "cannot restart autonegotiation on a forced link\n");
		return -EINVAL;
	}
	return e1k_link_renegotiate(adapter);
}

static const enum ethtool_link_mode_bit_indices e1k_link_modes[] = {
	ETHTOOL_LINK_MODE_10baseT_Half_BIT,
	ETHTOOL_LINK_MODE_10baseT_Full_BIT,
	ETHTOOL_LINK_MODE_100baseT_Half_BIT,
	ETHTOOL_LINK_MODE_100baseT_Full_BIT,
	ETHTOOL_LINK_MODE_1000baseT_Full_BIT,
	ETHTOOL_LINK_MODE_Autoneg_BIT,
	ETHTOOL_LINK_MODE_Pause_BIT,
	ETHTOOL_LINK_MODE_Asym_Pause_BIT,
	ETHTOOL_LINK_MODE_TP_BIT,
	ETHTOOL_LINK_MODE_MII_BIT,
};

static void e1k_get_partner(struct e1k_adapter *adapter,
			    struct ethtool_link_ksettings *cmd)
{
	unsigned long *lp = cmd->link_modes.lp_advertising;
	u16 lpa, stat1000;

	if (e1k_phy_read(&adapter->hw, MII_LPA, &lpa) ||
	    e1k_phy_read(&adapter->hw, MII_STAT1000, &stat1000))
		return;
	mii_lpa_to_linkmode_lpa_t(lp, lpa);
	mii_stat1000_mod_linkmode_lpa_t(lp, stat1000);
}

static int e1k_get_link_ksettings(struct net_device *netdev,
				  struct ethtool_link_ksettings *cmd)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	const struct e1k_link_cfg *cfg = &adapter->link_cfg;
	unsigned long *adv = cmd->link_modes.advertising;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(e1k_link_modes); i++)
		linkmode_set_bit(e1k_link_modes[i], cmd->link_modes.supported);

	linkmode_set_bit(ETHTOOL_LINK_MODE_TP_BIT, adv);
	linkmode_set_bit(ETHTOOL_LINK_MODE_MII_BIT, adv);
	if (cfg->autoneg) {
		linkmode_set_bit(ETHTOOL_LINK_MODE_Autoneg_BIT, adv);
		mii_adv_mod_linkmode_adv_t(adv, e1k_phy_adv(cfg));
		mii_ctrl1000_mod_linkmode_adv_t(adv, cfg->adv1000);
		if (adapter->link.up)
			e1k_get_partner(adapter, cmd);
	}

	cmd->base.port = PORT_TP;
	cmd->base.phy_address = E1K_PHY_ADDR;
	cmd->base.eth_tp_mdix = ETH_TP_MDI_INVALID;
	cmd->base.eth_tp_mdix_ctrl = ETH_TP_MDI_INVALID;
	cmd->base.autoneg = cfg->autoneg;
	cmd->base.speed = SPEED_UNKNOWN;
	cmd->base.duplex = DUPLEX_UNKNOWN;
	if (adapter->link.up) {
		cmd->base.speed = adapter->link.speed;
		cmd->base.duplex = adapter->link.full_duplex;
		e1k_phy_get_mdix(&adapter->hw, &cmd->base.eth_tp_mdix,
				 &cmd->base.eth_tp_mdix_ctrl);
	}
	return 0;
}

static int e1k_set_link_ksettings(struct net_device *netdev,
				  const struct ethtool_link_ksettings *cmd)
{
	unsigned long adv[BITS_TO_LONGS(__ETHTOOL_LINK_MODE_MASK_NBITS)];
	__ETHTOOL_DECLARE_LINK_MODE_MASK(supported) = {};
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_link_cfg cfg = adapter->link_cfg;
	u8 mdix, mdix_ctrl;
	unsigned int i;

	/* ethtool returns current values for what the user does not change */
	e1k_phy_get_mdix(&adapter->hw, &mdix, &mdix_ctrl);
	if (cmd->base.port != PORT_TP ||
	    cmd->base.phy_address != E1K_PHY_ADDR ||
	    (cmd->base.eth_tp_mdix_ctrl != ETH_TP_MDI_INVALID &&
	     cmd->base.eth_tp_mdix_ctrl != mdix_ctrl)) {
		netdev_info(netdev,
			    "port, PHY address and MDI-X cannot be changed\n");
		return -EOPNOTSUPP;
	}

	cfg.autoneg = cmd->base.autoneg == AUTONEG_ENABLE;
	if (!cfg.autoneg) {
		/* 1000BASE-T needs negotiation (802.3 40.5) */
		if ((cmd->base.speed != SPEED_10 &&
		     cmd->base.speed != SPEED_100) ||
		    cmd->base.duplex > DUPLEX_FULL) {
			netdev_info(netdev,
				    "only 10 and 100 Mb/s can be forced, half or full duplex\n");
			return -EINVAL;
		}
		cfg.speed = cmd->base.speed;
		cfg.full_duplex = cmd->base.duplex == DUPLEX_FULL;
		return e1k_link_set(adapter, &cfg);
	}

	for (i = 0; i < ARRAY_SIZE(e1k_link_modes); i++)
		linkmode_set_bit(e1k_link_modes[i], supported);
	if (!linkmode_subset(cmd->link_modes.advertising, supported)) {
		netdev_info(netdev, "cannot advertise an unsupported link mode\n");
		return -EINVAL;
	}
	linkmode_copy(adv, cmd->link_modes.advertising);
	cfg.adv = ADVERTISE_CSMA |
		  (linkmode_adv_to_mii_adv_t(adv) & ADVERTISE_ALL);
	cfg.adv1000 = linkmode_adv_to_mii_ctrl1000_t(adv) & ADVERTISE_1000FULL;
	if (!(cfg.adv & ADVERTISE_ALL) && !cfg.adv1000) {
		netdev_info(netdev, "no speed left to advertise\n");
		return -EINVAL;
	}
	return e1k_link_set(adapter, &cfg);
}

static void e1k_get_pauseparam(struct net_device *netdev,
			       struct ethtool_pauseparam *pause)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	/* A forced link uses the pause settings without negotiation */
	pause->autoneg = adapter->link_cfg.autoneg && adapter->link_cfg.pause_autoneg;
	pause->rx_pause = adapter->link_cfg.rx_pause;
	pause->tx_pause = adapter->link_cfg.tx_pause;
}

static int e1k_set_pauseparam(struct net_device *netdev,
			      struct ethtool_pauseparam *pause)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_link_cfg cfg = adapter->link_cfg;

	if (pause->autoneg && !cfg.autoneg) {
		netdev_info(netdev, "pause cannot be negotiated on a forced link\n");
		return -EINVAL;
	}
	cfg.pause_autoneg = pause->autoneg;
	cfg.rx_pause = pause->rx_pause;
	cfg.tx_pause = pause->tx_pause;
	return e1k_link_set(adapter, &cfg);
}

static void e1k_get_ringparam(struct net_device *netdev,
			      struct ethtool_ringparam *ring,
			      struct kernel_ethtool_ringparam *kernel_ring,
			      struct netlink_ext_ack *extack)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	ring->rx_max_pending = E1K_RING_MAX;
	ring->tx_max_pending = E1K_RING_MAX;
	ring->rx_pending = adapter->cfg.rx_size;
	ring->tx_pending = adapter->cfg.tx_size;
	if (adapter->hw.msix)
		kernel_ring->tcp_data_split = adapter->cfg.split ?
			ETHTOOL_TCP_DATA_SPLIT_ENABLED : ETHTOOL_TCP_DATA_SPLIT_DISABLED;
}

static int e1k_set_ringparam(struct net_device *netdev,
			     struct ethtool_ringparam *ring,
			     struct kernel_ethtool_ringparam *kernel_ring,
			     struct netlink_ext_ack *extack)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_cfg cfg = adapter->cfg;

	/* The core refuses sizes above the maximum */
	if (ring->rx_pending < E1K_RING_MIN || ring->tx_pending < E1K_RING_MIN) {
		NL_SET_ERR_MSG_MOD(extack, "ring size must be at least 64 descriptors");
		return -EINVAL;
	}
	/* Round up to a supported size, as is usual for this call */
	cfg.rx_size = roundup_pow_of_two(ring->rx_pending);
	cfg.tx_size = roundup_pow_of_two(ring->tx_pending);
	/* Set with MSI-X only; auto is off, and the only threshold is 0 */
	cfg.split = kernel_ring->tcp_data_split == ETHTOOL_TCP_DATA_SPLIT_ENABLED;
	return e1k_adapter_set_split(adapter, &cfg, extack);
}

/* The core has not checked the queue's number. */
static int e1k_get_queue_coalesce(struct net_device *netdev, u32 queue,
				  struct ethtool_coalesce *coal)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	const struct e1k_coalesce *now;

	if (queue >= adapter->hw.queues)
		return -EINVAL;
	now = &adapter->queue[queue].irq.coal;
	coal->rx_coalesce_usecs = now->rx_usecs;
	coal->tx_coalesce_usecs = now->tx_usecs;
	coal->use_adaptive_rx_coalesce = now->adaptive_rx;
	coal->use_adaptive_tx_coalesce = now->adaptive_tx;
	return 0;
}

static int e1k_get_coalesce(struct net_device *netdev,
			    struct ethtool_coalesce *coal,
			    struct kernel_ethtool_coalesce *kernel_coal,
			    struct netlink_ext_ack *extack)
{
	return e1k_get_queue_coalesce(netdev, 0, coal);
}

static int e1k_check_coalesce(struct e1k_adapter *adapter,
			      const struct ethtool_coalesce *coal,
			      struct e1k_coalesce *new,
			      struct netlink_ext_ack *extack)
{
	*new = (struct e1k_coalesce) {
		.rx_usecs = coal->rx_coalesce_usecs,
		.tx_usecs = coal->tx_coalesce_usecs,
		.adaptive_rx = coal->use_adaptive_rx_coalesce,
		.adaptive_tx = coal->use_adaptive_tx_coalesce,
	};

	if (!e1k_has_itr(&adapter->hw) && (new->rx_usecs || new->adaptive_rx)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "no interrupt throttling on this chip, rx-usecs must be 0");
		return -EOPNOTSUPP;
	}
	if (new->rx_usecs > E1K_ITR_MAX_USECS) {
		NL_SET_ERR_MSG_MOD(extack,
				   "rx-usecs can be at most 16776 (65535 * 256 ns)");
		return -EINVAL;
	}
	if (new->tx_usecs > E1K_TIDV_MAX_USECS) {
		NL_SET_ERR_MSG_MOD(extack,
				   "tx-usecs can be at most 67107 (65535 * 1.024 us)");
		return -EINVAL;
	}
	/* TIDV and TADV delay no message */
	if (adapter->hw.msix && (new->tx_usecs || new->adaptive_tx)) {
		NL_SET_ERR_MSG_MOD(extack,
				   "with MSI-X rx-usecs spaces all interrupts of a queue, tx-usecs must be 0");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int e1k_set_coalesce(struct net_device *netdev,
			    struct ethtool_coalesce *coal,
			    struct kernel_ethtool_coalesce *kernel_coal,
			    struct netlink_ext_ack *extack)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_coalesce new;
	struct e1k_queue *q;
	int err;

	err = e1k_check_coalesce(adapter, coal, &new, extack);
	if (err)
		return err;
	e1k_for_each_vector(q, adapter)
		e1k_irq_set_coalesce(&q->irq, &new, q - adapter->queue <
				     adapter->nr_queues && adapter->started);
	return 0;
}

static int e1k_set_queue_coalesce(struct net_device *netdev, u32 queue,
				  struct ethtool_coalesce *coal)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_coalesce new;
	int err;

	if (queue >= adapter->hw.queues)
		return -EINVAL;
	err = e1k_check_coalesce(adapter, coal, &new, NULL);
	if (err) {
		netdev_info(netdev, "unsupported moderation of queue %u\n", queue);
		return err;
	}
	e1k_irq_set_coalesce(&adapter->queue[queue].irq, &new,
			     queue < adapter->nr_queues && adapter->started);
	return 0;
}

static void e1k_get_channels(struct net_device *netdev,
			     struct ethtool_channels *channels)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	channels->max_combined = adapter->hw.queues;
	channels->combined_count = adapter->cfg.queues;
}

/* The core has checked the limits, RSS's table and AF_XDP sockets. */
static int e1k_set_channels(struct net_device *netdev, struct ethtool_channels *channels)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	int err;

	err = e1k_adapter_set_queues(adapter, channels->combined_count);
	if (err)
		netdev_err(netdev, "cannot change the number of queues: %pe\n",
			   ERR_PTR(err));
	return err;
}

static int e1k_get_sset_count(struct net_device *netdev, int sset)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	switch (sset) {
	case ETH_SS_STATS:
		return e1k_stats_count(&adapter->stats);
	case ETH_SS_TEST:
		return e1k_selftest_count();
	default:
		return -EOPNOTSUPP;
	}
}

static void e1k_get_strings(struct net_device *netdev, u32 sset, u8 *data)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	if (sset == ETH_SS_STATS)
		e1k_stats_get_strings(&adapter->stats, data);
	else if (sset == ETH_SS_TEST)
		e1k_selftest_get_strings(data);
}

static void e1k_self_test(struct net_device *netdev, struct ethtool_test *test,
			  u64 *data)
{
	e1k_selftest(netdev_priv(netdev), test, data);
}

static int e1k_set_phys_id(struct net_device *netdev,
			   enum ethtool_phys_id_state state)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	switch (state) {
	case ETHTOOL_ID_ACTIVE:
		e1k_mac_save_led(&adapter->hw);
		return 2;	/* blinks per second */
	case ETHTOOL_ID_INACTIVE:
		e1k_mac_restore_led(&adapter->hw);
		return 0;
	default:
		e1k_mac_set_led(&adapter->hw, state == ETHTOOL_ID_ON);
		return 0;
	}
}

static void e1k_get_wol(struct net_device *netdev, struct ethtool_wolinfo *wol)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	wol->supported = e1k_mac_wake_supported(&adapter->hw);
	wol->wolopts = adapter->wolopts;
}

static int e1k_set_wol(struct net_device *netdev, struct ethtool_wolinfo *wol)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	if (wol->wolopts & ~e1k_mac_wake_supported(&adapter->hw)) {
		netdev_info(netdev, "unsupported Wake-on-LAN mode\n");
		return -EOPNOTSUPP;
	}
	adapter->wolopts = wol->wolopts;
	device_set_wakeup_enable(&adapter->hw.pdev->dev, adapter->wolopts);
	return 0;
}

/* The NIC can only be reset as a whole: refuse a reset of parts. */
static int e1k_reset(struct net_device *netdev, u32 *flags)
{
	const u32 parts = ETH_RESET_MGMT | ETH_RESET_IRQ | ETH_RESET_DMA |
			  ETH_RESET_FILTER | ETH_RESET_OFFLOAD |
			  ETH_RESET_MAC | ETH_RESET_PHY | ETH_RESET_RAM;
	const u32 needed = ETH_RESET_DMA | ETH_RESET_FILTER |
			   ETH_RESET_OFFLOAD | ETH_RESET_MAC;
	int err;

	if ((*flags & needed) != needed) {
		netdev_info(netdev,
			    "DMA, filters, offloads and MAC can only be reset together\n");
		return -EOPNOTSUPP;
	}
	err = e1k_adapter_reset(netdev_priv(netdev));
	if (!err)
		*flags &= ~(parts & (needed | ETH_RESET_IRQ));
	return err;
}

static void e1k_get_ethtool_stats(struct net_device *netdev,
				  struct ethtool_stats *stats, u64 *data)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	e1k_stats_collect(&adapter->stats, &adapter->hw);
	e1k_stats_get_values(&adapter->stats, data);
}

/* The clock can be read, but the NIC stamps no frames. */
static int e1k_get_ts_info(struct net_device *netdev,
			   struct kernel_ethtool_ts_info *info)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	ethtool_op_get_ts_info(netdev, info);
	info->phc_index = e1k_ptp_index(&adapter->ptp);
	return 0;
}

static int e1k_get_regs_len(struct net_device *netdev)
{
	return e1k_mac_regs_len();
}

static void e1k_get_regs(struct net_device *netdev, struct ethtool_regs *regs,
			 void *data)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);

	regs->version = E1K_REGS_VERSION;
	e1k_mac_get_regs(&adapter->hw, data);
}

static int e1k_get_eeprom_len(struct net_device *netdev)
{
	return E1K_NVM_WORDS * sizeof(u16);
}

static int e1k_get_eeprom(struct net_device *netdev,
			  struct ethtool_eeprom *eeprom, u8 *data)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	u16 words[E1K_NVM_WORDS];
	__le16 le[E1K_NVM_WORDS];
	unsigned int i;
	int err;

	/* The core has checked offset and length against get_eeprom_len() */
	eeprom->magic = adapter->hw.pdev->vendor | adapter->hw.pdev->device << 16;
	err = e1k_nvm_read(&adapter->hw, 0, E1K_NVM_WORDS, words);
	if (err)
		return err;
	for (i = 0; i < E1K_NVM_WORDS; i++)
		le[i] = cpu_to_le16(words[i]);
	memcpy(data, (u8 *)le + eeprom->offset, eeprom->len);
	return 0;
}

/* Emulated EEPROMs are read-only; writing a real one is too risky. */
static int e1k_set_eeprom(struct net_device *netdev,
			  struct ethtool_eeprom *eeprom, u8 *data)
{
	netdev_info(netdev, "writing the EEPROM is not supported\n");
	return -EROFS;
}

#define E1K_ETHTOOL_OPS							\
	.supported_coalesce_params = ETHTOOL_COALESCE_USECS |		\
				     ETHTOOL_COALESCE_USE_ADAPTIVE,	\
	.op_needs_rtnl		= ETHTOOL_OP_NEEDS_RTNL_SRINGPARAM |	\
				  ETHTOOL_OP_NEEDS_RTNL_SCHANNELS |	\
				  ETHTOOL_OP_NEEDS_RTNL_GLINK,		\
	.get_drvinfo		= e1k_get_drvinfo,			\
	.get_msglevel		= e1k_get_msglevel,			\
	.set_msglevel		= e1k_set_msglevel,			\
	.nway_reset		= e1k_nway_reset,			\
	.get_link		= ethtool_op_get_link,			\
	.get_link_ksettings	= e1k_get_link_ksettings,		\
	.set_link_ksettings	= e1k_set_link_ksettings,		\
	.get_pauseparam		= e1k_get_pauseparam,			\
	.set_pauseparam		= e1k_set_pauseparam,			\
	.get_ringparam		= e1k_get_ringparam,			\
	.set_ringparam		= e1k_set_ringparam,			\
	.get_coalesce		= e1k_get_coalesce,			\
	.set_coalesce		= e1k_set_coalesce,			\
	.get_per_queue_coalesce	= e1k_get_queue_coalesce,		\
	.set_per_queue_coalesce	= e1k_set_queue_coalesce,		\
	.get_sset_count		= e1k_get_sset_count,			\
	.get_strings		= e1k_get_strings,			\
	.get_ethtool_stats	= e1k_get_ethtool_stats,		\
	.get_regs_len		= e1k_get_regs_len,			\
	.get_regs		= e1k_get_regs,				\
	.get_eeprom_len		= e1k_get_eeprom_len,			\
	.get_eeprom		= e1k_get_eeprom,			\
	.set_eeprom		= e1k_set_eeprom,			\
	.get_ts_info		= e1k_get_ts_info,			\
	.get_channels		= e1k_get_channels,			\
	.set_channels		= e1k_set_channels,			\
	.self_test		= e1k_self_test,			\
	.set_phys_id		= e1k_set_phys_id,			\
	.get_wol		= e1k_get_wol,				\
	.set_wol		= e1k_set_wol,				\
	.reset			= e1k_reset,				\
	.get_pause_stats	= e1k_get_pause_stats,			\
	.get_eth_phy_stats	= e1k_get_eth_phy_stats,		\
	.get_eth_mac_stats	= e1k_get_eth_mac_stats,		\
	.get_eth_ctrl_stats	= e1k_get_eth_ctrl_stats,		\
	.get_rmon_stats		= e1k_get_rmon_stats

static const struct ethtool_ops e1k_ethtool_ops = {
	E1K_ETHTOOL_OPS,
};

static const struct ethtool_ops e1k_rss_ethtool_ops = {
	E1K_ETHTOOL_OPS,
	.supported_ring_params	= ETHTOOL_RING_USE_TCP_DATA_SPLIT | ETHTOOL_RING_USE_HDS_THRS,
	.get_rx_ring_count	= e1k_get_rx_ring_count,
	.get_rxfh_key_size	= e1k_get_rxfh_key_size,
	.get_rxfh_indir_size	= e1k_get_rxfh_indir_size,
	.get_rxfh		= e1k_get_rxfh,
	.set_rxfh		= e1k_set_rxfh,
	.get_rxfh_fields	= e1k_get_rxfh_fields,
	.set_rxfh_fields	= e1k_set_rxfh_fields,
	.get_rxnfc		= e1k_get_rxnfc,
	.set_rxnfc		= e1k_set_rxnfc,
};

/**
 * e1k_ethtool_setup() - set the interface's ethtool operations
 * @netdev: not registered yet
 * @rss: the NIC has receive-side scaling
 */
void e1k_ethtool_setup(struct net_device *netdev, bool rss)
{
	netdev->ethtool_ops = rss ? &e1k_rss_ethtool_ops : &e1k_ethtool_ops;
}
