// SPDX-License-Identifier: GPL-2.0-only
/*
 * Register test for ``ethtool -t``: registers that the datasheet and every
 * emulation make writable, and that the driver writes before use.
 */
#include <linux/kernel.h>
#include <linux/pci.h>

#include "hw/hw.h"

struct e1k_reg_test {
	u16 reg;
	u16 count;	/* number of registers */
	u16 step;	/* bytes between them */
	u32 mask;	/* bits that hold what is written */
};

#define E1K_REG_TEST(_reg, _mask) { .reg = _reg, .count = 1, .mask = _mask }

static const struct e1k_reg_test e1k_reg_tests[] = {
	E1K_REG_TEST(E1K_RDBAL, 0xfffffff0),
	E1K_REG_TEST(E1K_RDBAH, 0xffffffff),
	E1K_REG_TEST(E1K_RDLEN, 0x000fff80),
	E1K_REG_TEST(E1K_RDH,	0x0000ffff),
	E1K_REG_TEST(E1K_TDBAL, 0xfffffff0),
	E1K_REG_TEST(E1K_TDBAH, 0xffffffff),
	E1K_REG_TEST(E1K_TDLEN, 0x000fff80),
	E1K_REG_TEST(E1K_TDH,	0x0000ffff),
	E1K_REG_TEST(E1K_VET,	0x0000ffff),
	{ E1K_MTA(0), E1K_MTA_LEN, 4, 0xffffffff },
	{ E1K_VFTA(0), E1K_VFTA_LEN, 4, 0xffffffff },
	{ E1K_RAL(0), E1K_RAR_LEN, 8, 0xffffffff },
	{ E1K_RAH(0), E1K_RAR_LEN, 8, 0x8000ffff },
};

static const u32 e1k_test_patterns[] = {
	0x5a5a5a5a, 0xa5a5a5a5, 0x00000000, 0xffffffff,
};

static int e1k_mac_test_reg(struct e1k_hw *hw, u32 reg, u32 mask)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(e1k_test_patterns); i++) {
		u32 want = e1k_test_patterns[i] & mask, got;

		e1k_wr32(hw, reg, want);
		got = e1k_rd32(hw, reg) & mask;
		if (got == want)
			continue;
		dev_err(&hw->pdev->dev,
			"register %#06x: wrote %#010x, read %#010x\n",
			reg, want, got);
		return -EIO;
	}
	return 0;
}

/**
 * e1k_mac_test_regs() - check that registers hold what is written
 * @hw: the NIC, stopped; must be reset and initialised afterwards
 * Context: any.
 * Return: 0, or -EIO after a message that names the register.
 */
int e1k_mac_test_regs(struct e1k_hw *hw)
{
	unsigned int i, n;
	int err;

	for (i = 0; i < ARRAY_SIZE(e1k_reg_tests); i++) {
		const struct e1k_reg_test *test = &e1k_reg_tests[i];

		for (n = 0; n < test->count; n++) {
			err = e1k_mac_test_reg(hw, test->reg + n * test->step,
					       test->mask);
			if (err)
				return err;
		}
	}
	return 0;
}
