// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue operations: the stack gives one receive queue other memory while the other
 * queue goes on. Callers hold the netdev's instance lock, and not always RTNL.
 */
#include <linux/err.h>
#include <linux/netdevice.h>
#include <net/netdev_queues.h>

#include "adapter.h"
#include "qmgmt.h"

/**
 * struct e1k_queue_mem - what the stack calls a queue's memory
 * @rx: a receive ring with its buffers
 */
struct e1k_queue_mem {
	struct e1k_rx_ring *rx;
};

static int e1k_queue_mem_alloc(struct net_device *netdev,
			       struct netdev_queue_config *qcfg, void *memory, int queue)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	const struct e1k_cfg *cfg = &adapter->cfg;
	struct e1k_queue_mem *mem = memory;
	struct e1k_ring_owner owner;

	owner = e1k_adapter_ring_owner(adapter, cfg, queue);
	mem->rx = e1k_ring_set_alloc_rx(&owner, cfg, NULL);
	return PTR_ERR_OR_ZERO(mem->rx);
}

static void e1k_queue_mem_free(struct net_device *netdev, void *memory)
{
	struct e1k_queue_mem *mem = memory;

	e1k_rx_ring_destroy(mem->rx);
}

/*
 * The old ring runs until the new one starts: without descriptors for one queue this
 * NIC would stop the other one. The stack frees the old ring after that.
 */
static int e1k_queue_stop(struct net_device *netdev, void *memory, int queue)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_queue_mem *mem = memory;

	mem->rx = adapter->queue[queue].rings.rx;
	return 0;
}

static int e1k_queue_start(struct net_device *netdev, struct netdev_queue_config *qcfg,
			   void *memory, int queue)
{
	struct e1k_adapter *adapter = netdev_priv(netdev);
	struct e1k_queue_mem *mem = memory;

	e1k_adapter_exchange_rx(adapter, &adapter->queue[queue], mem->rx);
	return 0;
}

static const struct netdev_queue_mgmt_ops e1k_queue_mgmt_ops = {
	.ndo_queue_mem_size	= sizeof(struct e1k_queue_mem),
	.ndo_queue_mem_alloc	= e1k_queue_mem_alloc,
	.ndo_queue_mem_free	= e1k_queue_mem_free,
	.ndo_queue_start	= e1k_queue_start,
	.ndo_queue_stop		= e1k_queue_stop,
};

/**
 * e1k_qmgmt_setup() - set the interface's queue operations
 * @netdev: not registered yet; its NIC has a vector for each queue, and
 *	    E1K_CAP_LIVE_RINGS
 */
void e1k_qmgmt_setup(struct net_device *netdev)
{
	netdev->queue_mgmt_ops = &e1k_queue_mgmt_ops;
}
