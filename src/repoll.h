/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Timed polls: poll again by a timer, with the NIC masked, if that is sooner
 * than the next interrupt.
 */
#ifndef E1K_REPOLL_H
#define E1K_REPOLL_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/types.h>

#include "repoll_policy.h"

/**
 * struct e1k_repoll - the timer and what decides on it
 * @timer: schedules the poll
 * @napi: the poll
 * @enabled: written by RTNL or while NAPI is disabled, read in the poll
 * @idle: the CPU was idle when the timer expired; timer writes, poll reads
 * @plan: ns that the timer was set to, or E1K_REPOLL_NOT, E1K_REPOLL_ENOUGH;
 *        NAPI only
 * @policy: NAPI only; set up while NAPI is disabled
 */
struct e1k_repoll {
	struct hrtimer timer;
	struct napi_struct *napi;
	bool enabled;
	bool idle;
	u32 plan;
	struct e1k_repoll_policy policy;
};

void e1k_repoll_init(struct e1k_repoll *repoll, struct napi_struct *napi);
void e1k_repoll_start(struct e1k_repoll *repoll, u32 slots);
void e1k_repoll_stop(struct e1k_repoll *repoll);
u32 e1k_repoll_plan(struct e1k_repoll *repoll, u32 frames, u32 bytes,
		    u32 sent);
void e1k_repoll_arm(struct e1k_repoll *repoll, u32 ns);

/**
 * e1k_repoll_forget() - the poll goes on, so the timer is not armed
 * @repoll: started
 * Context: NAPI, not completed.
 */
static inline void e1k_repoll_forget(struct e1k_repoll *repoll)
{
	repoll->plan = E1K_REPOLL_NOT;
}

#endif /* E1K_REPOLL_H */
