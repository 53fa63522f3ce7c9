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
 * Bulk that goes one way is polled by timer too, but later than an interrupt
 * would come: what gathers meanwhile makes up for the timer, and the traps are
 * saved. Ends that send each other bulk may wait for each other: there sooner is
 * better.
 *
 * A timed poll that finds nothing was a waste. So it is done only where it
 * pays: each that finds something earns trust, each row that finds nothing
 * costs some, and without trust only one poll in many is followed by a trial.
 * Sooner, and with more patience, where interrupts come as close upon each
 * other as the NIC lets them: there frames are likely to have waited. It takes
 * patience because the other end may be a NIC that makes its own wait. Where
 * they do not, only one poll in some is looked at.
 */
#include <linux/sizes.h>

#include <compat/timer.h>
#include <e1k/hw.h>
#include <e1k/repoll.h>
#include <e1k/ring.h>

/* Room for the other end to answer; a quarter of the least interrupt spacing */
#define E1K_REPOLL_NS		(30 * NSEC_PER_USEC)

/* Added for each frame of a group of several: both ends have to handle them */
#define E1K_REPOLL_FRAME_NS	(2 * NSEC_PER_USEC)

/*
 * Where it answers sooner, that is learned, so that a poll comes just after the
 * frame: while the processor is still busy with what it sent, and has no need to go
 * idle in between. An answer found by an idle one had waited: the next poll is
 * set a little sooner, those after it by a step. One that was not there yet is looked for
 * again in a moment and in two, and the next ones by a longer step later: a poll too
 * soon costs more than one too late, so few are.
 */
#define E1K_REPOLL_LEAST_NS	(5 * NSEC_PER_USEC)
#define E1K_REPOLL_ONCE_NS	NSEC_PER_USEC
#define E1K_REPOLL_SOONER_NS	16
#define E1K_REPOLL_LATER_NS	192
#define E1K_REPOLL_MOMENT_NS	2500
#define E1K_REPOLL_MOMENTS	2

/*
 * After bulk. Sooner, acknowledgements come in smaller groups, which costs the
 * stack more than was saved. Later, the smallest frames at 1 Gbit/s would fill a
 * ring of the default size; faster ones shorten it.
 */
#define E1K_REPOLL_BULK_NS	(170 * NSEC_PER_USEC)

/* Timed polls in a row that may find nothing before the NIC is unmasked */
#define E1K_REPOLL_TRIES	2

/*
 * Polls from one trial to the next while timed polls are not trusted. The number
 * doubles with each trial, up to the maximum, until one finds something.
 */
#define E1K_REPOLL_TRIAL	64
#define E1K_REPOLL_TRIAL_MAX	512

/* Polls to skip after one that came long after the last */
#define E1K_REPOLL_REST		15

/* A poll so soon after the last one came late: its interrupt had to wait */
#define E1K_REPOLL_LATE_NS	(E1K_IRQ_FLOOR_USECS * 5 / 4 * NSEC_PER_USEC)

/* A late poll counts as this many polls; its trial lasts until an interrupt could come */
#define E1K_REPOLL_LATE		8
#define E1K_REPOLL_LATE_TRIES	4

/*
 * Polls in a row that receive and send nothing, after which no answer is expected:
 * further frames may gather until the interrupt, bulk traffic until its own timer.
 */
#define E1K_REPOLL_ONE_WAY	4

/* What a timed poll that found something earns, and how much is kept */
#define E1K_REPOLL_GAIN		4
#define E1K_REPOLL_TRUST_MAX	16

/*
 * A poll that moved more bytes than this in one direction is bulk, too, and the
 * next E1K_REPOLL_HOLD polls count as bulk with it. A request or an answer of
 * 16 KB stays below.
 */
#define E1K_REPOLL_BYTES	(24 * SZ_1K)
#define E1K_REPOLL_HOLD		16

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
 * @slots: of the receive ring; a small one does not wait as long
 */
void e1k_repoll_start(struct e1k_repoll *repoll, u32 slots)
{
	repoll->bulk_ns = E1K_REPOLL_BULK_NS * min(slots, E1K_RING_DEFAULT) /
			  E1K_RING_DEFAULT;
	repoll->half = slots / 2;
	repoll->answer_ns = E1K_REPOLL_NS;
	repoll->trial = E1K_REPOLL_TRIAL;
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
	repoll->rest = 0;
}

/* When to look for the next answer, this one having been found by the timer. */
static u32 e1k_repoll_learn(struct e1k_repoll *repoll, u32 frames)
{
	u32 ns = repoll->answer_ns;

	if (frames > 1) {
		/* It comes bit by bit: looked for sooner it is found in more polls */
		repoll->answer_ns = E1K_REPOLL_NS;
		return E1K_REPOLL_NS + frames * E1K_REPOLL_FRAME_NS;
	}
	if (repoll->tries || !READ_ONCE(repoll->idle) ||
	    ns < E1K_REPOLL_LEAST_NS)
		return ns;
	repoll->answer_ns = ns - E1K_REPOLL_SOONER_NS;
	return ns - E1K_REPOLL_ONCE_NS;
}

/*
 * A poll that found something, but no bulk.
 *
 * Return: when to poll again, or 0.
 */
