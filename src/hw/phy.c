// SPDX-License-Identifier: GPL-2.0-only
/*
 * The copper PHY behind MDIC: access, identification, negotiation.
 */
#include <linux/bitfield.h>
#include <linux/ethtool.h>
#include <linux/iopoll.h>
#include <linux/mii.h>
#include <linux/pci.h>

#include "hw/hw.h"

/* An MDIO frame is 64 bits at 2.5 MHz, some 26 us */
#define E1K_MDIC_POLL_US	10
#define E1K_MDIC_TIMEOUT_US	20000

static int e1k_mdic(struct e1k_hw *hw, u32 op, u32 reg, u16 out, u16 *in)
{
	u32 mdic;
	int err;

	lockdep_assert_held(&hw->mdio_lock);

	e1k_wr32(hw, E1K_MDIC, FIELD_PREP(E1K_MDIC_OP, op) |
			       FIELD_PREP(E1K_MDIC_PHY, E1K_PHY_ADDR) |
			       FIELD_PREP(E1K_MDIC_REG, reg) |
			       FIELD_PREP(E1K_MDIC_DATA, out));
	err = read_poll_timeout(e1k_rd32, mdic,
				mdic & (E1K_MDIC_READY | E1K_MDIC_ERROR),
				E1K_MDIC_POLL_US, E1K_MDIC_TIMEOUT_US, false,
				hw, E1K_MDIC);
	if (err)
		return err;
	/* All ones from a removed device have this bit set, too */
	if (mdic & E1K_MDIC_ERROR)
		return -EIO;
	*in = FIELD_GET(E1K_MDIC_DATA, mdic);
	return 0;
}

/**
 * e1k_phy_read() - read a PHY register
 * @hw: the NIC
 * @reg: register, 0 to 31
 * @val: the value; unchanged on error
 * Context: may sleep; takes hw->mdio_lock. SDM 13.4.6.
 * Return: 0, -EIO if the PHY has no such register, -ETIMEDOUT.
 */
int e1k_phy_read(struct e1k_hw *hw, u32 reg, u16 *val)
{
	int err;

	mutex_lock(&hw->mdio_lock);
	err = e1k_mdic(hw, E1K_MDIC_OP_READ, reg, 0, val);
	mutex_unlock(&hw->mdio_lock);
	return err;
}

static int e1k_phy_write(struct e1k_hw *hw, u32 reg, u16 val)
{
	u16 ignored;
	int err;

	mutex_lock(&hw->mdio_lock);
	err = e1k_mdic(hw, E1K_MDIC_OP_WRITE, reg, val, &ignored);
	mutex_unlock(&hw->mdio_lock);
	return err;
}

/**
 * e1k_phy_init() - identify the PHY
 * @hw: the NIC
 * Context: may sleep.
 * Return: 0, or the error of the first access.
 */
int e1k_phy_init(struct e1k_hw *hw)
{
	u16 id1, id2;
	int err;

	err = e1k_phy_read(hw, MII_PHYSID1, &id1);
	if (err)
		return err;
	err = e1k_phy_read(hw, MII_PHYSID2, &id2);
	if (err)
		return err;
	hw->phy_id = (u32)id1 << 16 | id2;
	return 0;
}

/* Write only on change: restarting negotiation takes the link down. */
static int e1k_phy_update(struct e1k_hw *hw, u32 reg, u16 mask, u16 set,
			  bool *changed)
{
	u16 old, new;
	int err;

	err = e1k_phy_read(hw, reg, &old);
	if (err)
		return err;
	new = (old & ~mask) | set;
	if (new == old)
		return 0;
	*changed = true;
	return e1k_phy_write(hw, reg, new);
}

static int e1k_phy_setup_forced(struct e1k_hw *hw,
				const struct e1k_link_cfg *cfg)
{
	bool changed = false;
	u16 bmcr = 0;

	if (cfg->speed == 100)
		bmcr |= BMCR_SPEED100;
	if (cfg->full_duplex)
		bmcr |= BMCR_FULLDPLX;
	return e1k_phy_update(hw, MII_BMCR,
			      BMCR_ANENABLE | BMCR_ANRESTART | BMCR_PDOWN |
			      BMCR_LOOPBACK | BMCR_SPEED1000 | BMCR_SPEED100 |
			      BMCR_FULLDPLX, bmcr, &changed);
}

/**
 * e1k_phy_adv() - MII_ADVERTISE for the requested settings
 * @cfg: requested link settings
 * Return: mode and pause bits.
 */
u16 e1k_phy_adv(const struct e1k_link_cfg *cfg)
{
	return cfg->adv |
	       mii_advertise_flowctrl((cfg->rx_pause ? FLOW_CTRL_RX : 0) |
				      (cfg->tx_pause ? FLOW_CTRL_TX : 0));
}

/**
 * e1k_phy_setup() - configure the PHY
 * @hw: the NIC
 * @cfg: requested link settings; a change restarts negotiation
 * Context: may sleep.
 * Return: 0, or the error of an access.
 */
