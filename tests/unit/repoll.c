// SPDX-License-Identifier: GPL-2.0-only
/* When to poll by timer: what the policy makes of several kinds of traffic. */

#include "repoll_decide.h"

#include "unit.h"

#define US	1000ULL

/* One end of some traffic, and how its polls came about */
struct traffic {
	struct e1k_repoll_policy policy;
	u64 now;
	u64 interrupted; /* when the NIC did so last */
	u32 plan;	/* what the last poll decided */
	u32 sent;
	u32 busy;	/* so long after a poll the processor is not idle */
	u32 rows;	/* waits that began with a timer */
	u32 found;	/* timed polls that found something */
	u32 missed;	/* timed polls that found nothing */
	u32 interrupts;
};

static u64 clock_ns;
static u32 clock_reads;

static u64 read_clock(void)
{
	clock_reads++;
	return clock_ns;
}

static void begin(struct traffic *t, u32 slots)
{
	*t = (struct traffic){ .busy = 4 * US };
	e1k_repoll_policy_start(&t->policy, slots);
}

static void count_anew(struct traffic *t)
{
	t->rows = 0;
	t->found = 0;
	t->missed = 0;
	t->interrupts = 0;
}

static bool is_timer_set(const struct traffic *t)
{
	return t->plan > E1K_REPOLL_ENOUGH;
}

/* A poll ends, as e1k_irq_settle() has it. */
static u32 end_poll(struct traffic *t, u32 frames, u32 bytes, bool idle)
{
	struct e1k_repoll_poll poll = {
		.frames = frames,
		.bytes = bytes,
		.sent = t->sent,
		.waited = t->plan,
		.idle = idle,
	};

	clock_ns = t->now;
	t->plan = E1K_REPOLL_NOT;
	if (!e1k_repoll_rests(&t->policy, frames))
		t->plan = e1k_repoll_decide(&t->policy, &poll, read_clock);
	return t->plan;
}

/* Frames arrive so long after the last poll; who finds them? */
static void receive(struct traffic *t, u64 after, u32 frames, u32 bytes)
{
	u64 began = t->now;

	t->rows += is_timer_set(t);
	while (is_timer_set(t)) {
		t->now += t->plan;
		if (t->now >= began + after) {
			t->found++;
			end_poll(t, frames, bytes, t->now > began + t->busy);
			return;
		}
		t->missed++;
		end_poll(t, 0, 0, true);
	}
	if (t->now < began + after)
		t->now = began + after;
	if (t->interrupts && t->now < t->interrupted + 128 * US)
		t->now = t->interrupted + 128 * US;
	t->interrupted = t->now;
	t->interrupts++;
	end_poll(t, frames, bytes, true);
}

/* A small request goes out, and a small answer comes so much later. */
static void exchange(struct traffic *t, u64 after)
{
	t->sent += 100;
	receive(t, after, 1, 100);
}

static void exchange_often(struct traffic *t, u32 times, u64 after)
{
	while (times--)
		exchange(t, after);
}

/* Of each five answers @soon come soon, the others late. */
static void exchange_mixed(struct traffic *t, u32 times, u32 soon)
{
	while (times--)
		exchange(t, times % 5 < soon ? 12 * US : 250 * US);
}

static void test_prompt_answers(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 1000, 12 * US);
	count_anew(&t);
	exchange_often(&t, 1000, 12 * US);
	expect_eq(t.found, 1000);
	expect_eq(t.interrupts, 0);
	/* Looked for where it is: seldom too soon, never much too late */
	expect_eq(t.missed < 100, 1);
	expect_eq(t.plan > 11 * US && t.plan < 13 * US, 1);
}

/* While the processor is busy anyway an answer has not waited. */
static void test_busy_processor(void)
{
	struct traffic t;

	begin(&t, 256);
	t.busy = 20 * US;
	exchange_often(&t, 2000, 2 * US);
	expect_eq(t.plan > 18 * US && t.plan <= 20 * US, 1);
	/* An idle one finds it at once, but is not set to nothing */
	t.busy = 0;
	exchange_often(&t, 2000, 2 * US);
	expect_eq(t.plan > 3 * US && t.plan <= 5 * US, 1);
}

