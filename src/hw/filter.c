// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive filters, all shadowed: RCTL's accept bits, receive addresses,
 * multicast hash and VLAN table. Table words are written on change, RCTL on
 * every call. With E1K_QUIRK_RCTL_STALL even a write of the same value stops
 * reception for a second: RCTL is then written on change only, and the tables
 * express every mode they can.
 */
#include <linux/bitfield.h>
#include <linux/string.h>

#include "hw/hw.h"

static void e1k_filter_rctl_locked(struct e1k_hw *hw, u32 clear, u32 set)
{
	u32 rctl = (hw->rctl & ~clear) | set;

	if (rctl == hw->rctl && e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL))
		return;
	hw->rctl = rctl;
	e1k_wr32(hw, E1K_RCTL, rctl);
}

/**
 * e1k_filter_rctl() - change bits of RCTL
 * @hw: the NIC
 * @clear: bits to clear
 * @set: bits to set, after clearing
 * Context: any but hard interrupt; takes hw->lock.
 */
void e1k_filter_rctl(struct e1k_hw *hw, u32 clear, u32 set)
{
	spin_lock_bh(&hw->lock);
	e1k_filter_rctl_locked(hw, clear, set);
	spin_unlock_bh(&hw->lock);
}

/**
 * e1k_filter_read_rctl() - take over RCTL from an earlier driver
 * @hw: the NIC
 * Context: before the first reset, which starts with a write of 0 on NICs
 * without E1K_QUIRK_RCTL_STALL.
 */
void e1k_filter_read_rctl(struct e1k_hw *hw)
{
	if (e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL))
		hw->rctl = e1k_rd32(hw, E1K_RCTL);
}

static void e1k_filter_write_rar(struct e1k_hw *hw, unsigned int i)
{
	/* Disable the entry meanwhile, so that no mixture matches */
	e1k_wr32(hw, E1K_RAH(i), 0);
	e1k_wr32(hw, E1K_RAL(i), hw->rar[i].low);
	e1k_wr32(hw, E1K_RAH(i), hw->rar[i].high);
}

/* VLAN 0 is a priority tag without a VLAN: always accept it. */
static void e1k_filter_write_vfta(struct e1k_hw *hw, unsigned int i)
{
	bool open = hw->vlan_open && e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL);
	u32 val = hw->vfta[i] | (i ? 0 : BIT(0));

	e1k_wr32(hw, E1K_VFTA(i), open ? U32_MAX : val);
}

/**
 * e1k_filter_reset() - write all filters after a reset
 * @hw: the NIC
 *
 * Emulations differ in what a reset clears: write the tables and RCTL in any
 * case, but with E1K_QUIRK_RCTL_STALL only an RCTL that reads back differently.
 * Reception stays off until e1k_mac_rx_start().
 * Context: any but hard interrupt; takes hw->lock.
 */
void e1k_filter_reset(struct e1k_hw *hw)
{
	unsigned int i;

	spin_lock_bh(&hw->lock);
	if (!e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL) ||
	    e1k_rd32(hw, E1K_RCTL) != hw->rctl) {
		hw->rctl &= ~E1K_RCTL_EN;
		e1k_wr32(hw, E1K_RCTL, hw->rctl);
	}
	for (i = 0; i < E1K_MTA_LEN; i++)
		e1k_wr32(hw, E1K_MTA(i), hw->mta[i]);
	for (i = 0; i < E1K_VFTA_LEN; i++)
		e1k_filter_write_vfta(hw, i);
	for (i = 0; i < E1K_RAR_LEN; i++)
		e1k_filter_write_rar(hw, i);
	spin_unlock_bh(&hw->lock);
}

/**
 * e1k_filter_set_rar() - write one receive address
 * @hw: the NIC
 * @i: index below E1K_RAR_LEN; 0 is the station address
 * @addr: the address, or NULL to disable the entry
 * Context: any but hard interrupt; takes hw->lock. SDM 13.5.2.
 */
void e1k_filter_set_rar(struct e1k_hw *hw, unsigned int i, const u8 *addr)
{
	u32 low = 0, high = 0;

	if (addr) {
		low = addr[0] | addr[1] << 8 | addr[2] << 16 |
		      (u32)addr[3] << 24;
		high = addr[4] | addr[5] << 8 | E1K_RAH_AV;
	}

	spin_lock_bh(&hw->lock);
	if (hw->rar[i].low != low || hw->rar[i].high != high) {
		hw->rar[i].low = low;
		hw->rar[i].high = high;
		e1k_filter_write_rar(hw, i);
	}
	spin_unlock_bh(&hw->lock);
}

/**
 * e1k_filter_hash() - add an address to a multicast table
 * @mta: E1K_MTA_LEN words to set a bit in
 * @addr: the address; with RCTL.MO = 0 its bits 47 to 36 (SDM 13.5.1)
 */
