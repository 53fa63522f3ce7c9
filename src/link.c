// SPDX-License-Identifier: GPL-2.0-only
/*
 * The service work: link state, and what the rooms below asked for.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include <e1k/dev.h>
#include <e1k/netdev.h>
#include <e1k/rx.h>
#include <e1k/tx.h>

/* How often to look without being asked: a missed LSC heals, counters fill */
#define E1K_SERVICE_PERIOD	(2 * HZ)

/*
 * So many periods without a frame sent, with frames to send, are a hang. More
 * than the watchdog takes with a full queue: it comes first where it can.
 */
#define E1K_STUCK_PERIODS	4

static const char *e1k_link_pause_name(const struct e1k_link *link)
{
	if (link->rx_pause)
		return link->tx_pause ? "rx/tx" : "rx";
	return link->tx_pause ? "tx" : "off";
}

static void e1k_link_up(struct e1k_dev *dev, const struct e1k_link *link)
{
	struct netdev_queue *txq = netdev_get_tx_queue(dev->netdev, 0);
	bool was_up = netif_carrier_ok(dev->netdev);

	if (was_up && !memcmp(link, &dev->link, sizeof(*link)))
		return;
	dev->link = *link;
	e1k_mac_link_apply(&dev->hw, link,
			   dev->cfg.mtu + E1K_FRAME_OVERHEAD + VLAN_HLEN);
	netif_carrier_on(dev->netdev);
	netdev_info(dev->netdev, "link is up, %u Mb/s %s duplex, pause %s\n",
		    link->speed, link->full_duplex ? "full" : "half",
		    e1k_link_pause_name(link));

	/* VirtualBox overlooks tail writes while the link is down */
	__netif_tx_lock_bh(txq);
	if (dev->tx)
		e1k_tx_kick(dev->tx);
	__netif_tx_unlock_bh(txq);
}

static void e1k_link_down(struct e1k_dev *dev)
{
	dev->link.up = false;
	if (!netif_carrier_ok(dev->netdev))
		return;
	netif_carrier_off(dev->netdev);
	netdev_info(dev->netdev, "link is down\n");
}

static void e1k_link_check(struct e1k_dev *dev)
{
	struct e1k_link link;

	rtnl_lock();
	if (dev->started) {
		e1k_mac_link_get(&dev->hw, &dev->link_cfg, &link);
		if (link.up)
			e1k_link_up(dev, &link);
		else
			e1k_link_down(dev);
	}
	rtnl_unlock();
}

static void e1k_link_removed(struct e1k_dev *dev)
{
	rtnl_lock();
	netdev_err(dev->netdev, "the device is gone\n");
	netif_carrier_off(dev->netdev);
	netif_device_detach(dev->netdev);
	rtnl_unlock();
}

/*
 * A frame that waited a whole period, with nothing taken from the ring in
 * between: its interrupt was lost, or somebody masked the NIC behind our back.
 * The poll unmasks it again.
 */
static void e1k_link_check_rx(struct e1k_dev *dev)
{
	u32 clean = READ_ONCE(dev->rx->clean);

	if (clean == dev->rx_seen && e1k_rx_is_waiting(dev->rx)) {
		netdev_warn(dev->netdev, "an interrupt was lost, polling\n");
		e1k_irq_kick(&dev->irq);
	}
	dev->rx_seen = clean;
}

/*
 * The stack's watchdog looks only at a queue that is stopped. A NIC that stops
 * sending while few frames are on the ring is noticed here. No hang: without
 * link, or while the partner asks to pause.
 */
static bool e1k_link_is_tx_stuck(struct e1k_dev *dev)
{
	u32 clean = READ_ONCE(dev->tx->clean);

	if (!e1k_tx_used(dev->tx) || clean != dev->tx_seen ||
	    !netif_carrier_ok(dev->netdev) || e1k_mac_is_tx_paused(&dev->hw))
		dev->tx_stuck = 0;
	else
		dev->tx_stuck++;
	dev->tx_seen = clean;
	return dev->tx_stuck >= E1K_STUCK_PERIODS;
}

static void e1k_link_check_progress(struct e1k_dev *dev)
{
	bool stuck = false;

	/* Not worth waiting for: the next period comes */
	if (!rtnl_trylock())
		return;
	if (dev->started) {
		e1k_link_check_rx(dev);
		stuck = e1k_link_is_tx_stuck(dev);
		if (stuck)
			dev->tx_stuck = 0;
	}
	rtnl_unlock();
	if (stuck) {
		netdev_err(dev->netdev, "nothing is sent any more; resetting\n");
		e1k_devlink_heal(dev);
	}
}

/**
 * e1k_link_service() - the service work
 * @work: of a struct e1k_service
 *
 * RTNL is taken only when something has to change.
 *
 * Context: process.
 */
void e1k_link_service(struct work_struct *work)
{
	struct e1k_dev *dev = container_of(to_delayed_work(work),
					   struct e1k_dev, service.work);
	unsigned long events = xchg(&dev->service.events, 0);

	if (READ_ONCE(dev->hw.removed)) {
		if (events & BIT(E1K_EVENT_REMOVED))
			e1k_link_removed(dev);
		return;
	}
	if (events & BIT(E1K_EVENT_TX_HANG))
		e1k_devlink_heal(dev);
	if (events & BIT(E1K_EVENT_POLL))
		e1k_irq_kick(&dev->irq);
	if ((events & BIT(E1K_EVENT_LINK)) ||
	    e1k_mac_link_is_up(&dev->hw) != netif_carrier_ok(dev->netdev))
		e1k_link_check(dev);
	e1k_link_check_progress(dev);
	e1k_stats_collect(&dev->stats, &dev->hw);

	if (netif_running(dev->netdev) && netif_device_present(dev->netdev))
		queue_delayed_work(system_dfl_wq, &dev->service.work,
				   E1K_SERVICE_PERIOD);
}
