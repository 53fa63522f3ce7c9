/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_LINK_H
#define E1K_LINK_H

#include "adapter.h"

int e1k_link_set(struct e1k_adapter *adapter, const struct e1k_link_cfg *cfg);
int e1k_link_renegotiate(struct e1k_adapter *adapter);
void e1k_link_check(struct e1k_adapter *adapter);

#endif /* E1K_LINK_H */
