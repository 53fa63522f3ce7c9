/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_DEVLINK_H
#define E1K_DEVLINK_H

#include "adapter.h"

int e1k_devlink_create(struct e1k_adapter *adapter);
void e1k_devlink_destroy(struct e1k_adapter *adapter);
void e1k_devlink_report(struct e1k_adapter *adapter, bool rx,
			enum e1k_recovery_step step);
void e1k_devlink_report_healthy(struct e1k_adapter *adapter);

#endif /* E1K_DEVLINK_H */
