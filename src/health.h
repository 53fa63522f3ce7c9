/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_HEALTH_H
#define E1K_HEALTH_H

#include "adapter.h"

void e1k_health_init(struct e1k_adapter *adapter);
void e1k_health_check(struct e1k_adapter *adapter);
void e1k_health_recover_tx(struct e1k_adapter *adapter);
unsigned long e1k_health_delay(struct e1k_adapter *adapter);
bool e1k_health_unresponsive(struct e1k_adapter *adapter);

#endif /* E1K_HEALTH_H */