static u32 e1k_repoll_found(struct e1k_repoll *repoll, u32 frames, bool timed)
{
	u32 ns = repoll->answer_ns;
	u64 now;

	if (repoll->unanswered >= E1K_REPOLL_ONE_WAY) {
		repoll->tries = 0;
		repoll->trust = 0;
		repoll->rest = E1K_REPOLL_REST;
		return 0;
	}
	if (timed) {
		repoll->trust = min(repoll->trust + E1K_REPOLL_GAIN,
				    E1K_REPOLL_TRUST_MAX);
		repoll->trial = E1K_REPOLL_TRIAL;
		ns = e1k_repoll_learn(repoll, frames);
	}
	repoll->tries = 0;
	if (repoll->trust)
		return ns;
	now = ktime_get_mono_fast_ns();
	repoll->late = now - repoll->last < E1K_REPOLL_LATE_NS;
	repoll->last = now;
	if (repoll->late) {
		repoll->untried += E1K_REPOLL_LATE;
	} else {
		repoll->untried += 1 + E1K_REPOLL_REST;
		repoll->rest = E1K_REPOLL_REST;
	}
	if (repoll->untried < repoll->trial)
		return 0;
	repoll->trial = min(2 * repoll->trial, E1K_REPOLL_TRIAL_MAX);
	repoll->untried = 0;
	repoll->rest = 0;
	return E1K_REPOLL_NS;
}

/*
 * A timed poll that found nothing.
 *
 * Return: when to poll again, or 0.
 */
static u32 e1k_repoll_missed(struct e1k_repoll *repoll)
{
	bool learned = repoll->trust && repoll->answer_ns < E1K_REPOLL_NS;
	u8 tries = E1K_REPOLL_TRIES;

	if (learned)
		tries = 1 + E1K_REPOLL_MOMENTS;
	else if (!repoll->trust)
		tries = repoll->late ? E1K_REPOLL_LATE_TRIES : 1;
	if (++repoll->tries < tries) {
		if (!learned)
			return E1K_REPOLL_NS;
		if (repoll->tries == 1)
			repoll->answer_ns += E1K_REPOLL_LATER_NS;
		return repoll->tries * E1K_REPOLL_MOMENT_NS;
	}
	if (repoll->trust)
		repoll->trust--;
	return 0;
}

/*
 * A poll of bulk, or one of the next few. In bulk the timer goes on while it
 * finds something; a poll that had an interrupt and found little is left to the
 * next.
 *
 * Return: when to poll again, or 0.
 */
static noinline u32 e1k_repoll_in_bulk(struct e1k_repoll *repoll, u32 frames,
				       bool in, bool out, bool timed)
{
	u32 waited = timed ? repoll->ns : repoll->bulk_ns;
	bool many = in || frames > E1K_REPOLL_FRAMES;

	repoll->in = in ? E1K_REPOLL_HOLD : repoll->in - !!repoll->in;
	repoll->out = out ? E1K_REPOLL_HOLD : repoll->out - !!repoll->out;
	repoll->hold = many || out ? E1K_REPOLL_HOLD : repoll->hold - 1;
	if (repoll->in && repoll->out) {
		/* Each end may wait for the other */
		repoll->trust = E1K_REPOLL_TRUST_MAX;
		repoll->tries = 0;
		return E1K_REPOLL_NS;
	}
	if (!many && !out && !timed)
		return 0;
	/* At this rate, when is half the ring full? */
	return clamp_t(u32, waited * repoll->half / frames, E1K_REPOLL_NS,
		       repoll->bulk_ns);
}

/**
 * e1k_repoll_plan() - is another poll by timer likely to pay?
 * @repoll: started
 * @frames: that the poll which is ending has received
 * @bytes: what they hold
 * @sent: bytes sent so far, free-running
 *
 * Context: NAPI, about to be completed.
 * Return: what e1k_repoll_arm() is to be given then, or E1K_REPOLL_NOT or
 * E1K_REPOLL_ENOUGH: unmask the NIC.
 */
u32 e1k_repoll_plan(struct e1k_repoll *repoll, u32 frames, u32 bytes, u32 sent)
{
	bool timed = repoll->armed;
	u32 ns = 0;

	repoll->armed = false;
	if (!READ_ONCE(repoll->enabled))
		return timed ? E1K_REPOLL_ENOUGH : E1K_REPOLL_NOT;
	if (repoll->rest && frames <= E1K_REPOLL_FRAMES) {
		/* Will the next one be late? */
		repoll->rest = 0;
		repoll->sent = sent;
		repoll->last = ktime_get_mono_fast_ns();
		return E1K_REPOLL_NOT;
	}
	if (frames) {
		bool in = bytes > E1K_REPOLL_BYTES;
		bool out = sent - repoll->sent > E1K_REPOLL_BYTES;

		if (sent != repoll->sent)
			repoll->unanswered = 0;
		else if (repoll->unanswered < E1K_REPOLL_ONE_WAY)
			repoll->unanswered++;
		repoll->sent = sent;
		if (frames > E1K_REPOLL_FRAMES || in || out || repoll->hold)
			ns = e1k_repoll_in_bulk(repoll, frames, in, out, timed);
		else
			ns = e1k_repoll_found(repoll, frames, timed);
	} else if (timed) {
		ns = e1k_repoll_missed(repoll);
	}
	if (!ns)
		return timed ? E1K_REPOLL_ENOUGH : E1K_REPOLL_NOT;
	repoll->armed = true;
	repoll->ns = ns;
	return ns;
}

/**
 * e1k_repoll_arm() - set the timer for another poll
 * @repoll: started
 * @ns: how long until then
 *
 * Context: NAPI, completed. The NIC may stay masked.
 */
void e1k_repoll_arm(struct e1k_repoll *repoll, u32 ns)
{
	hrtimer_start(&repoll->timer, ns_to_ktime(ns), HRTIMER_MODE_REL_PINNED);
}
