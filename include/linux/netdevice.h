/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_LINUX_NETDEVICE_H
#define COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>
#include <e1k_kcompat.h>

/*
 * Assignments to fields that an older net_device lacks go to a dummy.
 *	netdev->field = value;
 * becomes
 *	netdev->mtu += 0, compat_nowhere.field = value;
 * which the compiler removes.
 */
struct compat_net_device {
	bool request_ops_lock;
	const void *queue_mgmt_ops;
	u8 netmem_tx;
	const struct netdev_stat_ops *stat_ops;
	u32 xdp_zc_max_segs;
};

static struct compat_net_device compat_nowhere __maybe_unused;

#define COMPAT_NOWHERE(field) mtu += 0, compat_nowhere.field

/*
 * Where operations do not have the netdev's instance lock, or cannot be asked to, RTNL
 * does. Functions that want it held do without, or take it themselves.
 */
#ifdef E1K_HAVE_REQUEST_OPS_LOCK
#include <net/netdev_lock.h>
#else
#define request_ops_lock COMPAT_NOWHERE(request_ops_lock)
#define napi_enable_locked napi_enable
#define napi_disable_locked napi_disable
#endif

/* Queue operations without a configuration of the queue came before the instance lock */
#ifndef E1K_HAVE_NETDEV_QUEUE_CONFIG
#define queue_mgmt_ops COMPAT_NOWHERE(queue_mgmt_ops)
#endif

/* Where no driver is asked to send memory that has no page */
#ifndef E1K_HAVE_NETMEM_TX
#define netmem_tx COMPAT_NOWHERE(netmem_tx)
#define NETMEM_TX_DMA 1
#define skb_frag_is_net_iov(frag) false
#endif

#ifndef E1K_HAVE_NETDEV_STAT_OPS
#define stat_ops COMPAT_NOWHERE(stat_ops)
#endif

#ifndef E1K_HAVE_XDP_ZC_MAX_SEGS
#define xdp_zc_max_segs COMPAT_NOWHERE(xdp_zc_max_segs)
#endif

#ifndef E1K_HAVE_NETIF_QUEUE_SET_NAPI
enum netdev_queue_type {
	NETDEV_QUEUE_TYPE_RX,
	NETDEV_QUEUE_TYPE_TX,
};

static inline void netif_queue_set_napi(struct net_device *dev,
					unsigned int queue_index,
					enum netdev_queue_type type,
					struct napi_struct *napi)
{
}
#endif

#ifndef E1K_HAVE_NETIF_NAPI_ADD_CONFIG
/* Without it a NAPI's settings are lost when it is deleted. */
#define netif_napi_add_config(dev, napi, poll, index) \
	netif_napi_add(dev, napi, poll)
#endif

#ifndef E1K_HAVE_NETIF_NAPI_SET_IRQ
static inline void netif_napi_set_irq_locked(struct napi_struct *napi, int irq)
{
}
#elif !defined(E1K_HAVE_REQUEST_OPS_LOCK)
#define netif_napi_set_irq_locked netif_napi_set_irq
#endif

/*
 * ndo_set_rx_mode_async gets the address lists as arguments, ndo_set_rx_mode
 * finds them in the device. The macro turns the driver's function into two: the
 * kernel calls the first, under the address lock, and the first calls the
 * second, which must not sleep and whose result is ignored.
 */
#ifndef E1K_HAVE_NDO_SET_RX_MODE_ASYNC
#define ndo_set_rx_mode_async ndo_set_rx_mode

#define e1k_set_rx_mode(dev_arg, uc_arg, mc_arg)			\
	compat_set_rx_mode(dev_arg, uc_arg, mc_arg);			\
static void e1k_set_rx_mode(struct net_device *dev)			\
{									\
	compat_set_rx_mode(dev, &dev->uc, &dev->mc);			\
}									\
static int compat_set_rx_mode(dev_arg, uc_arg, mc_arg)
#endif

#endif /* COMPAT_LINUX_NETDEVICE_H */
