// SPDX-License-Identifier: GPL-2.0-only
/* Timed polls: the timer. repoll_decide.h decides when to use it. */
#include <linux/hrtimer.h>

#include "hw/hw.h"
#include "repoll.h"
#include "repoll_decide.h"

static_assert(E1K_IRQ_FLOOR_USECS * NSEC_PER_USEC == E1K_REPOLL_FLOOR_NS);

static enum hrtimer_restart e1k_repoll_expired(struct hrtimer *timer)
{
	struct e1k_repoll *repoll =
		container_of(timer, struct e1k_repoll, timer);

	WRITE_ONCE(repoll->idle, is_idle_task(current));
	napi_schedule_irqoff(repoll->napi);
	return HRTIMER_NORESTART;
}

/**
 * e1k_repoll_init() - prepare the timer
 * @repoll: zeroed
 * @napi: what it schedules
 */
void e1k_repoll_init(struct e1k_repoll *repoll, struct napi_struct *napi)
{
	repoll->napi = napi;
	hrtimer_setup(&repoll->timer, e1k_repoll_expired, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED);
}

/**
 * e1k_repoll_start() - allow timed polls
 * @repoll: stopped
 * @slots: descriptors of the receive ring
 */
void e1k_repoll_start(struct e1k_repoll *repoll, u32 slots)
{
	e1k_repoll_policy_start(&repoll->policy, slots);
}

/**
 * e1k_repoll_stop() - cancel the timer
 * @repoll: its NAPI is disabled
 * Context: may sleep.
 */
void e1k_repoll_stop(struct e1k_repoll *repoll)
{
	hrtimer_cancel(&repoll->timer);
	repoll->plan = E1K_REPOLL_NOT;
	e1k_repoll_policy_stop(&repoll->policy);
}

/**
 * e1k_repoll_plan() - decide whether another timed poll is likely to pay
 * @repoll: started
 * @frames: received by the poll that is ending
 * @bytes: bytes of @frames
 * @sent: bytes sent so far, free-running
 * Context: NAPI, about to complete.
 * Return: see e1k_repoll_decide().
 */
u32 e1k_repoll_plan(struct e1k_repoll *repoll, u32 frames, u32 bytes, u32 sent)
{
	struct e1k_repoll_poll poll = {
		.frames = frames,
		.bytes = bytes,
		.sent = sent,
		.waited = repoll->plan,
		.idle = READ_ONCE(repoll->idle),
	};

	if (READ_ONCE(repoll->enabled))
		repoll->plan = e1k_repoll_decide(&repoll->policy, &poll,
						 ktime_get_mono_fast_ns);
	else
		repoll->plan = e1k_repoll_end(&poll);
	return repoll->plan;
}

/**
 * e1k_repoll_arm() - start the timer
 * @repoll: started
 * @ns: delay
 * Context: NAPI, completed. The NIC stays masked.
 */
void e1k_repoll_arm(struct e1k_repoll *repoll, u32 ns)
{
	hrtimer_start(&repoll->timer, ns_to_ktime(ns), HRTIMER_MODE_REL_PINNED);
}
