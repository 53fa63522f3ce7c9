/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_SELFTEST_H
#define E1K_SELFTEST_H

#include "adapter.h"

struct ethtool_test;

int e1k_selftest_count(void);
void e1k_selftest_get_strings(u8 *data);
void e1k_selftest(struct e1k_adapter *adapter, struct ethtool_test *test,
		  u64 *data);

#endif /* E1K_SELFTEST_H */
