/* SPDX-License-Identifier: GPL-2.0-only */
/* SYSTIM, the clock of the 82574 */
#ifndef E1K_SYSTIM_H
#define E1K_SYSTIM_H

#include <linux/types.h>

struct e1k_hw;
struct ptp_system_timestamp;

void e1k_systim_start(struct e1k_hw *hw);
u64 e1k_systim_read(struct e1k_hw *hw, struct ptp_system_timestamp *sts);

#endif /* E1K_SYSTIM_H */
