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

/* Where header split is reported only, or has no threshold */
#ifndef E1K_HAVE_ETHTOOL_TCP_DATA_SPLIT
#define ETHTOOL_RING_USE_TCP_DATA_SPLIT 0
#endif
#ifndef E1K_HAVE_ETHTOOL_HDS_THRESH
#define ETHTOOL_RING_USE_HDS_THRS 0
#endif

/* Where all operations have RTNL; see include/ethtool.c for the field */
#ifndef ETHTOOL_OP_NEEDS_RTNL_GLINK
#define ETHTOOL_OP_NEEDS_RTNL_SRINGPARAM 0
#define ETHTOOL_OP_NEEDS_RTNL_SCHANNELS 0
#define ETHTOOL_OP_NEEDS_RTNL_GLINK 0
#define COMPAT_NO_OP_NEEDS_RTNL
#endif

/* Structures that operations had as single arguments, see include/ethtool.c */
#ifndef E1K_HAVE_ETHTOOL_RXFH_PARAM
struct ethtool_rxfh_param {
	u8 hfunc;
	u32 *indir;
	u8 *key;
};
#endif

#ifndef E1K_HAVE_ETHTOOL_RXFH_FIELDS
struct ethtool_rxfh_fields {
	u32 data;
	u32 flow_type;
};
#endif

#ifndef E1K_HAVE_KERNEL_ETHTOOL_TS_INFO
#define kernel_ethtool_ts_info ethtool_ts_info
#endif

#endif /* COMPAT_LINUX_ETHTOOL_H */
