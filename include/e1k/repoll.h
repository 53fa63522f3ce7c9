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

/**
 * struct e1k_repoll - the timer and what is known of its use
 * @timer: schedules the poll
 * @napi: the poll
 * @enabled: set while NAPI is disabled or by RTNL, read in the poll
 * @bulk: more frames than this, one way, are bulk. Set while NAPI is disabled
 * @armed: the timer was set for the next poll. NAPI
 * @tries: timed polls in a row that found nothing. NAPI
 * @trust: how well timed polls have done: 0 not at all. NAPI
 * @untried: polls since the last trial, without trust; those that came late
 *           count for several. NAPI
 * @hold: polls for which no timer is set. NAPI
 * @late: the last poll without trust had waited for its interrupt. NAPI
 * @last: when that was, in nanoseconds. NAPI
 */
struct e1k_repoll {
	struct hrtimer timer;
	struct napi_struct *napi;
	bool enabled;
	bool armed;
	u8 bulk;
	u8 tries;
	u8 trust;
	u8 untried;
	u8 hold;
	bool late;
	u64 last;
};

void e1k_repoll_init(struct e1k_repoll *repoll, struct napi_struct *napi);
void e1k_repoll_start(struct e1k_repoll *repoll, u32 mtu);
void e1k_repoll_stop(struct e1k_repoll *repoll);
bool e1k_repoll_arm(struct e1k_repoll *repoll, u32 received, u32 sent);

#endif /* E1K_REPOLL_H */