/* The answer comes later than before: that is learned. */
static void test_answers_move(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 1000, 12 * US);
	count_anew(&t);
	exchange_often(&t, 100, 15 * US);
	expect_eq(t.found, 100);
	expect_eq(t.plan > 13 * US && t.plan < 17 * US, 1);
}

/* The answer takes longer than the first delay: it is looked for twice. */
static void test_slower_answers(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 100, 50 * US);
	count_anew(&t);
	exchange_often(&t, 100, 50 * US);
	expect_eq(t.found, 100);
	expect_eq(t.missed, 100);
}

/* A request of 16 KiB in two parts, an answer as large, acknowledged. */
static void exchange_16k(struct traffic *t)
{
	t->sent += 16384;
	receive(t, 15 * US, 3, 198);
	receive(t, 100 * US, 4, 6056);
	receive(t, 20 * US, 8, 11008);
}

static void test_16k(void)
{
	struct traffic t;
	u32 i;

	begin(&t, 256);
	for (i = 0; i < 100; i++)
		exchange_16k(&t);
	count_anew(&t);
	for (i = 0; i < 100; i++)
		exchange_16k(&t);
	/* The pause is longer than the timer waits, the rest is found */
	expect_eq(t.rows, 300);
	expect_eq(t.plan, 46 * US);
	expect_eq(t.found, 200);
	expect_eq(t.interrupts, 100);
}

static void test_several_frames(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 1000, 12 * US);
	t.sent += 100;
	receive(&t, 12 * US, 5, 7570);
	expect_eq(t.plan, 40 * US);
	/* What was learned of single ones is forgotten */
	receive(&t, 12 * US, 1, 100);
	expect_eq(t.plan > 25 * US, 1);
}

static void test_bulk_one_way(void)
{
	struct traffic t;

	begin(&t, 256);
	t.sent += 66;
	expect_eq(end_poll(&t, 60, 60 * 1514, true), 170 * US);
	/* Half of 256 slots are full after 170 * 128 / 200 */
	expect_eq(end_poll(&t, 200, 200 * 1514, true), 108800);
	/* It goes on by timer while there is something */
	expect_eq(end_poll(&t, 4, 4 * 1514, true), 170 * US);
	expect_eq(end_poll(&t, 0, 0, true), E1K_REPOLL_ENOUGH);
	/* A few frames soon after it are bulk, too, but not for long */
	for (u32 i = 0; i < 15; i++) {
		expect_eq(end_poll(&t, 4, 4 * 1514, true), 170 * US);
		expect_eq(end_poll(&t, 0, 0, true), E1K_REPOLL_ENOUGH);
	}
	expect_eq(end_poll(&t, 4, 4 * 1514, true), E1K_REPOLL_NOT);
	expect_eq(end_poll(&t, 20, 30000, true), 170 * US);

	begin(&t, 256);
	t.sent += 30000;
	expect_eq(end_poll(&t, 2, 132, true), 170 * US);

	begin(&t, 64);
	t.sent += 66;
	expect_eq(end_poll(&t, 17, 17 * 64, true), 42500);
	expect_eq(end_poll(&t, 60, 60 * 64, true), 30 * US);
}

static void test_bulk_both_ways(void)
{
	struct traffic t;

	begin(&t, 256);
	for (u32 i = 0; i < 10; i++) {
		t.sent += 32768;
		expect_eq(end_poll(&t, 24, 32768, true), 30 * US);
	}
	/* The other direction is not forgotten at once, but in the end */
	expect_eq(end_poll(&t, 24, 32768, true), 30 * US);
	for (u32 i = 0; i < 20; i++)
		end_poll(&t, 24, 32768, true);
	expect_eq(t.plan > 100 * US, 1);
	for (u32 i = 0; i < 20; i++) {
		t.sent += 32768;
		end_poll(&t, 8, 528, true);
	}
	expect_eq(t.plan > 100 * US, 1);
}

