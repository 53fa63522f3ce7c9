/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_NET_NETDEV_QUEUES_H
#define COMPAT_NET_NETDEV_QUEUES_H

#include <linux/netdevice.h>
#include <e1k_kcompat.h>

#ifdef E1K_HAVE_NETDEV_QUEUES_H
#include_next <net/netdev_queues.h>
#endif

/*
 * Stop the queue from the transmit function if fewer than stop_thrs descriptors
 * are free. Arguments may be evaluated more than once; get_desc must read the
 * indices afresh each time.
 *
 * Result: 0 if the queue was stopped, 1 if not, -1 if it was stopped and
 * restarted at once because descriptors had become free.
 */
#ifndef netif_txq_maybe_stop
static inline void compat_txq_stop(struct netdev_queue *txq)
{
	netif_tx_stop_queue(txq);
	/*
	 * Order setting the stop bit before re-reading the consumer index.
	 * Pairs with compat_txq_completed(): either this side sees the free
	 * descriptors, or the completion sees the stopped queue.
	 */
	smp_mb__after_atomic();
}

#define netif_txq_maybe_stop(txq, get_desc, stop_thrs, start_thrs)	\
	(likely((get_desc) >= (stop_thrs)) ? 1 :			\
	 (compat_txq_stop(txq), (get_desc) < (start_thrs)) ? 0 :	\
	 (netif_tx_start_queue(txq), -1))
#endif

/*
 * Report completions to BQL and wake the queue if start_thrs descriptors are
 * free. The caller has written the consumer index.
 *
 * Result: 0 if the queue was woken, 1 if it was running, -1 if it was left as
 * it was.
 */
#ifndef netif_txq_completed_wake
static inline void compat_txq_completed(struct netdev_queue *txq,
					unsigned int pkts, unsigned int bytes)
{
	netdev_tx_completed_queue(txq, pkts, bytes);
	/*
	 * Order writing the consumer index before reading the stop bit. Pairs
	 * with compat_txq_stop(). BQL has such a barrier, too, but only where
	 * it is configured.
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

/* Queue statistics for netlink, which older kernels do not read. */
#ifndef E1K_HAVE_NETDEV_STAT_OPS
struct netdev_queue_stats_rx {
	u64 packets;
	u64 bytes;
	u64 alloc_fail;
	u64 csum_unnecessary;
	u64 csum_none;
};

struct netdev_queue_stats_tx {
	u64 packets;
	u64 bytes;
	u64 needs_csum;
	u64 hw_gso_packets;
	u64 stop;
	u64 wake;
};

struct netdev_stat_ops {
	void (*get_queue_stats_rx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_rx *stats);
	void (*get_queue_stats_tx)(struct net_device *dev, int idx,
				   struct netdev_queue_stats_tx *stats);
	void (*get_base_stats)(struct net_device *dev,
			       struct netdev_queue_stats_rx *rx,
			       struct netdev_queue_stats_tx *tx);
};
#endif

/* Queue operations: what older kernels have of them does not take these. */
#ifndef E1K_HAVE_NETDEV_QUEUE_CONFIG
struct netdev_queue_config;

struct compat_queue_mgmt_ops {
	size_t ndo_queue_mem_size;
	int (*ndo_queue_mem_alloc)(struct net_device *dev, struct netdev_queue_config *qcfg,
				   void *per_queue_mem, int idx);
	void (*ndo_queue_mem_free)(struct net_device *dev, void *per_queue_mem);
	int (*ndo_queue_start)(struct net_device *dev, struct netdev_queue_config *qcfg,
			       void *per_queue_mem, int idx);
	int (*ndo_queue_stop)(struct net_device *dev, void *per_queue_mem, int idx);
};

#define netdev_queue_mgmt_ops compat_queue_mgmt_ops
#endif

#endif /* COMPAT_NET_NETDEV_QUEUES_H */
