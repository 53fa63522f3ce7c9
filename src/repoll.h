/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Polling again by timer, with the NIC still masked, where that is sooner than
 * its next interrupt.
 */
#ifndef E1K_REPOLL_H
#define E1K_REPOLL_H

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/types.h>

#include "repoll_policy.h"

/**
 * struct e1k_repoll - the timer and what is known of its use
 * @timer: schedules the poll
 * @napi: the poll
 * @enabled: set while NAPI is disabled or by RTNL, read in the poll
 * @idle: the processor did nothing else when the timer ran out. Written by the
 *        timer, read in the poll that it schedules
 * @plan: how the next poll begins: what the timer is set to, or a code if it is
 *        not set. NAPI
 * @policy: decides when to set the timer. NAPI; set up while that is disabled
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
 * e1k_repoll_forget() - the poll goes on, the timer of its plan is not set
 * @repoll: started
 *
 * Context: NAPI, which could not be completed.
 */
static inline void e1k_repoll_forget(struct e1k_repoll *repoll)
{
	repoll->plan = E1K_REPOLL_NOT;
}

#endif /* E1K_REPOLL_H */
