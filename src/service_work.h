/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_SERVICE_WORK_H
#define E1K_SERVICE_WORK_H

struct work_struct;

void e1k_service_work(struct work_struct *work);

#endif /* E1K_SERVICE_WORK_H */
