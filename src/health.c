// SPDX-License-Identifier: GPL-2.0-only
/*
 * The watch over the data path: what has stopped is found here, by looking every
 * other second, and healed by the mildest step that helps.
 */
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>

#include "adapter.h"
#include "devlink.h"
#include "health.h"
#include "rx.h"
#include "tx.h"

/* How often to look */
#define E1K_HEALTH_PERIOD	(2 * HZ)

/* While interrupts do not come, how often to poll instead */
#define E1K_HEALTH_IRQ_LOST		msecs_to_jiffies(20)

/* A look without progress may be bad luck, a second one is none */
#define E1K_STUCK_CHECKS		2

/* With a queue that is stopped the stack's watchdog comes first */
#define E1K_STUCK_CHECKS_FULL	4

/* A failing reset is tried again after 2, 4, 8 ... seconds, up to a minute */
#define E1K_RETRY_SHIFT_MAX	5

/*
 * The stack's watchdog looks only at a queue that is stopped. A NIC that stops
 * sending while few frames are on the ring is noticed here. No hang: without
 * link, or while the partner asks to pause.
 */
static bool e1k_health_is_tx_stuck(struct e1k_adapter *adapter)
{
	struct netdev_queue *txq = netdev_get_tx_queue(adapter->netdev, 0);
	struct e1k_health *health = &adapter->health;
	u32 clean = READ_ONCE(adapter->tx->next_to_clean);

	if (clean != health->tx_clean) {
		health->tx_clean = clean;
		health->tx_stuck = 0;
		health->tx_step = E1K_STEP_KICK;
		return false;
	}
	if (!e1k_tx_used(adapter->tx) || !netif_carrier_ok(adapter->netdev)) {
		health->tx_stuck = 0;
		return false;
	}
	if (e1k_mac_is_tx_paused(&adapter->hw)) {
		health->tx_stuck = 0;
		/* The stack's watchdog does not know of this */
		netif_trans_update(adapter->netdev);
		return false;
	}
	health->tx_stuck++;
	if (health->tx_step == E1K_STEP_KICK && netif_xmit_stopped(txq))
		return health->tx_stuck >= E1K_STUCK_CHECKS_FULL;
	return health->tx_stuck >= E1K_STUCK_CHECKS;
}

/**
 * e1k_health_recover_tx() - take the next step against a transmit hang
 * @adapter: the device
 *
 * Kick, restart, reset; from the first again once something was sent.
 *
 * Context: the service work, without RTNL.
 */
void e1k_health_recover_tx(struct e1k_adapter *adapter)
{
	struct e1k_health *health = &adapter->health;
	enum e1k_recovery_step step;
	bool stuck;

	rtnl_lock();
	/* The watchdog may have asked for what is healed by now */
	stuck = adapter->tx && e1k_tx_used(adapter->tx) &&
		!e1k_mac_is_tx_paused(&adapter->hw);
	step = health->tx_step;
	if (stuck) {
		health->tx_step = min(step + 1, E1K_STEP_RESET);
		netif_err(adapter, tx_err, adapter->netdev, "transmission hangs\n");
	}
	rtnl_unlock();
	if (!stuck)
		return;

	e1k_devlink_report(adapter, false, step);

	rtnl_lock();
	health->tx_stuck = E1K_STUCK_CHECKS - 1;
	if (adapter->tx)
		health->tx_clean = READ_ONCE(adapter->tx->next_to_clean);
	rtnl_unlock();
}

/*
 * A frame that waited since the last look, with nothing taken from the ring in
 * between: its interrupt was lost, or the NIC was masked by others.
 * The poll unmasks it again. If that goes on, the line is dead: then poll often,
 * until an interrupt is seen.
 */
static void e1k_health_poll(struct e1k_adapter *adapter)
{
	struct e1k_health *health = &adapter->health;

	if (!health->irq_lost)
		netif_info(adapter, intr, adapter->netdev,
			   "an interrupt was lost; polled\n");
	health->irq_lost = min(health->irq_lost + 1, U8_MAX);
	health->events = READ_ONCE(adapter->irq.events);
	e1k_stats_count_recovery(&adapter->stats, &adapter->stats.recovery.polls);
	e1k_irq_kick(&adapter->irq);
}

