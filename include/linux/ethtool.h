/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_LINUX_ETHTOOL_H
#define COMPAT_LINUX_ETHTOOL_H

#include_next <linux/ethtool.h>
#include <e1k_kcompat.h>

#ifndef E1K_HAVE_ETHTOOL_PUTS
static inline void ethtool_puts(u8 **data, const char *str)
{
	ethtool_sprintf(data, "%s", str);
}
#endif

#endif /* COMPAT_LINUX_ETHTOOL_H */
