/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When to poll again by timer: a decision from what each poll found, without
 * any call into the kernel. The unit tests build this file on the host.
 *
 * QEMU's NIC keeps interrupts 128 us apart. A frame that comes sooner after an
 * interrupt waits until the next one is allowed. After a poll the driver can
 * leave the NIC masked instead and set a timer for the next poll. A timed poll
 * that finds something saves that wait, and the three register accesses of an
 * interrupt. One that finds nothing is a waste. A counter, trust, tells which
 * of the two is likely: it rises with each timed poll that finds something and
 * falls with each row of them that finds nothing. At 0 there are only trials.
 *
 * Situation              | Delay             | Why
 * -----------------------+-------------------+---------------------------------
 * trusted, a frame came  | answer_ns: 30 us, | The other end answers as late as
 *                        | or what has been  | it did before. The poll should
 *                        | learned, from     | come just after the answer.
 *                        | 5 us              |
 * the processor was idle | 1 us less, later  | The answer had waited. Found by
 * when the timer that    | ones 16 ns less   | a processor that is still busy
 * found a frame ran out  |                   | with what it sent, it saves the
 *                        |                   | way through the idle task.
 * a timed poll found     | 30 us, and 2 us   | Both ends have to handle them.
 * several frames         | a frame; forget   | A poll that comes sooner finds
 *                        | what was learned  | only some of the answer.
 * trusted, the timed     | 2.5 us, 5 us,     | The poll came just too soon.
 * poll found nothing,    | then unmask;      | That costs more than a poll too
 * answer_ns was learned  | later ones 192 ns | late: one step up is twelve
 *                        | more              | steps down.
 * trusted, the timed     | 30 us, then       | The answer takes longer than
 * poll found nothing,    | unmask            | usual, or there is none.
 * nothing was learned    |                   |
 * no trust               | unmask; every 64  | Most traffic gains nothing from
 *                        | polls a trial of  | the timer. The number doubles up
 *                        | 30 us             | to 512 until a trial succeeds.
 * no trust, polls less   | unmask; a poll    | Frames are likely to have waited
 * than 160 us apart      | counts as 8, the  | for the interrupt. The other end
 *                        | trial polls up to | may be a NIC that makes its own
 *                        | 4 times           | wait, so one look is too few.
 * no trust, polls        | unmask; 15 of 16  | Looking at each poll costs more
 * farther apart          | polls are not     | than a trial could gain here.
 *                        | looked at         |
 * 4 polls in a row       | unmask, no trust  | Nobody waits for an answer: an
 * received, and nothing  |                   | interrupt takes more frames than
 * was sent               |                   | a timed poll would.
 * bulk in one direction  | 170 us, or when   | An interrupt would come sooner
 *                        | half the ring is  | and cost three register
 *                        | full              | accesses. What gathers meanwhile
 *                        |                   | pays for the timer.
 * bulk in both           | 30 us             | Each end may wait for the other.
 * directions             |                   |
 * an interrupt found     | unmask            | Bulk has paused or ended; the
 * little, soon after     |                   | next interrupt tells which.
 * bulk                   |                   |
 *
 * Bulk is more than 16 frames or 24 KiB in one poll, or 24 KiB sent since the
 * poll before, and what the next 16 polls find.
 */
#ifndef E1K_REPOLL_POLICY_H
#define E1K_REPOLL_POLICY_H

#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/time64.h>
#include <linux/types.h>

/* What e1k_repoll_decide() says beside nanoseconds: unmask the NIC */
#define E1K_REPOLL_NOT		0

/* Likewise, and the frames of the timed polls have left their causes in ICR */
#define E1K_REPOLL_ENOUGH	1

/* The least time between interrupts */
#define E1K_REPOLL_FLOOR_NS	(128 * NSEC_PER_USEC)

/*
 * Answers: the first delay, what each of several frames adds, the least delay
 * that is made shorter, and the steps
 */
#define E1K_REPOLL_NS		(30 * NSEC_PER_USEC)
#define E1K_REPOLL_FRAME_NS	(2 * NSEC_PER_USEC)
#define E1K_REPOLL_LEAST_NS	(5 * NSEC_PER_USEC)
#define E1K_REPOLL_ONCE_NS	NSEC_PER_USEC
#define E1K_REPOLL_SOONER_NS	16
#define E1K_REPOLL_LATER_NS	192

