/* SPDX-License-Identifier: GPL-2.0-only */
/* net_device, NAPI, queues: stopping and waking, naming them for netlink */
#ifndef COMPAT_NETDEV_H
#define COMPAT_NETDEV_H

#include <linux/netdevice.h>
#include <compat/compat.h>

#ifdef E1K_HAVE_NETDEV_QUEUES_H
#include <net/netdev_queues.h>
#endif

/*
 * Stop the queue from the transmit function when fewer than stop_thrs
 * descriptors are free. Arguments may be evaluated more than once; get_desc
 * must read the indices afresh each time.
 *
 * Gives 0 if the queue was stopped, 1 if it was left running, -1 if it was
 * stopped and at once started again because room had appeared.
 */
#ifndef netif_txq_maybe_stop
static inline void compat_txq_stop(struct netdev_queue *txq)
{
	netif_tx_stop_queue(txq);
	/*
	 * The stop bit before the second look at the consumer index. Pairs
	 * with the barrier in compat_txq_completed(): either this side sees
	 * the new room or the completion sees the stopped queue.
	 */
	smp_mb__after_atomic();
}

#define netif_txq_maybe_stop(txq, get_desc, stop_thrs, start_thrs)	\
	(likely((get_desc) >= (stop_thrs)) ? 1 :			\
	 (compat_txq_stop(txq), (get_desc) < (start_thrs)) ? 0 :	\
	 (netif_tx_start_queue(txq), -1))
#endif

/*
 * Report completed work to BQL and wake the queue from the completion side
 * when start_thrs descriptors are free. The consumer index must have been
 * written before.
 *
 * Gives 0 if the queue was woken, 1 if it was running already, -1 if it was
 * left as it was.
 */
#ifndef netif_txq_completed_wake
static inline void compat_txq_completed(struct netdev_queue *txq,
					unsigned int pkts, unsigned int bytes)
{
	netdev_tx_completed_queue(txq, pkts, bytes);
	/*
	 * The consumer index before the look at the stop bit. Pairs with the
	 * barrier in netif_txq_maybe_stop(). BQL has such a barrier too, but
	 * only where it is configured.
	 */
	smp_mb();
}

static inline int compat_txq_wake(struct netdev_queue *txq)
{
	if (likely(!netif_tx_queue_stopped(txq)))
		return 1;
	netif_tx_wake_queue(txq);
	return 0;
}

#define netif_txq_completed_wake(txq, pkts, bytes, get_desc, start_thrs) \
	(compat_txq_completed(txq, pkts, bytes),			\
	 (pkts) && likely((get_desc) >= (start_thrs)) ? compat_txq_wake(txq) : -1)
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
static inline void netif_napi_set_irq(struct napi_struct *napi, int irq)
{
}
#endif

/*
 * Per-queue statistics for netlink: write
 *	static const struct netdev_stat_ops ops = { ... };
 *	compat_set_stat_ops(netdev, &ops);
 * under #ifdef E1K_HAVE_NETDEV_STAT_OPS, the structures being unknown without.
 */
#ifdef E1K_HAVE_NETDEV_STAT_OPS
#define compat_set_stat_ops(netdev, ops) ((netdev)->stat_ops = (ops))
#endif

#ifndef E1K_HAVE_NETDEV_SW_IRQ_COALESCE_DEFAULT_ON
static inline void netdev_sw_irq_coalesce_default_on(struct net_device *dev)
{
}
#endif

/*
 * ndo_set_rx_mode_async, given the address lists. Write a function of its
 * type, COMPAT_DEFINE_SET_RX_MODE(fn) after it, and COMPAT_NDO_SET_RX_MODE(fn)
 * in the ops table. Kernels without it call the function as ndo_set_rx_mode:
 * under the address lock, so it must not sleep, and its result is lost.
 */
#ifdef E1K_HAVE_NDO_SET_RX_MODE_ASYNC
#define COMPAT_DEFINE_SET_RX_MODE(fn)
#define COMPAT_NDO_SET_RX_MODE(fn)	.ndo_set_rx_mode_async = (fn)
#else
#define COMPAT_DEFINE_SET_RX_MODE(fn)					\
static void fn##_locked(struct net_device *dev)				\
{									\
	fn(dev, &dev->uc, &dev->mc);					\
}

#define COMPAT_NDO_SET_RX_MODE(fn)	.ndo_set_rx_mode = fn##_locked
#endif

#endif /* COMPAT_NETDEV_H */
