/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_LINUX_WORKQUEUE_H
#define COMPAT_LINUX_WORKQUEUE_H

#include_next <linux/workqueue.h>
#include <e1k_kcompat.h>

/* The same queue, renamed */
#ifndef E1K_HAVE_SYSTEM_DFL_WQ
#define system_dfl_wq system_unbound_wq
#endif

#endif /* COMPAT_LINUX_WORKQUEUE_H */
