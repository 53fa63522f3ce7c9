/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_ETHTOOL_H
#define COMPAT_ETHTOOL_H

#include <linux/ethtool.h>
#include <compat/compat.h>

/* Same fields, new name. */
#ifndef E1K_HAVE_KERNEL_ETHTOOL_TS_INFO
#define kernel_ethtool_ts_info ethtool_ts_info
#endif

#ifndef E1K_HAVE_ETHTOOL_PUTS
static inline void ethtool_puts(u8 **data, const char *str)
{
	ethtool_sprintf(data, "%s", str);
}
#endif

#endif /* COMPAT_ETHTOOL_H */
