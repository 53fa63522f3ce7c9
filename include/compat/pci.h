/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_PCI_H
#define COMPAT_PCI_H

#include <linux/pci.h>

#ifndef PCI_IRQ_INTX
#define PCI_IRQ_INTX PCI_IRQ_LEGACY
#endif

#endif /* COMPAT_PCI_H */
