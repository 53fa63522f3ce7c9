// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which frames the NIC takes in: RCTL's accept bits, receive addresses, the
 * multicast hash and the VLAN table.
 *
 * All of them are shadowed. A table's word that would not change is not written.
 * RCTL is written whenever it is set, except where each write stops reception for
 * a second, changed or not: there modes that the tables can express are left to
 * the tables.
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
 *
 * Context: any but hard interrupt; takes hw->lock.
 */
void e1k_filter_rctl(struct e1k_hw *hw, u32 clear, u32 set)
{
	spin_lock_bh(&hw->lock);
	e1k_filter_rctl_locked(hw, clear, set);
	spin_unlock_bh(&hw->lock);
}

/**
 * e1k_filter_read_rctl() - begin with what an earlier driver left in RCTL
 * @hw: the NIC
 *
 * Only where it saves a write that has a price: elsewhere the reset begins with
 * a write of 0.
 *
 * Context: before the first reset.
 */
void e1k_filter_read_rctl(struct e1k_hw *hw)
{
	if (e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL))
		hw->rctl = e1k_rd32(hw, E1K_RCTL);
}

static void e1k_filter_write_rar(struct e1k_hw *hw, unsigned int i)
{
	/* Off while half written, so that no mixture ever matches */
	e1k_wr32(hw, E1K_RAH(i), 0);
	e1k_wr32(hw, E1K_RAL(i), hw->rar[i].low);
	e1k_wr32(hw, E1K_RAH(i), hw->rar[i].high);
}

/* VLAN 0 is no VLAN: the tag carries a priority, and the frame is everybody's. */
static void e1k_filter_write_vfta(struct e1k_hw *hw, unsigned int i)
{
	bool open = hw->vlan_open && e1k_has_quirk(hw, E1K_QUIRK_RCTL_STALL);
	u32 val = hw->vfta[i] | (i ? 0 : BIT(0));

	e1k_wr32(hw, E1K_VFTA(i), open ? U32_MAX : val);
}

/**
 * e1k_filter_reset() - write the filters anew after a reset
 * @hw: the NIC
 *
 * Whether the reset cleared anything depends on who emulates the NIC: tables and
 * RCTL are written in any case. Where a write to RCTL has a price it is read back
 * and only written if it differs. Reception stays off until e1k_mac_rx_start().
 *
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
 * @i: index below E1K_RAR_LEN; 0 is the station's own
 * @addr: the address, or NULL to switch the entry off
 *
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
 * @addr: the address
 *
 * With RCTL.MO = 0 the hash is the address' bits 47 to 36 (SDM 13.5.1).
 */
void e1k_filter_hash(u32 *mta, const u8 *addr)
{
	u32 hash = addr[4] >> 4 | addr[5] << 4;

	mta[hash >> 5] |= BIT(hash & 31);
}

/**
 * e1k_filter_set_multicast() - choose the multicast frames to take
 * @hw: the NIC
 * @mta: E1K_MTA_LEN words of the hash table, or NULL to take every one
 *
 * Every one is RCTL.MPE. Where writing RCTL has a price it is a full table.
 *
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
 * e1k_filter_set_promisc() - take frames to every unicast address
 * @hw: the NIC
 * @on: do; every multicast frame is taken then, too
 *
 * What RCTL.UPE alone lets in differs between emulations: callers take all
 * multicast frames with it. Where the multicast hash is looked up for unicast
 * addresses, the full table has done it, without a write to RCTL.
 *
 * Context: any but hard interrupt; takes hw->lock. SDM 13.4.22.
 */
void e1k_filter_set_promisc(struct e1k_hw *hw, bool on)
{
	if (e1k_has_cap(hw, E1K_CAP_HASH_ALL))
		on = false;
	e1k_filter_rctl(hw, E1K_RCTL_UPE, on ? E1K_RCTL_UPE : 0);
}

/*
 * Take every tag while filtering is switched off, while the interface is
 * promiscuous, and until the first VLAN is there: an interface without VLANs
 * shows tagged frames to packet sockets, with the stock driver as well.
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
 * e1k_filter_set_vlan() - let a VLAN through the filter, or not
 * @hw: the NIC
 * @vid: VLAN id, below 4096
 * @on: let it through
 *
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
 * e1k_filter_enable_vlan() - filter by VLAN, or take every tag
 * @hw: the NIC
 * @on: filter
 *
 * Off is RCTL.VFE off. Where writing RCTL has a price it is a table of ones, with
 * RCTL.VFE on all the while.
 *
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
 * e1k_filter_open_vlan() - take every tag for the time being
 * @hw: the NIC
 * @on: do, whatever e1k_filter_enable_vlan() was told
 *
 * Context: any but hard interrupt; takes hw->lock.
 */
void e1k_filter_open_vlan(struct e1k_hw *hw, bool on)
{
	spin_lock_bh(&hw->lock);
	hw->vlan_promisc = on;
	e1k_filter_settle_vlan(hw);
	spin_unlock_bh(&hw->lock);
}
