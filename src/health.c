// SPDX-License-Identifier: GPL-2.0-only
/* Hang detection: check every two seconds, recover by the mildest step */
#include <linux/netdevice.h>
#include <linux/pci.h>

#include "adapter.h"
#include "devlink.h"
#include "health.h"
#include "rx.h"
#include "tx.h"

/* Time between checks, jiffies */
#define E1K_HEALTH_PERIOD	(2 * HZ)

/* Time between polls while interrupts are lost, jiffies */
#define E1K_HEALTH_IRQ_LOST		msecs_to_jiffies(20)

/* Checks without progress that are a hang: a single one may be bad luck */
#define E1K_STUCK_CHECKS		2

/* Likewise for a stopped queue, which the stack's 5 s watchdog reports first */
#define E1K_STUCK_CHECKS_FULL	4

/* A failed reset is retried with growing delay, up to 2^5 periods (64 s) */
#define E1K_RETRY_SHIFT_MAX	5

/*
 * The stack's watchdog only checks stopped queues. This check finds any lack of
 * progress, unless there is no link or the partner sends XOFF.
 */
static bool e1k_health_is_tx_stuck(struct e1k_adapter *adapter, struct e1k_queue *q)
{
	struct e1k_queue_health *health = &q->health;
	struct e1k_tx_ring *tx = q->rings.tx;
	u32 clean = READ_ONCE(tx->next_to_clean);

	if (clean != health->tx_clean) {
		health->tx_clean = clean;
		health->tx_stuck = 0;
		health->tx_step = E1K_STEP_KICK;
		return false;
	}
	if (!e1k_tx_used(tx) || !netif_carrier_ok(adapter->netdev)) {
		health->tx_stuck = 0;
		return false;
	}
	if (e1k_mac_is_tx_paused(&adapter->hw)) {
		health->tx_stuck = 0;
		/* The stack's watchdog does not know about XOFF */
		txq_trans_cond_update(tx->txq);
		return false;
	}
	health->tx_stuck++;
	if (health->tx_step == E1K_STEP_KICK && netif_xmit_stopped(tx->txq))
		return health->tx_stuck >= E1K_STUCK_CHECKS_FULL;
	return health->tx_stuck >= E1K_STUCK_CHECKS;
}

/* Return true if the queue has frames, and XOFF does not stop it. */
static bool e1k_health_is_sending(struct e1k_adapter *adapter, struct e1k_queue *q)
{
	return q->rings.tx && e1k_tx_used(q->rings.tx) &&
	       !e1k_mac_is_tx_paused(&adapter->hw);
}

static void e1k_health_recover_txq(struct e1k_adapter *adapter, struct e1k_queue *q)
{
	struct e1k_queue_health *health = &q->health;
	enum e1k_recovery_step step;
	struct e1k_tx_ring *tx;
	bool stuck;

	e1k_adapter_lock(adapter);
	/* The ring may have recovered since the watchdog fired */
	stuck = e1k_health_is_sending(adapter, q);
	step = health->tx_step;
	if (stuck) {
		tx = q->rings.tx;
		health->tx_step = min(step + 1, E1K_STEP_RESET);
		netif_err(adapter, tx_err, adapter->netdev,
			  "TX queue %u hung: ntu %u ntc %u TDH %u TDT %u\n",
			  tx->queue, READ_ONCE(tx->next_to_use) & tx->mask,
			  READ_ONCE(tx->next_to_clean) & tx->mask,
			  e1k_tx_ring_head(tx), readl(tx->tail));
	}
	e1k_adapter_unlock(adapter);
	if (!stuck)
		return;

	e1k_devlink_report(adapter, false, step);

	e1k_adapter_lock(adapter);
	health->tx_stuck = E1K_STUCK_CHECKS - 1;
	if (q->rings.tx)
		health->tx_clean = READ_ONCE(q->rings.tx->next_to_clean);
	e1k_adapter_unlock(adapter);
}

/**
 * e1k_health_recover_tx() - take the next step against transmit hangs
 * @adapter: the device
 * Context: the service work, without RTNL. The steps are kick, restart, reset,
 * and kick again after progress. A step is for all queues, but each queue has
 * its own next one.
 */
void e1k_health_recover_tx(struct e1k_adapter *adapter)
{
	struct e1k_queue *q;

	e1k_for_each_vector(q, adapter)
		e1k_health_recover_txq(adapter, q);
}

/*
 * A frame has waited since the last check: its interrupt was lost, or others
 * masked the NIC, which the poll unmasks. If this repeats, the line is dead:
 * poll often until an interrupt is seen.
 */
static void e1k_health_poll(struct e1k_adapter *adapter, struct e1k_queue *q)
{
	struct e1k_queue_health *health = &q->health;
	struct e1k_rx_ring *rx = q->rings.rx;

	if (!health->irq_lost)
		netif_info(adapter, intr, adapter->netdev,
			   "interrupt lost, polling: RX queue %u ntc %u\n",
			   rx->queue, READ_ONCE(rx->next_to_clean) & rx->mask);
	health->irq_lost = min(health->irq_lost + 1, U8_MAX);
	health->events = READ_ONCE(q->irq.events);
	e1k_stats_count_recovery(&adapter->stats, &adapter->stats.recovery.polls);
	e1k_irq_kick(&q->irq);
}

