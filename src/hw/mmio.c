// SPDX-License-Identifier: GPL-2.0-only
/* Register reads that detect a removed device. */
#include <linux/pci.h>

#include "hw/hw.h"

/**
 * e1k_rd32() - read a register
 * @hw: the NIC
 * @reg: offset
 *
 * A removed PCI device returns all ones for every read. A counter may hold that
 * value by accident, so STATUS decides: some of its bits are always 0
 * (SDM 13.4.2).
 * Context: any.
 * Return: the value; all ones if the device was removed or is detached.
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
 * e1k_hw_revive() - check whether a removed NIC answers again
 * @hw: the NIC
 * Context: any but hard interrupt. Registers also read as all ones while others
 * reset the function and while the bus recovers from an error.
 * Return: true if the NIC answers; its state is lost.
 */
bool e1k_hw_revive(struct e1k_hw *hw)
{
	if (readl(hw->addr + E1K_STATUS) == U32_MAX)
		return false;
	WRITE_ONCE(hw->removed, false);
	return true;
}
