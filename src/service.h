/* SPDX-License-Identifier: GPL-2.0-only */
/* Events for the service work: lower layers set them, and never call upward. */
#ifndef E1K_SERVICE_H
#define E1K_SERVICE_H

#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

/**
 * enum e1k_event - events for the service work
 * @E1K_EVENT_LINK: the link may have changed
 * @E1K_EVENT_TX_HANG: the transmit queue made no progress
 * @E1K_EVENT_POLL: a poll is needed, and no interrupt may come
 * @E1K_EVENT_OVERRUN: a frame may wait for a receive descriptor
 * @E1K_EVENT_FEATURES: features follow from a setting that has changed
 * @E1K_EVENT_REMOVED: registers read as all ones
 */
enum e1k_event {
	E1K_EVENT_LINK,
	E1K_EVENT_TX_HANG,
	E1K_EVENT_POLL,
	E1K_EVENT_OVERRUN,
	E1K_EVENT_FEATURES,
	E1K_EVENT_REMOVED,
};

/**
 * struct e1k_service - the service work and its pending events
 * @work: runs e1k_service_work()
 * @events: bits of enum e1k_event; atomic bit operations only
 * @closed: the device is being removed: the work returns at once
 */
struct e1k_service {
	struct delayed_work work;
	unsigned long events;
	bool closed;
};

/**
 * e1k_service_raise() - set an event and queue the service work
 * @s: the service
 * @event: the event
 * @delay: jiffies that the work may wait; never delays work that is due earlier
 * Context: any, hard interrupt included.
 */
static inline void e1k_service_raise(struct e1k_service *s,
				     enum e1k_event event, unsigned long delay)
{
	unsigned long due = READ_ONCE(s->work.timer.expires);

	set_bit(event, &s->events);
	if (delay && delayed_work_pending(&s->work) &&
	    !time_after(due, jiffies + delay))
		return;
	mod_delayed_work(system_dfl_wq, &s->work, delay);
}

#endif /* E1K_SERVICE_H */