/* The answer is not there yet: a moment, two moments, no more */
#define E1K_REPOLL_MOMENT_NS	2500
#define E1K_REPOLL_MOMENTS	2

/* Timed polls in a row that may find nothing where no delay was learned */
#define E1K_REPOLL_TRIES	2

/*
 * Trust after a trial that found something, and the most of it. In between a
 * hit adds as much as a row of misses takes away: the timer stays on where half
 * of the waits are hits. The first is more than that, so that two ends that
 * make each other wait are both trusted at some time.
 */
#define E1K_REPOLL_TRUST_FIRST	4
#define E1K_REPOLL_TRUST_MAX	16

/* Polls from one trial to the next: at first, at most */
#define E1K_REPOLL_TRIAL	64
#define E1K_REPOLL_TRIAL_MAX	512

/* Polls to skip after one that came long after the last */
#define E1K_REPOLL_REST		15

/* A poll so soon after the last one is late: its interrupt had to wait */
#define E1K_REPOLL_LATE_NS	(E1K_REPOLL_FLOOR_NS * 5 / 4)

/* So many polls a late one counts, and so often its trial looks */
#define E1K_REPOLL_LATE		8
#define E1K_REPOLL_LATE_TRIES	4

/* Polls in a row that receive, nothing being sent: no answer is expected */
#define E1K_REPOLL_ONE_WAY	4

/* Bulk is more than this in one poll; a message of 16 KiB is not bulk */
#define E1K_REPOLL_FRAMES	16
#define E1K_REPOLL_BYTES	(24 * SZ_1K)

/* Polls after bulk that count as bulk */
#define E1K_REPOLL_HOLD		16

/*
 * After bulk. Sooner, acknowledgements come in smaller groups, which costs the
 * stack more than was saved. Later, the smallest frames at 1 Gbit/s would fill
 * a ring of so many slots.
 */
#define E1K_REPOLL_BULK_NS	(170 * NSEC_PER_USEC)
#define E1K_REPOLL_BULK_SLOTS	256

/**
 * struct e1k_repoll_policy - what the polls until now have shown
 * @misses: timed polls in a row that found nothing
 * @unanswered: polls in a row that received something while nothing was sent
 * @trust: how well timed polls have done; at 0 there are only trials
 * @rest: so many polls are not looked at, the last of them but for the time
 * @bulk: so many polls more are part of bulk
 * @bulk_in: so many polls more, bulk is being received
 * @bulk_out: so many polls more, bulk is being sent
 * @late: the last poll without trust had waited for its interrupt
 * @untried: polls since the last trial, without trust; late ones count for
 *           several
 * @trial: what @untried must reach for another trial
 * @bulk_ns: the delay after bulk, from the size of the ring
 * @half_ring: frames that fill half the receive ring
 * @answer_ns: the delay at which answers have been found
 * @sent: bytes, free-running, when a poll last received something
 * @last_ns: the time of the last poll without trust that was looked at
 */
struct e1k_repoll_policy {
	u8 misses;
	u8 unanswered;
	u8 trust;
	u8 rest;
	u8 bulk;
	u8 bulk_in;
	u8 bulk_out;
	bool late;
	u16 untried;
	u16 trial;
	u32 bulk_ns;
	u32 half_ring;
	u32 answer_ns;
	u32 sent;
	u64 last_ns;
};

/**
 * struct e1k_repoll_poll - what a poll found that is about to end
 * @frames: received
 * @bytes: what they hold
 * @sent: bytes sent so far, free-running
 * @waited: what was decided before this poll: the delay of its timer, or a code
 *          if there was none
 * @idle: the processor was idle when the timer ran out
 */
struct e1k_repoll_poll {
	u32 frames;
	u32 bytes;
	u32 sent;
	u32 waited;
	bool idle;
};

static inline bool e1k_repoll_is_timed(const struct e1k_repoll_poll *poll)
{
	return poll->waited > E1K_REPOLL_ENOUGH;
}