void e1k_filter_hash(u32 *mta, const u8 *addr)
{
	u32 hash = addr[4] >> 4 | addr[5] << 4;

	mta[hash >> 5] |= BIT(hash & 31);
}

/**
 * e1k_filter_set_multicast() - set the multicast filter
 * @hw: the NIC
 * @mta: E1K_MTA_LEN words of the hash table, or NULL to accept all: by
 *	 RCTL.MPE, or by a full table with E1K_QUIRK_RCTL_STALL
 * Context: any but hard interrupt; takes hw->lock. SDM 13.4.22, 13.5.1.
 */
void e1k_filter_set_multicast(struct e1k_hw *hw, const u32 *mta)
{
	bool by_table = e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL);
	unsigned int i;

	spin_lock_bh(&hw->lock);
	for (i = 0; i < E1K_MTA_LEN && (mta || by_table); i++) {
		u32 val = mta ? mta[i] : U32_MAX;

		if (hw->mta[i] == val)
			continue;
		hw->mta[i] = val;
		e1k_wr32(hw, E1K_MTA(i), val);
	}
	if (!by_table)
		e1k_filter_rctl_locked(hw, E1K_RCTL_MPE,
				       mta ? 0 : E1K_RCTL_MPE);
	spin_unlock_bh(&hw->lock);
}

/**
 * e1k_filter_set_promisc() - switch unicast promiscuous mode
 * @hw: the NIC
 * @on: enable; the caller must also accept all multicast frames, because
 *      emulations differ in what RCTL.UPE alone accepts
 * Context: any but hard interrupt; takes hw->lock. SDM 13.4.22.
 */
void e1k_filter_set_promisc(struct e1k_hw *hw, bool on)
{
	/* The full multicast table accepts every frame, without RCTL writes */
	if (e1k_has_cap(hw, E1K_CAP_HASH_ALL))
		on = false;
	e1k_filter_rctl(hw, E1K_RCTL_UPE, on ? E1K_RCTL_UPE : 0);
}

/*
 * Accept every tag while filtering is off, while the interface is promiscuous,
 * and until the first VLAN is added: an interface without VLANs shows tagged
 * frames to packet sockets, as with the stock driver.
 */
static void e1k_filter_settle_vlan(struct e1k_hw *hw)
{
	bool open = !hw->vlan_filter || hw->vlan_promisc || !hw->vlans;
	bool by_table = e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL);
	unsigned int i;

	if (!by_table)
		e1k_filter_rctl_locked(hw, E1K_RCTL_VFE,
				       open ? 0 : E1K_RCTL_VFE);
	if (open == hw->vlan_open)
		return;
	hw->vlan_open = open;
	for (i = 0; i < E1K_VFTA_LEN && by_table; i++)
		e1k_filter_write_vfta(hw, i);
}

/**
 * e1k_filter_set_vlan() - add a VLAN to the filter, or remove it
 * @hw: the NIC
 * @vid: VLAN id, below 4096
 * @on: add
 * Context: any but hard interrupt; takes hw->lock. SDM 13.5.3.
 */
void e1k_filter_set_vlan(struct e1k_hw *hw, u16 vid, bool on)
{
	unsigned int i = (vid >> 5) & (E1K_VFTA_LEN - 1);
	u32 val;

	spin_lock_bh(&hw->lock);
	val = hw->vfta[i] & ~BIT(vid & 31);
	if (on)
		val |= BIT(vid & 31);
	if (val != hw->vfta[i]) {
		hw->vfta[i] = val;
		hw->vlans += on ? 1 : -1;
		e1k_filter_write_vfta(hw, i);
		e1k_filter_settle_vlan(hw);
	}
	spin_unlock_bh(&hw->lock);
}

/**
 * e1k_filter_enable_vlan() - switch VLAN filtering
 * @hw: the NIC
 * @on: set RCTL.VFE. It always stays set with E1K_QUIRK_RCTL_STALL, where a
 *	table of ones disables the filter
 * Context: any but hard interrupt; takes hw->lock.
 */
void e1k_filter_enable_vlan(struct e1k_hw *hw, bool on)
{
	spin_lock_bh(&hw->lock);
	if (e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL))
		e1k_filter_rctl_locked(hw, 0, E1K_RCTL_VFE);
	hw->vlan_filter = on;
	e1k_filter_settle_vlan(hw);
	spin_unlock_bh(&hw->lock);
}

/**
 * e1k_filter_open_vlan() - accept every VLAN tag, for promiscuous mode
 * @hw: the NIC
 * @on: accept, regardless of e1k_filter_enable_vlan()
 * Context: any but hard interrupt; takes hw->lock.
 */
void e1k_filter_open_vlan(struct e1k_hw *hw, bool on)
{
	spin_lock_bh(&hw->lock);
	hw->vlan_promisc = on;
	e1k_filter_settle_vlan(hw);
	spin_unlock_bh(&hw->lock);
}
