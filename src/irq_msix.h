/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupts by MSI-X */
#ifndef E1K_IRQ_MSIX_H
#define E1K_IRQ_MSIX_H

#include "irq.h"

int e1k_msix_request(struct e1k_irq *irq, const char *name);
void e1k_msix_release(struct e1k_irq *irq);
bool e1k_msix_rearm(struct e1k_irq *irq, u32 plan);
void e1k_msix_deferred(struct e1k_irq *irq);
void e1k_msix_remind(struct e1k_irq *irq);
int e1k_msix_test(struct e1k_irq *irq);

#endif /* E1K_IRQ_MSIX_H */
