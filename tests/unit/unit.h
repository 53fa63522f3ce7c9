/* SPDX-License-Identifier: GPL-2.0-only */
/* A test is a function that calls expect_eq(); each is one line of KTAP. */
#ifndef UNIT_H
#define UNIT_H

#include <linux/types.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

struct unit_test {
	const char *name;
	void (*run)(void);
};

/* Lists of tests that main() runs, each ended by an empty entry */
extern const struct unit_test desc_tests[];
extern const struct unit_test ring_idx_tests[];
extern const struct unit_test repoll_tests[];
extern const struct unit_test flow_key_tests[];

void unit_expect_eq(const char *file, int line, const char *what,
		    u64 got, u64 want);

/* Say where and what if they differ, and go on. */
#define expect_eq(got, want) \
	unit_expect_eq(__FILE__, __LINE__, #got, (got), (want))

#endif /* UNIT_H */
