// SPDX-License-Identifier: GPL-2.0-only
/* The number of queue pairs, what the stack is told of it, exchange of one ring. */
#include <linux/cpumask.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "adapter.h"
#include "irq_msix.h"
#include "rx.h"

/**
 * e1k_adapter_set_xps() - have each CPU send by one queue
 * @adapter: the device, registered
 * Context: RTNL.
 */
void e1k_adapter_set_xps(struct e1k_adapter *adapter)
{
	u32 queues = adapter->cfg.queues, i, cpu;
	cpumask_var_t mask;

	/* Without it the stack chooses by a hash, which works as well */
	if (queues == 1 || !zalloc_cpumask_var(&mask, GFP_KERNEL))
		return;
	for (i = 0; i < queues; i++) {
		cpumask_clear(mask);
		for_each_possible_cpu(cpu)
			if (cpu % queues == i)
				cpumask_set_cpu(cpu, mask);
		netif_set_xps_queue(adapter->netdev, mask, i);
	}
	free_cpumask_var(mask);
}

/* RSS's table follows the number of queues until the user sets it. */
static void e1k_adapter_spread(struct e1k_adapter *adapter, u32 queues)
{
	if (!netif_is_rxfh_configured(adapter->netdev))
		e1k_82574_spread(&adapter->hw, queues);
}

/**
 * e1k_adapter_set_queues() - change the number of queue pairs
 * @adapter: the device, up or down
 * @queues: from 1 to hw.queues
 *
 * The stack knows of a new queue before it has rings, and of an old one until
 * after they are gone: it is stopped meanwhile.
 * Context: RTNL.
 * Return: 0, or an error with nothing changed.
 */
int e1k_adapter_set_queues(struct e1k_adapter *adapter, u32 queues)
{
	struct net_device *netdev = adapter->netdev;
	u32 old = adapter->cfg.queues;
	struct e1k_cfg cfg = adapter->cfg;
	int err;
	u32 i;

	err = e1k_flow_check_queues(adapter, queues);
	if (err)
		return err;
	cfg.queues = queues;
	err = e1k_adapter_check_xdp(adapter->prog, &cfg, NULL);
	if (err)
		return err;
	e1k_adapter_spread(adapter, queues);
	if (queues > old) {
		for (i = old; i < queues; i++)
			netif_tx_stop_queue(netdev_get_tx_queue(netdev, i));
		err = netif_set_real_num_queues(netdev, queues, queues);
	}
	if (!err)
		err = e1k_adapter_reconfigure(adapter, &cfg, NULL);
	if (err)
		e1k_adapter_spread(adapter, old);
	if (adapter->cfg.queues < netdev->real_num_tx_queues)
		netif_set_real_num_queues(netdev, adapter->cfg.queues,
					  adapter->cfg.queues);
	if (!err)
		e1k_adapter_set_xps(adapter);
	/* The stack would call a stopped queue hung */
	for (i = adapter->cfg.queues; i < adapter->hw.queues; i++)
		netif_tx_start_queue(netdev_get_tx_queue(netdev, i));
	return err;
}

/* The NIC forgets the old ring as it is told of the new one: other queues go on. */
static void e1k_adapter_exchange_live(struct e1k_adapter *adapter, struct e1k_queue *q,
				      const struct e1k_ring_set *rings)
{
	struct e1k_rx_setup setup = { .queues = adapter->nr_queues };
	struct e1k_rx_ring *rx = rings->rx;
	struct e1k_queue *other;

	e1k_irq_stop(&q->irq);
	e1k_for_each_queue(other, adapter)
		if (other != q)
			e1k_msix_remind(&other->irq);
	e1k_mac_rx_pause(&adapter->hw);
	e1k_adapter_program_rx(adapter, rx);
	setup.head[rx->queue] = (rx->next_to_clean & rx->mask) << rx->shift;
	setup.tail[rx->queue] = (rx->next_to_use & rx->mask) << rx->shift;
	e1k_mac_rx_resume(&adapter->hw, &setup, rx->queue);
	e1k_irq_drain(&q->irq);
	e1k_rx_ring_unbind(q->rings.rx);
	e1k_adapter_set_rings(adapter, q, rings);
	/* See e1k_adapter_start() */
	q->health.rx_stuck = 0;
	q->health.rx_waiting = false;
	e1k_irq_start(&q->irq, rings->tx, rx);
}

/**
 * e1k_adapter_exchange_rx() - exchange one receive ring for another
 * @adapter: the device, up, with MSI-X and E1K_CAP_LIVE_RINGS
 * @q: the queue pair
 * @rx: the new ring, filled; made for the present configuration
 *
 * What was received into the old ring is delivered. It belongs to the caller then,
 * and nothing uses it any more.
 * Context: RTNL. Cannot fail.
 */
void e1k_adapter_exchange_rx(struct e1k_adapter *adapter, struct e1k_queue *q,
			     struct e1k_rx_ring *rx)
{
	struct e1k_ring_set rings = q->rings;

	rings.rx = rx;
	rx->xdp.prog = adapter->prog;
	rx->xdp.tx = rings.tx;
	if (adapter->started) {
		e1k_adapter_exchange_live(adapter, q, &rings);
		return;
	}
	/* Suspended, or not recovered from an error: the next reset starts the ring */
	e1k_rx_ring_unbind(q->rings.rx);
	e1k_adapter_set_rings(adapter, q, &rings);
}
