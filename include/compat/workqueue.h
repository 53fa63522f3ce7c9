/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_WORKQUEUE_H
#define COMPAT_WORKQUEUE_H

#include <linux/workqueue.h>
#include <compat/compat.h>

/* Same queue, new name. */
#ifndef E1K_HAVE_SYSTEM_DFL_WQ
#define system_dfl_wq system_unbound_wq
#endif

#endif /* COMPAT_WORKQUEUE_H */
