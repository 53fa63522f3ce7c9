/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_PM_H
#define E1K_PM_H

#include <linux/pci.h>
#include <linux/pm.h>

extern const struct dev_pm_ops e1k_pm_ops;
extern const struct pci_error_handlers e1k_pm_err_handlers;

void e1k_pm_shutdown(struct pci_dev *pdev);

#endif /* E1K_PM_H */