/* Return true if NIC and driver disagree about the ring at consecutive checks. */
static bool e1k_health_is_rx_stuck(struct e1k_adapter *adapter, struct e1k_queue *q)
{
	struct e1k_queue_health *health = &q->health;
	struct e1k_rx_ring *rx = q->rings.rx;
	u32 clean = READ_ONCE(rx->next_to_clean);
	bool waited = health->rx_waiting && clean == health->rx_clean;

	health->rx_waiting = e1k_rx_is_waiting(rx);
	if (clean != health->rx_clean || health->rx_waiting) {
		health->rx_clean = clean;
		health->rx_stuck = 0;
		/* A frame that has just arrived does not count */
		if (waited)
			e1k_health_poll(adapter, q);
		return false;
	}
	if (e1k_mac_is_receiving(&adapter->hw) && e1k_rx_ring_agrees(rx))
		health->rx_stuck = 0;
	else
		health->rx_stuck++;
	if (health->rx_stuck < E1K_STUCK_CHECKS)
		return false;
	health->rx_stuck = 0;
	netif_err(adapter, rx_err, adapter->netdev,
		  "RX ring %u out of step with the NIC: ntc %u RDH %u RCTL %#x\n",
		  rx->queue, clean & rx->mask, e1k_rx_ring_head(rx),
		  e1k_rd32(&adapter->hw, E1K_RCTL));
	return true;
}

/* Retry a failed reset. Called with the lock. */
static void e1k_health_retry(struct e1k_adapter *adapter)
{
	struct e1k_health *health = &adapter->health;
	u32 shift = min_t(u32, health->failures, E1K_RETRY_SHIFT_MAX);

	if (!netif_running(adapter->netdev) || time_before(jiffies, health->retry))
		return;
	health->retry = jiffies + (E1K_HEALTH_PERIOD << shift);
	if (e1k_adapter_recover(adapter, E1K_STEP_RESET))
		return;
	netif_device_attach(adapter->netdev);
	netdev_info(adapter->netdev, "NIC recovered\n");
	e1k_devlink_report_healthy(adapter);
}

/**
 * e1k_health_init() - initialise the hang detection
 * @adapter: the device, not yet opened
 */
void e1k_health_init(struct e1k_adapter *adapter)
{
	/* With 32-bit jiffies, 0 may be in the future */
	adapter->health.checked = jiffies;
	adapter->health.retry = jiffies;
}

/**
 * e1k_health_check() - check for hangs, and recover
 * @adapter: the device
 * Context: the service work, without RTNL.
 */
void e1k_health_check(struct e1k_adapter *adapter)
{
	struct e1k_health *health = &adapter->health;
	bool tx_stuck = false, rx_stuck = false;
	struct e1k_queue *q;

	/* The work also runs for other reasons: keep the period */
	if (time_before(jiffies, health->checked + E1K_HEALTH_PERIOD))
		return;
	/* Do not wait for RTNL: the next period will do */
	if (!e1k_adapter_trylock(adapter))
		return;
	health->checked = jiffies;
	if (adapter->started) {
		e1k_for_each_queue(q, adapter) {
			rx_stuck |= e1k_health_is_rx_stuck(adapter, q);
			tx_stuck |= e1k_health_is_tx_stuck(adapter, q);
		}
	} else if (health->failures) {
		e1k_health_retry(adapter);
	}
	e1k_adapter_unlock(adapter);

	if (tx_stuck)
		e1k_health_recover_tx(adapter);
	if (rx_stuck)
		e1k_devlink_report(adapter, true, E1K_STEP_RESET);
}

/* Poll if the queue's interrupt is dead. Return true if it is. */
static bool e1k_health_is_irq_lost(struct e1k_adapter *adapter, struct e1k_queue *q)
{
	if (q->health.irq_lost < E1K_STUCK_CHECKS)
		return false;
	if (q->health.events != READ_ONCE(q->irq.events)) {
		q->health.irq_lost = 0;
		return false;
	}
	if (netif_running(adapter->netdev))
		e1k_irq_kick(&q->irq);
	return true;
}

/**
 * e1k_health_delay() - time until the service work must run again
 * @adapter: the device
 * Context: the service work.
 * Return: jiffies.
 */
unsigned long e1k_health_delay(struct e1k_adapter *adapter)
{
	unsigned long delay = E1K_HEALTH_PERIOD;
	struct e1k_queue *q;

	e1k_for_each_vector(q, adapter)
		if (e1k_health_is_irq_lost(adapter, q))
			delay = E1K_HEALTH_IRQ_LOST;
	return delay;
}

/**
 * e1k_health_unresponsive() - handle registers that read as all ones
 * @adapter: the device
 * Context: the service work, without RTNL.
 * Return: true if the function is still on its bus and may answer again.
 */
bool e1k_health_unresponsive(struct e1k_adapter *adapter)
{
	struct pci_dev *pdev = adapter->hw.pdev;
	bool hope = pci_device_is_present(pdev);

	e1k_adapter_lock(adapter);
	if (!hope) {
		netdev_err(adapter->netdev, "device removed\n");
		netif_device_detach(adapter->netdev);
	} else if (e1k_hw_revive(&adapter->hw)) {
		netdev_info(adapter->netdev, "registers readable again\n");
		/* A NIC unresponsive during resume is still detached */
		if (netif_running(adapter->netdev) &&
		    !e1k_adapter_recover(adapter, E1K_STEP_RESET))
			netif_device_attach(adapter->netdev);
	} else if (netif_carrier_ok(adapter->netdev)) {
		netdev_err(adapter->netdev, "registers read as all ones\n");
	}
	if (READ_ONCE(adapter->hw.removed))
		netif_carrier_off(adapter->netdev);
	e1k_adapter_unlock(adapter);
	return hope;
}
