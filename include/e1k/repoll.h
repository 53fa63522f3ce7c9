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

/* What e1k_repoll_plan() says beside nanoseconds: no timed poll is likely to pay */
#define E1K_REPOLL_NOT		0

/* Likewise, and those until now have left their causes behind */
#define E1K_REPOLL_ENOUGH	1

/* More than this in one poll is bulk */
#define E1K_REPOLL_FRAMES	16

/**
 * struct e1k_repoll - the timer and what is known of its use
 * @timer: schedules the poll
 * @napi: the poll
 * @enabled: set while NAPI is disabled or by RTNL, read in the poll
 * @bulk_ns: when to poll again after bulk. Set while NAPI is disabled
 * @half: frames that fill half the receive ring. Set while NAPI is disabled
 * @ns: what the timer was set to. NAPI
 * @answer_ns: how long answers are given. NAPI
 * @idle: the processor did nothing else when the timer ran out. Written by the
 *        timer, read in the poll that it schedules
 * @armed: the timer was set for the next poll. NAPI
 * @tries: timed polls in a row that found nothing. NAPI
 * @unanswered: so many polls in a row received something and nothing had been sent. NAPI
 * @trust: how well timed polls have done: 0 not at all. NAPI
 * @rest: so many polls are not looked at, the last of them but for the time.
 *        NAPI
 * @untried: polls since the last trial, without trust; those that came late
 *           count for several. NAPI
 * @trial: what @untried must reach for another. NAPI
 * @hold: so many polls more are part of bulk. NAPI
 * @late: the last poll without trust had waited for its interrupt. NAPI
 * @last: when that was, in nanoseconds. NAPI
 * @in: so many polls more, bulk is being received. NAPI
 * @out: likewise, sent. NAPI
 * @sent: bytes, free-running, when a poll last received something. NAPI
 */
struct e1k_repoll {
	struct hrtimer timer;
	struct napi_struct *napi;
	bool enabled;
	bool armed;
	bool idle;
	u8 tries;
	u8 unanswered;
	u8 trust;
	u8 rest;
	u8 hold;
	bool late;
	u16 untried;
	u16 trial;
	u32 bulk_ns;
	u32 half;
	u32 ns;
	u32 answer_ns;
	u64 last;
	u8 in;
	u8 out;
	u32 sent;
};

void e1k_repoll_init(struct e1k_repoll *repoll, struct napi_struct *napi);
void e1k_repoll_start(struct e1k_repoll *repoll, u32 slots);
void e1k_repoll_stop(struct e1k_repoll *repoll);
u32 e1k_repoll_plan(struct e1k_repoll *repoll, u32 frames, u32 bytes,
		    u32 sent);
void e1k_repoll_arm(struct e1k_repoll *repoll, u32 ns);

/**
 * e1k_repoll_rests() - is this poll one that is not looked at?
 * @repoll: started
 * @frames: that the poll which is ending has received
 *
 * Context: NAPI, about to be completed; in front of e1k_repoll_plan().
 * Return: true if there is no need to call that.
 */
static inline bool e1k_repoll_rests(struct e1k_repoll *repoll, u32 frames)
{
	if (repoll->rest <= 1 || frames > E1K_REPOLL_FRAMES)
		return false;
	repoll->rest--;
	return true;
}

/**
 * e1k_repoll_forget() - the poll goes on, the timer of its plan is not set
 * @repoll: started
 *
 * Context: NAPI, which could not be completed.
 */
static inline void e1k_repoll_forget(struct e1k_repoll *repoll)
{
	repoll->armed = false;
}

#endif /* E1K_REPOLL_H */
