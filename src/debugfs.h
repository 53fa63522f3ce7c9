/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_DEBUGFS_H
#define E1K_DEBUGFS_H

#include "adapter.h"

void e1k_debugfs_init(void);
void e1k_debugfs_exit(void);
void e1k_debugfs_create(struct e1k_adapter *adapter);
void e1k_debugfs_destroy(struct e1k_adapter *adapter);

#endif /* E1K_DEBUGFS_H */
