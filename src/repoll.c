// SPDX-License-Identifier: GPL-2.0-only
/*
 * Polling again by timer.
 *
 * Some NICs (QEMU's) keep interrupts far apart: the first comes at once, the
 * next not before 128 us have passed. Who sends a request and waits for the
 * answer waits for that. There the NIC stays masked after a poll that found
 * something, and a timer polls again: sooner than the interrupt could come, and
 * without the three register accesses that each interrupt costs.
 *
 * A timed poll that finds nothing was a waste. So it is done only where it
 * pays: each that finds something earns trust, each row that finds nothing
 * costs some, and without trust only one poll in many is followed by a trial.
 * Sooner, and with more patience, where interrupts come as close upon each
 * other as the NIC lets them: there frames are likely to have waited. It takes
 * patience because the other end may be a NIC that makes its own wait.
 * A poll that moved many frames has paid for its interrupt: such traffic is
 * left to interrupts, which gather more frames.
 */
#include <linux/sizes.h>

#include <compat/timer.h>
#include <e1k/hw.h>
#include <e1k/repoll.h>

/* Room for the other end to answer; a quarter of the least interrupt spacing */
#define E1K_REPOLL_NS		(30 * NSEC_PER_USEC)

/* So many timed polls may find nothing before the NIC is unmasked */
#define E1K_REPOLL_TRIES	2

/* Without trust one poll in so many is followed by a trial */
#define E1K_REPOLL_TRIAL	64

/* A poll so soon after the last one came late: its interrupt had to wait */
#define E1K_REPOLL_LATE_NS	(E1K_IRQ_FLOOR_USECS * 5 / 4 * NSEC_PER_USEC)

/* It counts for so many, and its trial lasts until an interrupt could come */
#define E1K_REPOLL_LATE		8
#define E1K_REPOLL_LATE_TRIES	4

/* What a timed poll that found something earns, and how much is kept */
#define E1K_REPOLL_GAIN		4
#define E1K_REPOLL_TRUST_MAX	16

/*
 * More than this in one poll, one way, is bulk, and so many polls after it are
 * left alone. A request or an answer of 16 KB is not.
 */
#define E1K_REPOLL_FRAMES	16
#define E1K_REPOLL_BYTES	(24 * SZ_1K)
#define E1K_REPOLL_HOLD		16

static enum hrtimer_restart e1k_repoll_expired(struct hrtimer *timer)
{
	struct e1k_repoll *repoll =
		container_of(timer, struct e1k_repoll, timer);

	napi_schedule_irqoff(repoll->napi);
	return HRTIMER_NORESTART;
}

/**
 * e1k_repoll_init() - prepare the timer
 * @repoll: zeroed
 * @napi: the poll it schedules
 */
void e1k_repoll_init(struct e1k_repoll *repoll, struct napi_struct *napi)
{
	repoll->napi = napi;
	hrtimer_setup(&repoll->timer, e1k_repoll_expired, CLOCK_MONOTONIC,
		      HRTIMER_MODE_REL_PINNED);
}

/**
 * e1k_repoll_start() - timed polls may happen
 * @repoll: stopped
 * @mtu: longest payload of a frame
 */
void e1k_repoll_start(struct e1k_repoll *repoll, u32 mtu)
{
	repoll->bulk = clamp_t(u32, E1K_REPOLL_BYTES / mtu, 1,
			       E1K_REPOLL_FRAMES);
}

/**
 * e1k_repoll_stop() - no timed poll after this
 * @repoll: of a poll that is disabled
 *
 * Context: may sleep.
 */
void e1k_repoll_stop(struct e1k_repoll *repoll)
{
	hrtimer_cancel(&repoll->timer);
	repoll->armed = false;
	repoll->tries = 0;
}

static bool e1k_repoll_found(struct e1k_repoll *repoll, bool timed)
{
	u64 now;

	repoll->tries = 0;
	if (timed)
		repoll->trust = min(repoll->trust + E1K_REPOLL_GAIN,
				    E1K_REPOLL_TRUST_MAX);
	if (repoll->trust)
		return true;
	now = ktime_get_mono_fast_ns();
	repoll->late = now - repoll->last < E1K_REPOLL_LATE_NS;
	repoll->last = now;
	repoll->untried += repoll->late ? E1K_REPOLL_LATE : 1;
	if (repoll->untried < E1K_REPOLL_TRIAL)
		return false;
	repoll->untried = 0;
	return true;
}

static bool e1k_repoll_missed(struct e1k_repoll *repoll)
{
	u8 tries = E1K_REPOLL_TRIES;

	if (!repoll->trust)
		tries = repoll->late ? E1K_REPOLL_LATE_TRIES : 1;
	if (++repoll->tries < tries)
		return true;
	if (repoll->trust)
		repoll->trust--;
	return false;
}

/**
 * e1k_repoll_arm() - set the timer for another poll if that is likely to pay
 * @repoll: started
 * @received: frames that the poll which is ending has received
 * @sent: frames that it found sent
 *
 * Context: NAPI, completed.
 * Return: true if the timer was set: the NIC may stay masked.
 */
bool e1k_repoll_arm(struct e1k_repoll *repoll, u32 received, u32 sent)
{
	bool timed = repoll->armed;

	repoll->armed = false;
	if (!READ_ONCE(repoll->enabled))
		return false;
	if (max(received, sent) > repoll->bulk) {
		repoll->hold = E1K_REPOLL_HOLD;
		return false;
	}
	if (repoll->hold) {
		repoll->hold--;
		return false;
	}
	if (received)
		repoll->armed = e1k_repoll_found(repoll, timed);
	else if (timed)
		repoll->armed = e1k_repoll_missed(repoll);
	if (repoll->armed)
		hrtimer_start(&repoll->timer, ns_to_ktime(E1K_REPOLL_NS),
			      HRTIMER_MODE_REL_PINNED);
	return repoll->armed;
}
