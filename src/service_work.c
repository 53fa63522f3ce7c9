// SPDX-License-Identifier: GPL-2.0-only
/* The service work: handles events and periodic checks in process context. */
#include <linux/netdevice.h>

#include "adapter.h"
#include "health.h"
#include "link.h"
#include "service_work.h"

/* Queue pairs without rings have NAPI disabled: scheduling has no effect. */
static void e1k_service_kick(struct e1k_adapter *adapter, unsigned long events)
{
	struct e1k_queue *q;

	e1k_for_each_vector(q, adapter) {
		if (events & BIT(E1K_EVENT_OVERRUN))
			e1k_irq_overrun(&q->irq);
		else
			e1k_irq_kick(&q->irq);
	}
}

/* Some settings change without RTNL, features do not. */
static void e1k_service_features(struct e1k_adapter *adapter)
{
	e1k_adapter_lock(adapter);
	if (adapter->netdev->reg_state == NETREG_REGISTERED)
		netdev_update_features(adapter->netdev);
	e1k_adapter_unlock(adapter);
}

static void e1k_service_serve(struct e1k_adapter *adapter, unsigned long events)
{
	if (events & BIT(E1K_EVENT_TX_HANG))
		e1k_health_recover_tx(adapter);
	if (events & (BIT(E1K_EVENT_POLL) | BIT(E1K_EVENT_OVERRUN)))
		e1k_service_kick(adapter, events);
	if (events & BIT(E1K_EVENT_FEATURES))
		e1k_service_features(adapter);
	if ((events & BIT(E1K_EVENT_LINK)) ||
	    e1k_mac_link_is_up(&adapter->hw) != netif_carrier_ok(adapter->netdev))
		e1k_link_check(adapter);
	e1k_health_check(adapter);
	e1k_stats_keep_up(&adapter->stats, &adapter->hw);
}

/**
 * e1k_service_work() - handle events, check link and health, collect statistics
 * @work: of a struct e1k_service
 * Context: process. Takes RTNL only if something has to change.
 */
void e1k_service_work(struct work_struct *work)
{
	struct e1k_adapter *adapter = container_of(to_delayed_work(work),
						   struct e1k_adapter, service.work);
	unsigned long events = xchg(&adapter->service.events, 0);

	if (READ_ONCE(adapter->service.closed))
		return;
	if (READ_ONCE(adapter->hw.removed)) {
		if (!e1k_health_unresponsive(adapter))
			return;
	} else {
		e1k_service_serve(adapter, events);
	}
	if (netif_running(adapter->netdev) &&
	    (netif_device_present(adapter->netdev) ||
	     READ_ONCE(adapter->health.failures)))
		queue_delayed_work(system_dfl_wq, &adapter->service.work,
				   e1k_health_delay(adapter));
}