/* Unmask the NIC after this poll. */
static inline u32 e1k_repoll_end(const struct e1k_repoll_poll *poll)
{
	return e1k_repoll_is_timed(poll) ? E1K_REPOLL_ENOUGH : E1K_REPOLL_NOT;
}

/**
 * e1k_repoll_policy_start() - timed polls may happen
 * @policy: zeroed, or stopped
 * @slots: of the receive ring; a small one does not wait as long
 */
static inline void e1k_repoll_policy_start(struct e1k_repoll_policy *policy,
					   u32 slots)
{
	policy->bulk_ns = E1K_REPOLL_BULK_NS *
			  min_t(u32, slots, E1K_REPOLL_BULK_SLOTS) /
			  E1K_REPOLL_BULK_SLOTS;
	policy->half_ring = slots / 2;
	policy->answer_ns = E1K_REPOLL_NS;
	policy->trial = E1K_REPOLL_TRIAL;
}

/**
 * e1k_repoll_policy_stop() - what was going on ends, what was learned stays
 * @policy: started
 */
static inline void e1k_repoll_policy_stop(struct e1k_repoll_policy *policy)
{
	policy->misses = 0;
	policy->rest = 0;
}

/**
 * e1k_repoll_rests() - is this poll one that is not looked at?
 * @policy: started
 * @frames: that the poll which is ending has received
 *
 * In front of e1k_repoll_decide().
 *
 * Return: true if there is no need to call that.
 */
static inline bool e1k_repoll_rests(struct e1k_repoll_policy *policy,
				    u32 frames)
{
	if (policy->rest <= 1 || frames > E1K_REPOLL_FRAMES)
		return false;
	policy->rest--;
	return true;
}

/* A timed poll found something: when to look for the next answer. */
static inline u32 e1k_repoll_learn(struct e1k_repoll_policy *policy,
				   const struct e1k_repoll_poll *poll)
{
	u32 ns = policy->answer_ns;

	if (poll->frames > 1) {
		policy->answer_ns = E1K_REPOLL_NS;
		return E1K_REPOLL_NS + poll->frames * E1K_REPOLL_FRAME_NS;
	}
	if (policy->misses || !poll->idle || ns < E1K_REPOLL_LEAST_NS)
		return ns;
	policy->answer_ns = ns - E1K_REPOLL_SOONER_NS;
	return ns - E1K_REPOLL_ONCE_NS;
}

/*
 * Without trust: is this poll followed by a trial?
 *
 * Return: when to poll again, or 0.
 */
static __always_inline u32 e1k_repoll_try(struct e1k_repoll_policy *policy,
					  u64 now)
{
	policy->late = now - policy->last_ns < E1K_REPOLL_LATE_NS;
	policy->last_ns = now;
	if (policy->late) {
		policy->untried += E1K_REPOLL_LATE;
	} else {
		policy->untried += 1 + E1K_REPOLL_REST;
		policy->rest = E1K_REPOLL_REST;
	}
	if (policy->untried < policy->trial)
		return 0;
	policy->trial = min(2 * policy->trial, E1K_REPOLL_TRIAL_MAX);
	policy->untried = 0;
	policy->rest = 0;
	return E1K_REPOLL_NS;
}

/*
 * A poll that found something, but no bulk.
 *
 * Return: when to poll again, or 0.
 */
static __always_inline u32
e1k_repoll_found(struct e1k_repoll_policy *policy,
		 const struct e1k_repoll_poll *poll, u64 (*clock)(void))
{
	u32 ns = policy->answer_ns;

	if (policy->unanswered >= E1K_REPOLL_ONE_WAY) {
		policy->misses = 0;
		policy->trust = 0;
		policy->rest = E1K_REPOLL_REST;
		return 0;
	}
	if (e1k_repoll_is_timed(poll)) {
		if (!policy->trust)
			policy->trust = E1K_REPOLL_TRUST_FIRST;
		else if (policy->trust < E1K_REPOLL_TRUST_MAX)
			policy->trust++;
		policy->trial = E1K_REPOLL_TRIAL;
		ns = e1k_repoll_learn(policy, poll);
	}
	policy->misses = 0;
	if (policy->trust)
		return ns;
	return e1k_repoll_try(policy, clock());
}

