// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register dump for ``ethtool -d``: registers without side effects on read.
 * Their order is part of the dump's format, E1K_REGS_VERSION.
 */
#include <linux/kernel.h>

#include "hw/hw.h"

struct e1k_dump_reg {
	const char *name;
	u16 reg;
};

#define E1K_DUMP(_reg) { .name = #_reg, .reg = E1K_##_reg }

static const struct e1k_dump_reg e1k_dump_regs[] = {
	E1K_DUMP(CTRL),
	E1K_DUMP(STATUS),
	E1K_DUMP(EECD),
	E1K_DUMP(CTRL_EXT),
	E1K_DUMP(FCAL),
	E1K_DUMP(FCAH),
	E1K_DUMP(FCT),
	E1K_DUMP(VET),
	E1K_DUMP(FCTTV),
	E1K_DUMP(FCRTL),
	E1K_DUMP(FCRTH),
	E1K_DUMP(ITR),
	E1K_DUMP(IMS),
	E1K_DUMP(RCTL),
	E1K_DUMP(TCTL),
	E1K_DUMP(TIPG),
	E1K_DUMP(LEDCTL),
	E1K_DUMP(PBA),
	E1K_DUMP(RDBAL),
	E1K_DUMP(RDBAH),
	E1K_DUMP(RDLEN),
	E1K_DUMP(RDH),
	E1K_DUMP(RDT),
	E1K_DUMP(RDTR),
	E1K_DUMP(RXDCTL),
	E1K_DUMP(RADV),
	E1K_DUMP(TDBAL),
	E1K_DUMP(TDBAH),
	E1K_DUMP(TDLEN),
	E1K_DUMP(TDH),
	E1K_DUMP(TDT),
	E1K_DUMP(TIDV),
	E1K_DUMP(TXDCTL),
	E1K_DUMP(TADV),
	E1K_DUMP(RXCSUM),
	E1K_DUMP(WUC),
	E1K_DUMP(WUFC),
	E1K_DUMP(MANC),
};

/**
 * e1k_mac_regs_len() - size of the register dump
 * Return: bytes.
 */
int e1k_mac_regs_len(void)
{
	return ARRAY_SIZE(e1k_dump_regs) * sizeof(u32);
}

/**
 * e1k_mac_reg_name() - name of a dumped register
 * @i: index in the dump
 * Return: the datasheet's name, or NULL after the last register.
 */
const char *e1k_mac_reg_name(unsigned int i)
{
	return i < ARRAY_SIZE(e1k_dump_regs) ? e1k_dump_regs[i].name : NULL;
}

/**
 * e1k_mac_reg_read() - read a dumped register
 * @hw: the NIC
 * @i: index in the dump, below the first for which e1k_mac_reg_name() is NULL
 * Context: any.
 * Return: the value.
 */
u32 e1k_mac_reg_read(struct e1k_hw *hw, unsigned int i)
{
	return e1k_rd32(hw, e1k_dump_regs[i].reg);
}

/**
 * e1k_mac_get_regs() - dump all registers
 * @hw: the NIC
 * @data: e1k_mac_regs_len() bytes
 * Context: any.
 */
void e1k_mac_get_regs(struct e1k_hw *hw, u32 *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(e1k_dump_regs); i++)
		data[i] = e1k_mac_reg_read(hw, i);
}
