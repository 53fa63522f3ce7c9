/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When to poll again by timer: the situations, the constants, and what is kept
 * of the polls until now. repoll_decide.h has the decision.
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
 * 4 polls in a row       | unmask, no trust  | No answer is waited for: an
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

/* The number of polls that a late one counts as; the polls of its trial */
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

#endif /* E1K_REPOLL_POLICY_H */