/*
 * A timed poll that found nothing.
 *
 * Return: when to poll again, or 0.
 */
static inline u32 e1k_repoll_missed(struct e1k_repoll_policy *policy)
{
	bool learned = policy->trust && policy->answer_ns < E1K_REPOLL_NS;
	u8 tries = E1K_REPOLL_TRIES;

	if (learned)
		tries = 1 + E1K_REPOLL_MOMENTS;
	else if (!policy->trust)
		tries = policy->late ? E1K_REPOLL_LATE_TRIES : 1;
	if (++policy->misses < tries) {
		if (!learned)
			return E1K_REPOLL_NS;
		if (policy->misses == 1)
			policy->answer_ns += E1K_REPOLL_LATER_NS;
		return policy->misses * E1K_REPOLL_MOMENT_NS;
	}
	if (policy->trust)
		policy->trust--;
	return 0;
}

/*
 * A poll of bulk, or one of the next few. Not inlined: the polls of an answer
 * are the ones that must be short.
 *
 * Return: when to poll again, or 0.
 */
static noinline __maybe_unused u32
e1k_repoll_in_bulk(struct e1k_repoll_policy *policy, u32 frames, bool in,
		   bool out, u32 waited)
{
	bool timed = waited > E1K_REPOLL_ENOUGH;
	bool many = in || frames > E1K_REPOLL_FRAMES;

	policy->bulk_in = in ? E1K_REPOLL_HOLD :
			       policy->bulk_in - !!policy->bulk_in;
	policy->bulk_out = out ? E1K_REPOLL_HOLD :
				 policy->bulk_out - !!policy->bulk_out;
	policy->bulk = many || out ? E1K_REPOLL_HOLD : policy->bulk - 1;
	if (policy->bulk_in && policy->bulk_out) {
		policy->trust = E1K_REPOLL_TRUST_MAX;
		policy->misses = 0;
		return E1K_REPOLL_NS;
	}
	if (!many && !out && !timed)
		return 0;
	/* At this rate, when is half the ring full? */
	if (!timed)
		waited = policy->bulk_ns;
	return clamp_t(u32, waited * policy->half_ring / frames, E1K_REPOLL_NS,
		       policy->bulk_ns);
}

/* A poll that found something. */
static __always_inline u32
e1k_repoll_received(struct e1k_repoll_policy *policy,
		    const struct e1k_repoll_poll *poll, u64 (*clock)(void))
{
	bool in = poll->bytes > E1K_REPOLL_BYTES;
	bool out = poll->sent - policy->sent > E1K_REPOLL_BYTES;

	if (poll->sent != policy->sent)
		policy->unanswered = 0;
	else if (policy->unanswered < E1K_REPOLL_ONE_WAY)
		policy->unanswered++;
	policy->sent = poll->sent;
	if (poll->frames > E1K_REPOLL_FRAMES || in || out || policy->bulk)
		return e1k_repoll_in_bulk(policy, poll->frames, in, out,
					  poll->waited);
	return e1k_repoll_found(policy, poll, clock);
}

/**
 * e1k_repoll_decide() - is another poll by timer likely to pay?
 * @policy: started
 * @poll: what the poll found that is about to end
 * @clock: tells the time in nanoseconds; called only where the time matters
 *
 * Return: the delay in nanoseconds until the timed poll, or E1K_REPOLL_NOT or
 * E1K_REPOLL_ENOUGH: unmask the NIC.
 */
static __always_inline u32
e1k_repoll_decide(struct e1k_repoll_policy *policy,
		  const struct e1k_repoll_poll *poll, u64 (*clock)(void))
{
	u32 ns = 0;

	if (policy->rest && poll->frames <= E1K_REPOLL_FRAMES) {
		/* Will the next one be late? */
		policy->rest = 0;
		policy->sent = poll->sent;
		policy->last_ns = clock();
		return E1K_REPOLL_NOT;
	}
	if (poll->frames)
		ns = e1k_repoll_received(policy, poll, clock);
	else if (e1k_repoll_is_timed(poll))
		ns = e1k_repoll_missed(policy);
	return ns ? ns : e1k_repoll_end(poll);
}

#endif /* E1K_REPOLL_POLICY_H */
