/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_NET_NETDEV_LOCK_H
#define COMPAT_NET_NETDEV_LOCK_H

#include <linux/netdevice.h>
#include <e1k_kcompat.h>

/* Without an instance lock for operations RTNL is enough. */
#ifdef E1K_HAVE_REQUEST_OPS_LOCK
#include_next <net/netdev_lock.h>
#else
#define netdev_lock_ops compat_lock_ops
#define netdev_unlock_ops compat_unlock_ops

static inline void netdev_lock_ops(struct net_device *dev)
{
}

static inline void netdev_unlock_ops(struct net_device *dev)
{
}
#endif

#endif /* COMPAT_NET_NETDEV_LOCK_H */
