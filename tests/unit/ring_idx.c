// SPDX-License-Identifier: GPL-2.0-only
/* Index arithmetic: empty, full, and the wrap at 2^32. */

#include "ring_idx.h"

#include "unit.h"

static const u32 sizes[] = { 8, 64, 256, 4096 };
/* Where a free-running counter may stand */
static const u32 starts[] = {
	0, 1, 4095, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff,
};

static void on_each_case(void (*check)(u32 size, u32 start))
{
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (size_t j = 0; j < ARRAY_SIZE(starts); j++)
			check(sizes[i], starts[j]);
}

static void check_empty(u32 size, u32 start)
{
	expect_eq(e1k_idx_used(start, start), 0);
	expect_eq(e1k_idx_avail(size, start, start), size - 1);
}

static void check_one(u32 size, u32 start)
{
	expect_eq(e1k_idx_used(start + 1, start), 1);
	expect_eq(e1k_idx_avail(size, start + 1, start), size - 2);
}

static void check_full(u32 size, u32 start)
{
	u32 next = start + size - 1;

	expect_eq(e1k_idx_used(next, start), size - 1);
	expect_eq(e1k_idx_avail(size, next, start), 0);
}

static void test_empty(void)
{
	on_each_case(check_empty);
}

static void test_one(void)
{
	on_each_case(check_one);
}

static void test_full(void)
{
	on_each_case(check_full);
}

static void test_literals_at_wrap(void)
{
	expect_eq(e1k_idx_used(0x00000002, 0xfffffffe), 4);
	expect_eq(e1k_idx_avail(8, 0x00000002, 0xfffffffe), 3);
	expect_eq(e1k_idx_used(0x00000005, 0xfffffffe), 7);
	expect_eq(e1k_idx_avail(8, 0x00000005, 0xfffffffe), 0);
	expect_eq(e1k_idx_used(0x00000000, 0xffffffff), 1);
	expect_eq(e1k_idx_avail(4096, 0x00000000, 0xffffffff), 4094);
}

/* Fill and drain by uneven steps over the wrap, against a plain count. */
static void test_walk_over_wrap(void)
{
	const u32 size = 256;
	u32 next = 0xffffff00, clean = next;
	u32 held = 0, random = 1;

	for (int i = 0; i < 100000; i++) {
		u32 put, take;

		random = random * 1664525 + 1013904223;
		put = (random >> 16) % (size - held);
		next += put;
		held += put;
		expect_eq(e1k_idx_used(next, clean), held);
		expect_eq(e1k_idx_avail(size, next, clean), size - 1 - held);

		take = (random >> 8) % (held + 1);
		clean += take;
		held -= take;
		expect_eq(e1k_idx_used(next, clean), held);
		expect_eq(e1k_idx_avail(size, next, clean), size - 1 - held);
	}
}

/* The slots of consecutive counters are consecutive, over the wrap as well. */
static void test_slots_over_wrap(void)
{
	const u32 mask = 256 - 1;

	for (u32 i = 0xfffffe00, slot = 0; i != 0x200; i++) {
		expect_eq(i & mask, slot);
		slot = slot == mask ? 0 : slot + 1;
	}
}

const struct unit_test ring_idx_tests[] = {
	{ "ring: nothing used in an empty ring", test_empty },
	{ "ring: one descriptor", test_one },
	{ "ring: a full ring keeps one slot empty", test_full },
	{ "ring: values at the wrap", test_literals_at_wrap },
	{ "ring: uneven steps over the wrap", test_walk_over_wrap },
	{ "ring: slots over the wrap", test_slots_over_wrap },
	{ }
};
