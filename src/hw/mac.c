// SPDX-License-Identifier: GPL-2.0-only
/*
 * The MAC: reset, receiver, transmitter, link, flow control and bus mastering.
 * A NIC without bus mastering cannot write memory: the driver clears it as the
 * last resort when a reset fails, and to stop reception where a write to RCTL
 * is expensive.
 */
#include <linux/bitfield.h>
#include <linux/delay.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/iopoll.h>
#include <linux/log2.h>
#include <linux/pci.h>

#include "hw/hw.h"

/* The reset takes about 1 us, without the EEPROM auto-read */
#define E1K_RST_POLL_US		10
#define E1K_RST_TIMEOUT_US	10000

/* Longest time for a frame in flight to arrive or leave, at 10 Mb/s */
#define E1K_DRAIN_MS		15

/* Time for PCI Express requests that are under way to complete */
#define E1K_MASTER_POLL_US	100
#define E1K_MASTER_TIMEOUT_US	80000

#define E1K_FC_PAUSE_TIME	0xffff

/* Leave no buffers: others may enable bus mastering before they stop RX. */
static void e1k_mac_rx_park(struct e1k_hw *hw)
{
	pci_clear_master(hw->pdev);
	e1k_wr32(hw, E1K_RDH, e1k_rd32(hw, E1K_RDT));
}

/**
 * e1k_mac_drain() - wait until frames in flight have arrived or left
 * @hw: the NIC
 * Context: may sleep.
 */
void e1k_mac_drain(struct e1k_hw *hw)
{
	e1k_rd32(hw, E1K_STATUS);	/* flush posted writes */
	msleep(E1K_DRAIN_MS);
}

/* A reset amid requests may hang the bus: let them complete. */
static void e1k_mac_end_mastering(struct e1k_hw *hw)
{
	u32 status;

	if (!hw->chip->is_pcie)
		return;
	e1k_wr32(hw, E1K_CTRL, e1k_rd32(hw, E1K_CTRL) |
			       E1K_CTRL_GIO_MASTER_DISABLE);
	if (read_poll_timeout(e1k_rd32, status,
			      !(status & E1K_STATUS_GIO_MASTER_ENABLE),
			      E1K_MASTER_POLL_US, E1K_MASTER_TIMEOUT_US, false,
			      hw, E1K_STATUS))
		dev_warn(&hw->pdev->dev,
			 "PCI requests pending before reset (STATUS %#x)\n",
			 status);
}

/**
 * e1k_mac_reset() - reset the MAC, mask interrupts, stop reception
 * @hw: the NIC
 *
 * Some emulations have a CTRL.RST that clears nothing but itself: the driver
 * writes everything it relies on afterwards, here, in e1k_filter_reset() and in
 * e1k_mac_init(). On success the NIC has forgotten its rings. On error it stays
 * off the bus until a later reset succeeds.
 * Context: may sleep; rings stopped, interrupts not in use. SDM 14.3, 13.4.1.
 * Return: 0, -ETIMEDOUT if CTRL.RST stays set, -ENODEV if the device is gone.
 */
int e1k_mac_reset(struct e1k_hw *hw)
{
	u32 ctrl;
	int err;

	e1k_wr32(hw, E1K_IMC, U32_MAX);
	e1k_wr32(hw, E1K_TCTL, E1K_TCTL_PSP);
	if (e1k_has_cap(hw, E1K_CAP_BUS_STOP)) {
		e1k_mac_rx_park(hw);
	} else {
		e1k_wr32(hw, E1K_RCTL, 0);
		e1k_mac_drain(hw);
	}
	e1k_mac_end_mastering(hw);
	ctrl = e1k_rd32(hw, E1K_CTRL);
	e1k_wr32(hw, E1K_CTRL, ctrl | E1K_CTRL_RST);
	/* No register access while the reset is in progress */
	usleep_range(20, 50);
	err = read_poll_timeout(e1k_rd32, ctrl, !(ctrl & E1K_CTRL_RST),
				E1K_RST_POLL_US, E1K_RST_TIMEOUT_US, false,
				hw, E1K_CTRL);
	if (err || e1k_hw_is_unresponsive(hw)) {
		/* The NIC may still use rings that the caller frees */
		pci_clear_master(hw->pdev);
		if (e1k_hw_is_unresponsive(hw))
			return -ENODEV;
		dev_err(&hw->pdev->dev, "reset timed out (CTRL %#x)\n", ctrl);
		return err;
	}
	msleep(hw->chip->autoread_ms);

	e1k_wr32(hw, E1K_IMC, U32_MAX);
	e1k_rd32(hw, E1K_ICR);
	e1k_filter_reset(hw);
	return 0;
}