int e1k_phy_setup(struct e1k_hw *hw, const struct e1k_link_cfg *cfg)
{
	bool changed = false;
	u16 bmcr;
	int err;

	if (cfg->loopback && !e1k_has_quirk(hw, E1K_QUIRK_LOOP_MAC))
		return e1k_phy_write(hw, MII_BMCR, BMCR_LOOPBACK |
				     BMCR_SPEED1000 | BMCR_FULLDPLX);
	if (!cfg->autoneg)
		return e1k_phy_setup_forced(hw, cfg);

	err = e1k_phy_update(hw, MII_ADVERTISE,
			     ADVERTISE_ALL | ADVERTISE_PAUSE_CAP |
			     ADVERTISE_PAUSE_ASYM,
			     e1k_phy_adv(cfg), &changed);
	if (err)
		return err;
	err = e1k_phy_update(hw, MII_CTRL1000,
			     ADVERTISE_1000FULL | ADVERTISE_1000HALF,
			     cfg->adv1000, &changed);
	if (err)
		return err;
	err = e1k_phy_read(hw, MII_BMCR, &bmcr);
	if (err)
		return err;
	if (!changed && (bmcr & BMCR_ANENABLE) &&
	    !(bmcr & (BMCR_PDOWN | BMCR_LOOPBACK)))
		return 0;
	return e1k_phy_restart(hw);
}

/**
 * e1k_phy_restart() - restart negotiation
 * @hw: the NIC
 * Context: may sleep. The link is down until negotiation is complete.
 * Return: 0, or the error of an access.
 */
int e1k_phy_restart(struct e1k_hw *hw)
{
	u16 bmcr;
	int err;

	err = e1k_phy_read(hw, MII_BMCR, &bmcr);
	if (err)
		return err;
	bmcr &= ~(BMCR_PDOWN | BMCR_LOOPBACK | BMCR_ISOLATE);
	return e1k_phy_write(hw, MII_BMCR,
			     bmcr | BMCR_ANENABLE | BMCR_ANRESTART);
}

/**
 * e1k_phy_get_mode() - negotiated speed and duplex
 * @hw: the NIC
 * @link: speed and duplex are replaced by the negotiated ones, if any
 *
 * Emulations report 1000 Mb/s in STATUS whatever was advertised. On hardware
 * STATUS and the negotiated mode are the same.
 * Context: may sleep. IEEE 802.3 28B.3.
 * Return: 0, or the error of an access; @link is unchanged then.
 */
int e1k_phy_get_mode(struct e1k_hw *hw, struct e1k_link *link)
{
	u16 adv, lpa, ctrl1000, stat1000;
	unsigned int mode;
	int err;

	err = e1k_phy_read(hw, MII_ADVERTISE, &adv) ?:
	      e1k_phy_read(hw, MII_LPA, &lpa) ?:
	      e1k_phy_read(hw, MII_CTRL1000, &ctrl1000) ?:
	      e1k_phy_read(hw, MII_STAT1000, &stat1000);
	if (err)
		return err;
	if ((ctrl1000 & ADVERTISE_1000FULL) && (stat1000 & LPA_1000FULL)) {
		link->speed = SPEED_1000;
		link->full_duplex = true;
		return 0;
	}
	if (!(adv & lpa & ADVERTISE_ALL))
		return 0;	/* the partner does not negotiate */
	mode = mii_nway_result(adv & lpa);
	link->speed = mode & (LPA_100FULL | LPA_100HALF) ? SPEED_100 : SPEED_10;
	link->full_duplex = mode & LPA_DUPLEX;
	return 0;
}

/**
 * e1k_phy_get_pause() - negotiated pause modes
 * @hw: the NIC
 * @link: the pause modes are filled in
 * Context: may sleep. IEEE 802.3 annex 28B.
 * Return: 0, or the error of an access; no pause then.
 */
int e1k_phy_get_pause(struct e1k_hw *hw, struct e1k_link *link)
{
	u16 adv, lpa;
	int err;
	u8 cap;

	link->rx_pause = false;
	link->tx_pause = false;
	err = e1k_phy_read(hw, MII_ADVERTISE, &adv);
	if (err)
		return err;
	err = e1k_phy_read(hw, MII_LPA, &lpa);
	if (err)
		return err;
	cap = mii_resolve_flowctrl_fdx(adv, lpa);
	link->rx_pause = cap & FLOW_CTRL_RX;
	link->tx_pause = cap & FLOW_CTRL_TX;
	return 0;
}

/**
 * e1k_phy_get_mdix() - read whether the pairs of the cable are crossed
 * @hw: the NIC
 * @state: ETH_TP_MDI or ETH_TP_MDI_X; meaningless without link
 * @ctrl: ETH_TP_MDI_AUTO, or the fixed setting, which the driver never changes
 * Context: may sleep. SDM 13.4.7. Both are ETH_TP_MDI_INVALID if the PHY does
 * not answer.
 */
void e1k_phy_get_mdix(struct e1k_hw *hw, u8 *state, u8 *ctrl)
{
	u16 pscr, pssr;

	*state = ETH_TP_MDI_INVALID;
	*ctrl = ETH_TP_MDI_INVALID;
	if (e1k_phy_read(hw, E1K_PSCR, &pscr) ||
	    e1k_phy_read(hw, E1K_PSSR, &pssr))
		return;
	*state = pssr & E1K_PSSR_MDIX ? ETH_TP_MDI_X : ETH_TP_MDI;
	if (FIELD_GET(E1K_PSCR_MDIX, pscr) == E1K_PSCR_MDIX_AUTO)
		*ctrl = ETH_TP_MDI_AUTO;
	else
		*ctrl = pscr & E1K_PSCR_MDIX ? ETH_TP_MDI_X : ETH_TP_MDI;
}