/* A frame now and then, to which nothing follows: trials are rare. */
static void test_idle(void)
{
	struct traffic t;
	u32 gap = 0, trials = 0;

	begin(&t, 256);
	for (u32 i = 0; i < 10000; i++) {
		u32 rows = t.rows;

		exchange(&t, 10000 * US);
		gap++;
		if (t.rows == rows)
			continue;
		expect_eq(gap >= 45, 1);
		gap = 0;
		trials++;
	}
	expect_eq(t.found, 0);
	expect_eq(t.missed, trials);
	expect_eq(trials >= 150 && trials <= 220, 1);
}

/* Datagrams to which nothing is said need no timer, however soon they come. */
static void test_one_way(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 1000, 12 * US);
	for (u32 i = 0; i < 4; i++)
		receive(&t, 20 * US, 1, 100);
	count_anew(&t);
	for (u32 i = 0; i < 1000; i++)
		receive(&t, 20 * US, 1, 100);
	expect_eq(t.rows, 0);
	expect_eq(t.interrupts, 1000);
	/* With answers the timer comes back */
	exchange_often(&t, 50, 12 * US);
	count_anew(&t);
	exchange_often(&t, 50, 12 * US);
	expect_eq(t.found, 50);
}

/* The time is asked for only where it is needed: reading a clock costs. */
static void test_clock(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 1000, 12 * US);
	clock_reads = 0;
	exchange_often(&t, 10, 12 * US);
	exchange(&t, 250 * US);
	end_poll(&t, 60, 60 * 1514, true);
	expect_eq(clock_reads, 0);
}

static void test_late_answers(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 1000, 12 * US);
	/* Some patience, but not for long */
	exchange_often(&t, 20, 250 * US);
	count_anew(&t);
	exchange_often(&t, 1000, 250 * US);
	expect_eq(t.found, 0);
	expect_eq(t.rows > 0 && t.rows <= 25, 1);
}

/* One answer in five comes soon: the timer goes off but for trials. */
static void test_few_hits(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 1000, 12 * US);
	exchange_mixed(&t, 200, 1);
	count_anew(&t);
	exchange_mixed(&t, 10000, 1);
	expect_eq(t.rows < 500, 1);
}

/* One in five comes late: the four are worth it. */
static void test_many_hits(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_mixed(&t, 1000, 4);
	count_anew(&t);
	exchange_mixed(&t, 10000, 4);
	expect_eq(t.rows, 10000);
	expect_eq(t.found, 8000);
}

/* The other end makes frames wait, too: a trial comes soon, and waits. */
static void test_waiting_end(void)
{
	struct traffic t;

	begin(&t, 256);
	exchange_often(&t, 10, 100 * US);
	expect_eq(t.found, 1);
}

const struct unit_test repoll_tests[] = {
	{ "repoll: answers that come at once", test_prompt_answers },
	{ "repoll: a processor that is busy meanwhile", test_busy_processor },
	{ "repoll: answers that come later than before", test_answers_move },
	{ "repoll: answers that take 50 us", test_slower_answers },
	{ "repoll: request-response of 16 KiB", test_16k },
	{ "repoll: several frames at once", test_several_frames },
	{ "repoll: bulk one way", test_bulk_one_way },
	{ "repoll: bulk both ways", test_bulk_both_ways },
	{ "repoll: nothing follows a frame", test_idle },
	{ "repoll: datagrams without an answer", test_one_way },
	{ "repoll: when the clock is read", test_clock },
	{ "repoll: answers that come late", test_late_answers },
	{ "repoll: few answers that come soon", test_few_hits },
	{ "repoll: many answers that come soon", test_many_hits },
	{ "repoll: frames that wait at both ends", test_waiting_end },
	{ }
};