static void e1k_mac_init_flow_control(struct e1k_hw *hw)
{
	e1k_wr32(hw, E1K_FCAL, E1K_FC_ADDR_LOW);
	e1k_wr32(hw, E1K_FCAH, E1K_FC_ADDR_HIGH);
	e1k_wr32(hw, E1K_FCT, E1K_FC_TYPE);
	e1k_wr32(hw, E1K_FCTTV, E1K_FC_PAUSE_TIME);
}

/**
 * e1k_mac_init() - write the registers that stay constant between resets
 * @hw: the NIC, after e1k_mac_reset()
 * Context: any.
 */
void e1k_mac_init(struct e1k_hw *hw)
{
	u32 ctrl = e1k_rd32(hw, E1K_CTRL);
	u32 i;

	ctrl &= ~(E1K_CTRL_FRCSPD | E1K_CTRL_FRCDPLX | E1K_CTRL_VME |
		  E1K_CTRL_RFCE | E1K_CTRL_TFCE | E1K_CTRL_RST |
		  E1K_CTRL_PHY_RST);
	if (hw->chip->is_pcie)
		ctrl &= ~E1K_CTRL_GIO_MASTER_DISABLE;
	ctrl |= E1K_CTRL_SLU | E1K_CTRL_ASDE;
	e1k_wr32(hw, E1K_CTRL, ctrl);

	e1k_mac_init_flow_control(hw);
	e1k_wr32(hw, E1K_VET, ETH_P_8021Q);

	/* No receive interrupt delay: ITR alone moderates */
	e1k_wr32(hw, E1K_RDTR, 0);
	if (e1k_has_itr(hw))
		e1k_wr32(hw, E1K_RADV, 0);
	e1k_mac_set_wake(hw, 0);

	/* Write DD back for each descriptor (SDM 13.4.42) */
	for (i = 0; i < hw->queues; i++)
		e1k_wr32(hw, E1K_TXDCTL + i * E1K_QUEUE_REGS, hw->chip->txdctl);
	/* Copper timing, IEEE 802.3 (SDM 13.4.34) */
	e1k_wr32(hw, E1K_TIPG, FIELD_PREP(E1K_TIPG_IPGT, 8) |
			       FIELD_PREP(E1K_TIPG_IPGR1, 8) |
			       FIELD_PREP(E1K_TIPG_IPGR2, 6));

	if (hw->msix)
		e1k_82574_init_msix(hw);
	else if (hw->chip->has_msix)
		e1k_82574_init_legacy(hw);
	if (!e1k_has_cap(hw, E1K_CAP_BUS_STOP))
		pci_set_master(hw->pdev);
}

/* BSIZE 0 is 2048 bytes (32768 with BSEX), each step halves it (SDM 13.4.22) */
static u32 e1k_rctl_bsize(u32 buf_len)
{
	if (buf_len > 2048)
		return FIELD_PREP(E1K_RCTL_BSIZE, 15 - ilog2(buf_len)) |
		       E1K_RCTL_BSEX;
	return FIELD_PREP(E1K_RCTL_BSIZE, 11 - ilog2(buf_len));
}