/* Has the NIC another idea of the receive ring than the driver, for long? */
static bool e1k_health_is_rx_stuck(struct e1k_adapter *adapter)
{
	struct e1k_health *health = &adapter->health;
	u32 clean = READ_ONCE(adapter->rx->next_to_clean);
	bool waited = health->rx_waiting && clean == health->rx_clean;

	health->rx_waiting = e1k_rx_is_waiting(adapter->rx);
	if (clean != health->rx_clean || health->rx_waiting) {
		health->rx_clean = clean;
		health->rx_stuck = 0;
		/* A frame that has only just come is no sign of anything */
		if (waited)
			e1k_health_poll(adapter);
		return false;
	}
	if (e1k_mac_is_receiving(&adapter->hw) && e1k_rx_ring_agrees(adapter->rx))
		health->rx_stuck = 0;
	else
		health->rx_stuck++;
	return health->rx_stuck >= E1K_STUCK_CHECKS;
}

/* Try again what failed; RTNL. */
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
	netdev_info(adapter->netdev, "the NIC is back\n");
	e1k_devlink_report_healthy(adapter);
}

/**
 * e1k_health_init() - begin to watch
 * @adapter: the device, not yet opened
 */
void e1k_health_init(struct e1k_adapter *adapter)
{
	/* Where jiffies are short, 0 may be in the future */
	adapter->health.checked = jiffies;
	adapter->health.retry = jiffies;
}

/**
 * e1k_health_check() - look whether anything is stuck, and heal it
 * @adapter: the device
 *
 * Context: the service work, without RTNL.
 */
void e1k_health_check(struct e1k_adapter *adapter)
{
	struct e1k_health *health = &adapter->health;
	bool tx_stuck = false, rx_stuck = false;

	/* The work runs for other reasons, too; those are no looks */
	if (time_before(jiffies, health->checked + E1K_HEALTH_PERIOD))
		return;
	/* Not worth waiting for: the next period comes */
	if (!rtnl_trylock())
		return;
	health->checked = jiffies;
	if (adapter->started) {
		rx_stuck = e1k_health_is_rx_stuck(adapter);
		tx_stuck = e1k_health_is_tx_stuck(adapter);
	} else if (health->failures) {
		e1k_health_retry(adapter);
	}
	if (rx_stuck) {
		netif_err(adapter, rx_err, adapter->netdev,
			  "reception has lost its way\n");
		health->rx_stuck = 0;
	}
	rtnl_unlock();

	if (tx_stuck)
		e1k_health_recover_tx(adapter);
	if (rx_stuck)
		e1k_devlink_report(adapter, true, E1K_STEP_RESET);
}

/**
 * e1k_health_is_irq_lost() - poll, if interrupts have ceased to come
 * @adapter: the device
 *
 * Context: the service work.
 * Return: true if they have; the service work shall run again soon.
 */
static bool e1k_health_is_irq_lost(struct e1k_adapter *adapter)
{
	if (adapter->health.irq_lost < E1K_STUCK_CHECKS)
		return false;
	if (adapter->health.events != READ_ONCE(adapter->irq.events)) {
		adapter->health.irq_lost = 0;
		return false;
	}
	if (netif_running(adapter->netdev))
		e1k_irq_kick(&adapter->irq);
	return true;
}

/**
 * e1k_health_delay() - when to run the service work again
 * @adapter: the device
 *
 * Context: the service work.
 * Return: jiffies.
 */
unsigned long e1k_health_delay(struct e1k_adapter *adapter)
{
	return e1k_health_is_irq_lost(adapter) ? E1K_HEALTH_IRQ_LOST : E1K_HEALTH_PERIOD;
}

/**
 * e1k_health_unresponsive() - all registers read as ones
 * @adapter: the device
 *
 * Context: the service work, without RTNL.
 * Return: true while there is hope that it answers again: the function is still
 * on its bus.
 */
bool e1k_health_unresponsive(struct e1k_adapter *adapter)
{
	struct pci_dev *pdev = adapter->hw.pdev;
	bool hope = pci_device_is_present(pdev);

	rtnl_lock();
	if (!hope) {
		netdev_err(adapter->netdev, "the device is gone\n");
		netif_device_detach(adapter->netdev);
	} else if (e1k_hw_revive(&adapter->hw)) {
		netdev_info(adapter->netdev, "the registers answer again\n");
		/* Silent at the end of a sleep, it was not taken up again */
		if (netif_running(adapter->netdev) &&
		    !e1k_adapter_recover(adapter, E1K_STEP_RESET))
			netif_device_attach(adapter->netdev);
	} else if (netif_carrier_ok(adapter->netdev)) {
		netdev_err(adapter->netdev, "the registers do not answer\n");
	}
	if (READ_ONCE(adapter->hw.removed))
		netif_carrier_off(adapter->netdev);
	rtnl_unlock();
	return hope;
}
