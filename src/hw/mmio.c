// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register reads that survive a device which was pulled out.
 */
#include <linux/pci.h>

#include "hw/hw.h"

/**
 * e1k_rd32() - read a register
 * @hw: the NIC
 * @reg: offset
 *
 * A removed PCI device answers every read with all ones. No register that the
 * driver reads can hold that value in all bits at once except by accident in a
 * counter, so a second register decides: STATUS has bits that always read 0
 * (SDM 13.4.2).
 *
 * Context: any.
 * Return: the value; all ones when the device is gone, or detached.
 */
u32 e1k_rd32(struct e1k_hw *hw, u32 reg)
{
	u32 val;

	if (unlikely(READ_ONCE(hw->detached)))
		return U32_MAX;
	val = readl(hw->addr + reg);
	if (likely(val != U32_MAX) || READ_ONCE(hw->removed))
		return val;

	if (readl(hw->addr + E1K_STATUS) == U32_MAX) {
		WRITE_ONCE(hw->removed, true);
		e1k_service_raise(hw->service, E1K_EVENT_REMOVED, 0);
	}
	return val;
}

/**
 * e1k_hw_revive() - does a NIC that was thought removed answer again?
 * @hw: the NIC
 *
 * Its registers fall silent, too, when others reset the function or while the
 * bus recovers from an error.
 *
 * Context: any but hard interrupt.
 * Return: true if it answers; its state is lost.
 */
bool e1k_hw_revive(struct e1k_hw *hw)
{
	if (readl(hw->addr + E1K_STATUS) == U32_MAX)
		return false;
	WRITE_ONCE(hw->removed, false);
	return true;
}