/**
 * e1k_mac_rx_tail() - read RDT
 * @hw: the NIC
 * @queue: index of the ring
 * Context: any. SDM 13.4.29.
 * Return: the slot behind the last one that the NIC may fill.
 */
u32 e1k_mac_rx_tail(struct e1k_hw *hw, u32 queue)
{
	return e1k_rd32(hw, E1K_RDT + queue * E1K_QUEUE_REGS);
}

/* The slot at which head and tail meet until buffers are made available. */
static u32 e1k_mac_rx_meet(struct e1k_hw *hw, const struct e1k_rx_setup *setup,
			   u32 queue)
{
	if (e1k_has_cap(hw, E1K_CAP_BUS_STOP))
		return setup->tail[queue];
	if (queue >= setup->queues || e1k_has_quirk(hw, E1K_QUIRK_RDT_DROPS))
		return e1k_mac_rx_tail(hw, queue);
	return setup->head[queue];
}

/* No write to RDT that changes nothing: see E1K_QUIRK_RDT_DROPS. */
static void e1k_mac_rx_empty(struct e1k_hw *hw, u32 queue, u32 slot)
{
	e1k_wr32(hw, E1K_RDH + queue * E1K_QUEUE_REGS, slot);
	if (e1k_mac_rx_tail(hw, queue) != slot)
		e1k_wr32(hw, E1K_RDT + queue * E1K_QUEUE_REGS, slot);
}

/* Make a queue's buffers available. */
static void e1k_mac_rx_post(struct e1k_hw *hw, const struct e1k_rx_setup *setup, u32 queue)
{
	if (e1k_mac_rx_meet(hw, setup, queue) != setup->head[queue])
		e1k_wr32(hw, E1K_RDH + queue * E1K_QUEUE_REGS, setup->head[queue]);
	e1k_wr32(hw, E1K_RDT + queue * E1K_QUEUE_REGS, setup->tail[queue]);
}

/**
 * e1k_mac_rx_pause() - stop reception for a moment
 * @hw: the NIC, receiving, with E1K_CAP_LIVE_RINGS and without E1K_CAP_BUS_STOP
 *
 * One queue may be given another ring meanwhile. Frames wait.
 * Context: any but hard interrupt. e1k_mac_rx_resume() follows.
 */
void e1k_mac_rx_pause(struct e1k_hw *hw)
{
	e1k_filter_rctl(hw, E1K_RCTL_EN, 0);
	e1k_rd32(hw, E1K_STATUS);	/* flush posted writes */
}

/**
 * e1k_mac_rx_resume() - go on with reception, one queue on another ring
 * @hw: the NIC, after e1k_mac_rx_pause(); RDBA and RDLEN of the queue written
 * @setup: queues, head and tail of that queue
 * @queue: its index
 * Context: any but hard interrupt.
 */
void e1k_mac_rx_resume(struct e1k_hw *hw, const struct e1k_rx_setup *setup, u32 queue)
{
	e1k_mac_rx_empty(hw, queue, e1k_mac_rx_meet(hw, setup, queue));
	e1k_filter_rctl(hw, 0, E1K_RCTL_EN);
	e1k_mac_rx_post(hw, setup, queue);
}

/**
 * e1k_mac_rx_start() - start reception
 * @hw: the NIC, reception stopped, RDBA and RDLEN written
 * @setup: receiver configuration
 *
 * With E1K_CAP_BUS_STOP, RCTL.EN stays set after the first start and the NIC
 * waits off the bus. Buffers are then made available by moving the head, not
 * the tail: a tail write makes QEMU deliver queued frames, which would be lost
 * while bus mastering is off.
 * Context: any but hard interrupt. SDM 14.4.
 */
