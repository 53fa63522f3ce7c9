// SPDX-License-Identifier: GPL-2.0-only
/* Runs all tests and prints KTAP. */

#include <inttypes.h>
#include <stdio.h>

#include "unit.h"

static const struct unit_test *const lists[] = {
	desc_tests, ring_idx_tests, repoll_tests, flow_key_tests,
};

static int failures; /* of the running test */

void unit_expect_eq(const char *file, int line, const char *what,
		    u64 got, u64 want)
{
	if (got == want)
		return;
	/* One is enough to find the fault; a loop could say it for ever. */
	if (!failures++)
		printf("# %s:%d: %s is %#" PRIx64 ", expected %#" PRIx64 "\n",
		       file, line, what, got, want);
}

int main(void)
{
	const struct unit_test *t;
	int planned = 0, number = 0, failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (t = lists[i]; t->name; t++)
			planned++;

	printf("TAP version 13\n1..%d\n", planned);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (t = lists[i]; t->name; t++) {
			failures = 0;
			t->run();
			failed += !!failures;
			printf("%sok %d - %s\n", failures ? "not " : "",
			       ++number, t->name);
		}
	}
	return failed ? 1 : 0;
}
