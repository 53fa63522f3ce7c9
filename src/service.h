/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way up. A room that notices something which only a room above it can
 * handle sets an event and kicks the one service work item; it never calls
 * upward.
 */
#ifndef E1K_SERVICE_H
#define E1K_SERVICE_H

#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

/**
 * enum e1k_event - what the service work can be asked to look at
 * @E1K_EVENT_LINK: the link may have changed
 * @E1K_EVENT_TX_HANG: the transmit queue made no progress
 * @E1K_EVENT_POLL: a poll is needed though no interrupt may come
 * @E1K_EVENT_REMOVED: a register read said that the device is gone
 */
enum e1k_event {
	E1K_EVENT_LINK,
	E1K_EVENT_TX_HANG,
	E1K_EVENT_POLL,
	E1K_EVENT_REMOVED,
};

/**
 * struct e1k_service - the service work and its pending events
 * @work: runs e1k_service_work()
 * @events: bits of enum e1k_event; atomic bit operations only
 * @closed: the device is being removed, the work does nothing any more
 */
struct e1k_service {
	struct delayed_work work;
	unsigned long events;
	bool closed;
};

/**
 * e1k_service_raise() - ask the service work to look at something
 * @s: the service
 * @event: what happened
 * @delay: jiffies the work may wait
 *
 * Brings the work forward, and never puts it off: what can wait must not delay
 * what is due.
 *
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