void e1k_mac_rx_start(struct e1k_hw *hw, const struct e1k_rx_setup *setup)
{
	bool parked = e1k_has_cap(hw, E1K_CAP_BUS_STOP);
	u32 set = E1K_RCTL_EN | E1K_RCTL_BAM | hw->lbm |
		  e1k_rctl_bsize(setup->buf_len);
	u32 i;

	if (setup->long_frames)
		set |= E1K_RCTL_LPE;
	if (setup->store_bad)
		set |= E1K_RCTL_SBP;
	if (!setup->keep_crc)
		set |= E1K_RCTL_SECRC;

	/* Also rings that are not in use */
	for (i = 0; i < hw->queues; i++)
		e1k_mac_rx_empty(hw, i, e1k_mac_rx_meet(hw, setup, i));
	if (hw->msix)
		e1k_82574_set_rss(hw, setup->queues, setup->hash);
	e1k_filter_rctl(hw, E1K_RCTL_LPE | E1K_RCTL_SBP | E1K_RCTL_SECRC |
			    E1K_RCTL_BSIZE | E1K_RCTL_BSEX | E1K_RCTL_LBM |
			    E1K_RCTL_RDMTS | E1K_RCTL_MO | E1K_RCTL_DPF, set);
	if (parked) {
		e1k_wr32(hw, E1K_RDH, setup->head[0]);
		pci_set_master(hw->pdev);
	} else {
		for (i = 0; i < setup->queues; i++)
			e1k_mac_rx_post(hw, setup, i);
	}
}

/**
 * e1k_mac_is_receiving() - read RCTL.EN
 * @hw: the NIC, receiver started
 * Context: any.
 * Return: false if the receiver is off, as after a reset by others.
 */
bool e1k_mac_is_receiving(struct e1k_hw *hw)
{
	return e1k_rd32(hw, E1K_RCTL) & E1K_RCTL_EN;
}

/**
 * e1k_mac_rx_stop() - stop reception, and wait for frames in flight
 * @hw: the NIC
 *
 * Some NICs keep prefetched descriptors and use them when reception is started
 * again: without E1K_CAP_LIVE_RINGS the ring's memory must stay allocated until
 * e1k_mac_reset().
 * Context: may sleep.
 */
void e1k_mac_rx_stop(struct e1k_hw *hw)
{
	if (e1k_has_cap(hw, E1K_CAP_BUS_STOP)) {
		e1k_mac_rx_park(hw);
		return;
	}
	e1k_filter_rctl(hw, E1K_RCTL_EN, 0);
	e1k_mac_drain(hw);
}

/**
 * e1k_mac_tx_start() - start transmission
 * @hw: the NIC; TDBA and TDLEN written
 * @queues: rings in use
 * Context: any. SDM 14.5.
 */
void e1k_mac_tx_start(struct e1k_hw *hw, u32 queues)
{
	u32 i;

	for (i = 0; i < queues; i++) {
		e1k_wr32(hw, E1K_TDH + i * E1K_QUEUE_REGS, 0);
		e1k_wr32(hw, E1K_TDT + i * E1K_QUEUE_REGS, 0);
	}
	e1k_wr32(hw, E1K_TCTL, E1K_TCTL_EN | E1K_TCTL_PSP | E1K_TCTL_RTLC |
			       FIELD_PREP(E1K_TCTL_CT, E1K_CT_DEFAULT) |
			       FIELD_PREP(E1K_TCTL_COLD, E1K_COLD_FD));
}

/**
 * e1k_mac_tx_stop() - stop transmission after the frame in flight
 * @hw: the NIC
 * Context: any. e1k_mac_drain() and e1k_mac_rx_stop() wait for that frame.
 */
void e1k_mac_tx_stop(struct e1k_hw *hw)
{
	e1k_wr32(hw, E1K_TCTL, E1K_TCTL_PSP);
}

/**
 * e1k_mac_is_tx_paused() - has the partner sent XOFF?
 * @hw: the NIC
 * Context: any.
 * Return: STATUS.TXOFF. SDM 13.4.2.
 */
bool e1k_mac_is_tx_paused(struct e1k_hw *hw)
{
	return e1k_rd32(hw, E1K_STATUS) & E1K_STATUS_TXOFF;
}

