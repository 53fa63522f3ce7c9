/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When to poll again by timer: situations, constants and state. repoll_decide.h
 * has the decision.
 *
 * QEMU's NIC keeps interrupts 128 us apart: a frame that arrives sooner waits
 * for the next one. After a poll the driver can leave the NIC masked instead
 * and set a timer for the next poll. A timed poll that finds frames (a hit)
 * saves that wait, and the three register accesses of an interrupt. A timed
 * poll that finds nothing (a miss) is wasted. Trust rises with each hit and
 * falls with each row of misses. At 0 there are only trials.
 *
 * Situation              | Delay             | Why
 * -----------------------+-------------------+---------------------------------
 * trusted, a frame came  | answer_ns: 30 us, | The peer answers as late as it
 *                        | or as learned,    | did before. The poll should come
 *                        | from 5 us         | just after the answer.
 * hit, and the CPU was   | 16 ns less        | The answer had waited. A poll
 * idle when the timer    |                   | while the CPU is still busy with
 * expired                |                   | what it sent saves the trip
 *                        |                   | through the idle task.
 * hit of several frames  | 30 us, and 2 us a | Both ends have to handle them;
 *                        | frame; forget     | an earlier poll finds only some
 *                        | answer_ns         | of the answer.
 * trusted, miss,         | 2.5 us, 5 us,     | Just too soon, which costs more
 * answer_ns was learned  | then unmask;      | than too late: one step up is
 *                        | later ones 192 ns | twelve steps down.
 *                        | more              |
 * trusted, miss, nothing | 30 us, then       | The answer takes longer than
 * was learned            | unmask            | usual, or there is none.
 * no trust               | unmask; every 64  | Most traffic gains nothing from
 *                        | polls a trial of  | the timer.
 *                        | 30 us             |
 * no trust, polls less   | unmask; the poll  | Frames are likely to have waited
 * than 160 us apart      | counts as 8, the  | for the interrupt. The peer may
 *                        | trial polls up to | be delayed by its NIC, too: one
 *                        | 4 times           | poll is too few.
 * no trust, polls        | unmask; skip 15   | A decision at each poll costs
 * farther apart          | of 16 polls       | more than a trial could gain.
 * 4 polls in a row       | unmask, no trust  | No answer is expected: an
 * received, and nothing  |                   | interrupt takes more frames than
 * was sent               |                   | a timed poll would.
 * bulk in one direction  | 170 us, or when   | An interrupt would come sooner
 *                        | half the ring is  | and cost three register
 *                        | full              | accesses. Frames that gather
 *                        |                   | meanwhile pay for the timer.
 * bulk in both           | 30 us             | Each end may wait for the other.
 * directions             |                   |
 *
 * Bulk is more than 16 frames or 24 KiB in one poll, or 24 KiB sent since the
 * poll before, and the next 16 polls.
 */
#ifndef E1K_REPOLL_POLICY_H
#define E1K_REPOLL_POLICY_H

#include <linux/sizes.h>
#include <linux/time64.h>
#include <linux/types.h>

/* Results of e1k_repoll_decide() that are not a delay in ns */
#define E1K_REPOLL_NOT		0	/* unmask the NIC */
#define E1K_REPOLL_ENOUGH	1	/* likewise; ICR has processed causes */

/* Least time between interrupts of QEMU's NIC */
#define E1K_REPOLL_FLOOR_NS	(128 * NSEC_PER_USEC)

/* Delay until an answer */
#define E1K_REPOLL_NS		(30 * NSEC_PER_USEC)	/* at first */
#define E1K_REPOLL_FRAME_NS	(2 * NSEC_PER_USEC)	/* more per frame */
#define E1K_REPOLL_LEAST_NS	(5 * NSEC_PER_USEC)	/* least to reduce */
#define E1K_REPOLL_SOONER_NS	16			/* less after a hit */
#define E1K_REPOLL_LATER_NS	192			/* more after a miss */

/* After a miss with a learned delay: poll after one of these, then two (ns) */
#define E1K_REPOLL_MOMENT_NS	2500
#define E1K_REPOLL_MOMENTS	2

#define E1K_REPOLL_TRIES	2	/* misses until unmasked, not learned */

/*
 * Trust after a trial that hits, and the most. In between a hit adds as much as
 * a row of misses takes: the timer stays in use if half of the waits are hits.
 * The first is more, so that two ends that make each other wait are both
 * trusted at some time.
 */
#define E1K_REPOLL_TRUST_FIRST	4
#define E1K_REPOLL_TRUST_MAX	16

#define E1K_REPOLL_TRIAL	64	/* polls until a trial */

#define E1K_REPOLL_REST		15	/* polls to skip after one not late */

/* Polls less than this apart are late: the interrupt had to wait */
#define E1K_REPOLL_LATE_NS	(E1K_REPOLL_FLOOR_NS * 5 / 4)
#define E1K_REPOLL_LATE		8	/* polls that a late one counts as */
#define E1K_REPOLL_LATE_TRIES	4	/* timed polls in its trial */

#define E1K_REPOLL_ONE_WAY	4	/* polls that expect no answer */

/* More than this in one poll is bulk; a message of 16 KiB is not */
#define E1K_REPOLL_FRAMES	16
#define E1K_REPOLL_BYTES	(24 * SZ_1K)
#define E1K_REPOLL_HOLD		16	/* polls after it that count as bulk */

/*
 * Delay after bulk, and the slots of a ring that it suits. With less,
 * acknowledgements come in smaller groups, which costs the stack more than is
 * saved. With more, the smallest frames at 1 Gbit/s fill such a ring.
 */
#define E1K_REPOLL_BULK_NS	(170 * NSEC_PER_USEC)
#define E1K_REPOLL_BULK_SLOTS	256

/**
 * struct e1k_repoll_policy - what polls have shown so far; NAPI only
 * @misses: timed polls in a row that found nothing
 * @unanswered: polls in a row that received while nothing was sent
 * @trust: how well timed polls have done; 0: trials only
 * @rest: polls left to skip; the last one only records its time
 * @bulk: polls left that count as bulk
 * @bulk_in: polls left that count as bulk received
 * @bulk_out: polls left that count as bulk sent
 * @late: the last poll without trust had waited for its interrupt
 * @untried: polls without trust since the last trial; late ones count as
 *           several
 * @bulk_ns: delay after bulk, by the size of the ring
 * @half_ring: half the receive ring, frames
 * @answer_ns: delay at which answers were found
 * @sent: bytes sent, free-running, when a poll last received
 * @last_ns: time of the last poll without trust that was not skipped
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
	u32 bulk_ns;
	u32 half_ring;
	u32 answer_ns;
	u32 sent;
	u64 last_ns;
};

/**
 * struct e1k_repoll_poll - what a poll that is ending found
 * @frames: received
 * @bytes: bytes of @frames
 * @sent: bytes sent so far, free-running
 * @waited: delay of the timer that began it, E1K_REPOLL_NOT or
 *          E1K_REPOLL_ENOUGH
 * @idle: the CPU was idle when the timer expired
 */
struct e1k_repoll_poll {
	u32 frames;
	u32 bytes;
	u32 sent;
	u32 waited;
	bool idle;
};

/**
 * e1k_repoll_rests() - skip this poll?
 * @policy: started
 * @frames: received by the poll that is ending
 * Return: true if e1k_repoll_decide() need not be called.
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