/**
 * e1k_mac_set_vlan_offload() - switch VLAN tag stripping and insertion
 * @hw: the NIC
 * @on: CTRL.VME, one bit for both
 * Context: RTNL, which serialises all writers of CTRL. SDM 9.1.
 */
void e1k_mac_set_vlan_offload(struct e1k_hw *hw, bool on)
{
	u32 ctrl = e1k_rd32(hw, E1K_CTRL);
	u32 want = on ? ctrl | E1K_CTRL_VME : ctrl & ~E1K_CTRL_VME;

	if (want != ctrl)
		e1k_wr32(hw, E1K_CTRL, want);
}

/**
 * e1k_mac_set_rx_csum() - switch receive checksum offload
 * @hw: the NIC
 * @on: enable
 * Context: any. SDM 13.4.32.
 */
void e1k_mac_set_rx_csum(struct e1k_hw *hw, bool on)
{
	u32 val = on ? E1K_RXCSUM_IPOFL | E1K_RXCSUM_TUOFL : 0;

	/* Extended descriptors have room for a sum or for the hash */
	if (hw->msix)
		val |= E1K_RXCSUM_PCSD;
	e1k_wr32(hw, E1K_RXCSUM, val);
}

/**
 * e1k_mac_set_itr() - set the minimum interval between interrupts
 * @hw: the NIC; without ITR the call has no effect
 * @queue: the queue pair; only with MSI-X has each its own interrupt
 * @usecs: at most E1K_ITR_MAX_USECS; 0 for no limit
 * Context: any. SDM 13.4.18.
 */
void e1k_mac_set_itr(struct e1k_hw *hw, u32 queue, u32 usecs)
{
	u32 val = usecs * NSEC_PER_USEC / E1K_ITR_UNIT_NS;

	if (e1k_has_itr(hw))
		e1k_wr32(hw, E1K_ITR, val);
	/* MSI-X has its own, and ignores ITR, which dumps show */
	if (hw->msix)
		e1k_wr32(hw, E1K_EITR(queue), val);
}

/**
 * e1k_mac_set_tx_delay() - set the delay of completion interrupts
 * @hw: the NIC
 * @usecs: at most E1K_TIDV_MAX_USECS; only affects descriptors with IDE set
 * Context: any. TIDV counts from the last completion, TADV from the first:
 * equal values bound the delay of the first. SDM 13.4.41, 13.4.43.
 */
void e1k_mac_set_tx_delay(struct e1k_hw *hw, u32 usecs)
{
	u32 val = usecs * 1000 / 1024;

	e1k_wr32(hw, E1K_TIDV, val);
	if (e1k_has_itr(hw))
		e1k_wr32(hw, E1K_TADV, val);
}

/**
 * e1k_mac_save_led() - save LEDCTL, which the EEPROM may have set
 * @hw: the NIC
 * Context: RTNL. SDM 13.4.13.
 */
void e1k_mac_save_led(struct e1k_hw *hw)
{
	hw->ledctl = e1k_rd32(hw, E1K_LEDCTL);
}

/**
 * e1k_mac_set_led() - switch LED 0 on or off, to identify the NIC
 * @hw: the NIC, after e1k_mac_save_led()
 * @on: on or off
 * Context: RTNL. SDM 13.4.13.
 */
void e1k_mac_set_led(struct e1k_hw *hw, bool on)
{
	u32 mode = on ? E1K_LED_MODE_ON : E1K_LED_MODE_OFF;

	e1k_wr32(hw, E1K_LEDCTL, (hw->ledctl & ~E1K_LEDCTL_LED0) |
				 FIELD_PREP(E1K_LEDCTL_LED0_MODE, mode));
}

/**
 * e1k_mac_restore_led() - restore LEDCTL
 * @hw: the NIC, after e1k_mac_save_led()
 * Context: RTNL.
 */
void e1k_mac_restore_led(struct e1k_hw *hw)
{
	e1k_wr32(hw, E1K_LEDCTL, hw->ledctl);
}

/**
 * e1k_mac_wake_supported() - supported Wake-on-LAN modes
 * @hw: the NIC
 * Return: WAKE_* bits. None if the function cannot raise PME from D3:
 * emulations lack the PM capability, or its PME bits.
 */
u32 e1k_mac_wake_supported(struct e1k_hw *hw)
{
	if (!pci_pme_capable(hw->pdev, PCI_D3hot) &&
	    !pci_pme_capable(hw->pdev, PCI_D3cold))
		return 0;
	return WAKE_PHY | WAKE_MAGIC | WAKE_UCAST | WAKE_MCAST | WAKE_BCAST;
}

/**
 * e1k_mac_set_wake() - arm Wake-on-LAN
 * @hw: the NIC, about to be suspended
 * @wolopts: supported WAKE_* bits, or 0 to disarm
 *
 * Frames wake the machine only if the receiver is on and its filters accept
 * them. The receiver has no descriptors then, and D3 takes the NIC off the bus.
 * Context: any but hard interrupt. SDM 6.3, 13.4.44.
 */
void e1k_mac_set_wake(struct e1k_hw *hw, u32 wolopts)
{
	u32 wufc = 0;

	if (wolopts & WAKE_PHY)
		wufc |= E1K_WUFC_LNKC;
	if (wolopts & WAKE_MAGIC)
		wufc |= E1K_WUFC_MAG;
	if (wolopts & WAKE_UCAST)
		wufc |= E1K_WUFC_EX;
	if (wolopts & WAKE_MCAST)
		wufc |= E1K_WUFC_MC;
	if (wolopts & WAKE_BCAST)
		wufc |= E1K_WUFC_BC;
	e1k_wr32(hw, E1K_WUFC, wufc);
	e1k_wr32(hw, E1K_WUC, wufc ? E1K_WUC_PME_EN : 0);
	if (wufc & ~E1K_WUFC_LNKC)
		e1k_filter_rctl(hw, 0, E1K_RCTL_EN | E1K_RCTL_BAM);
}

/**
 * e1k_mac_can_loop() - does loopback work, in the PHY or the MAC?
 * @hw: the NIC
 * Return: true if it does.
 */
bool e1k_mac_can_loop(const struct e1k_hw *hw)
{
	return !e1k_has_quirk(hw, E1K_QUIRK_NO_LOOP);
}

/**
 * e1k_mac_link_force() - force speed and duplex, or follow the PHY
 * @hw: the NIC
 * @cfg: requested link settings; sets loopback with E1K_QUIRK_LOOP_MAC only
 * Context: RTNL. SDM 13.4.1, 13.4.22.
 */
void e1k_mac_link_force(struct e1k_hw *hw, const struct e1k_link_cfg *cfg)
{
	u32 ctrl = e1k_rd32(hw, E1K_CTRL);

	ctrl &= ~(E1K_CTRL_FRCSPD | E1K_CTRL_FRCDPLX | E1K_CTRL_SPEED |
		  E1K_CTRL_FD | E1K_CTRL_ASDE);
	if (cfg->autoneg) {
		ctrl |= E1K_CTRL_ASDE | E1K_CTRL_FD;
	} else {
		ctrl |= E1K_CTRL_FRCSPD | E1K_CTRL_FRCDPLX |
			FIELD_PREP(E1K_CTRL_SPEED, cfg->speed == 100 ?
				   E1K_SPEED_100 : E1K_SPEED_10);
		if (cfg->full_duplex)
			ctrl |= E1K_CTRL_FD;
	}
	e1k_wr32(hw, E1K_CTRL, ctrl | E1K_CTRL_SLU);

	if (!e1k_has_quirk(hw, E1K_QUIRK_LOOP_MAC))
		return;
	hw->lbm = cfg->loopback ? FIELD_PREP(E1K_RCTL_LBM, E1K_LBM_PHY) : 0;
	e1k_filter_rctl(hw, E1K_RCTL_LBM, hw->lbm);
}

/**
 * e1k_mac_link_is_up() - read STATUS.LU
 * @hw: the NIC
 * Context: any.
 * Return: STATUS.LU; false for a removed device.
 */
bool e1k_mac_link_is_up(struct e1k_hw *hw)
{
	u32 status = e1k_rd32(hw, E1K_STATUS);

	return !e1k_hw_is_unresponsive(hw) && (status & E1K_STATUS_LU);
}

/**
 * e1k_mac_link_get() - read the state of the link
 * @hw: the NIC
 * @cfg: link settings in force
 * @link: filled in
 * Context: may sleep. SDM 8.6.
 */
void e1k_mac_link_get(struct e1k_hw *hw, const struct e1k_link_cfg *cfg,
		      struct e1k_link *link)
{
	static const u16 speeds[] = { 10, 100, 1000, 1000 };
	u32 status = e1k_rd32(hw, E1K_STATUS);

	*link = (struct e1k_link) {
		.up = !e1k_hw_is_unresponsive(hw) && (status & E1K_STATUS_LU),
		.full_duplex = status & E1K_STATUS_FD,
		.speed = speeds[FIELD_GET(E1K_STATUS_SPEED, status)],
	};
	if (cfg->autoneg) {
		if (link->up)
			e1k_phy_get_mode(hw, link);
	} else {
		link->speed = cfg->speed;
		link->full_duplex = cfg->full_duplex;
	}
	if (!link->up || !link->full_duplex)
		return;		/* PAUSE is for full duplex only */
	if (cfg->autoneg && cfg->pause_autoneg) {
		e1k_phy_get_pause(hw, link);
	} else {
		link->rx_pause = cfg->rx_pause;
		link->tx_pause = cfg->tx_pause;
	}
}

/**
 * e1k_mac_link_apply() - configure MAC and flow control for the link
 * @hw: the NIC
 * @link: state of the link, which is up
 * @max_frame: longest frame expected, bytes
 *
 * XOFF is sent while the FIFO still has room for a frame of each direction. Its
 * size is read from the device, hence the bounds check.
 * Context: RTNL. SDM 13.4.7 to 13.4.9.
 */
void e1k_mac_link_apply(struct e1k_hw *hw, const struct e1k_link *link,
			u32 max_frame)
{
	u32 fifo = FIELD_GET(E1K_PBA_RXA, e1k_rd32(hw, E1K_PBA)) << 10;
	u32 ctrl = e1k_rd32(hw, E1K_CTRL);
	u32 tctl = e1k_rd32(hw, E1K_TCTL);
	u32 high = 0, low = 0;

	if (link->tx_pause && fifo > 2 * max_frame && fifo <= SZ_64K) {
		high = (fifo - max_frame) & E1K_FCRT_MASK;
		low = (high - max_frame) & E1K_FCRT_MASK;
		low |= E1K_FCRTL_XONE;
	}
	e1k_wr32(hw, E1K_FCRTL, low);
	e1k_wr32(hw, E1K_FCRTH, high);

	ctrl &= ~(E1K_CTRL_RFCE | E1K_CTRL_TFCE);
	if (link->rx_pause)
		ctrl |= E1K_CTRL_RFCE;
	if (link->tx_pause)
		ctrl |= E1K_CTRL_TFCE;
	e1k_wr32(hw, E1K_CTRL, ctrl);

	/* A TCTL write makes some emulations run the ring: only on change */
	if (FIELD_GET(E1K_TCTL_COLD, tctl) !=
	    (link->full_duplex ? E1K_COLD_FD : E1K_COLD_HD)) {
		tctl &= ~E1K_TCTL_COLD;
		tctl |= FIELD_PREP(E1K_TCTL_COLD, link->full_duplex ?
				   E1K_COLD_FD : E1K_COLD_HD);
		e1k_wr32(hw, E1K_TCTL, tctl);
	}
}
