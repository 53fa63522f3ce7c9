// SPDX-License-Identifier: GPL-2.0-only
/*
 * The workloads of the benchmark. Run in the guest after the script `net` has
 * put the NICs at the two ends of a wire into the namespaces near and far:
 *
 *	load WORKLOAD [NAME=NUMBER]...
 *
 * Prints "name value" lines: packets, units, bytes, ns, and p50 and p99 of the
 * latency in nanoseconds where there is one. E1K_END=near or far: the other end is
 * another machine, where the same is run; the far one goes on until it is killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "load.h"

static const struct workload {
	const char *name;
	void (*run)(const struct options *options);
	/* What the far end does, as long as it is let */
	void (*far)(const struct options *options);
} workloads[] = {
	{ "idle", run_idle, NULL },
	{ "rr", run_rr, echo },
	{ "paced", run_paced, send_paced },
	{ "truesize", run_truesize, NULL },
	{ "stream", run_stream, pour },
	{ "tcp-rr", run_tcp_rr, respond },
	{ "pktgen", run_pktgen, NULL },
};

static const struct {
	const char *name;
	size_t offset;
} names[] = {
	{ "n", offsetof(struct options, n) },
	{ "warm", offsetof(struct options, warm) },
	{ "size", offsetof(struct options, size) },
	{ "flows", offsetof(struct options, flows) },
	{ "burst", offsetof(struct options, burst) },
	{ "usecs", offsetof(struct options, usecs) },
	{ "poll", offsetof(struct options, poll) },
	{ "xdp", offsetof(struct options, xdp) },
	{ "gap", offsetof(struct options, gap) },
	{ "clone", offsetof(struct options, clone) },
};

static void set_option(struct options *options, const char *word)
{
	const char *equals = strchr(word, '=');

	for (size_t i = 0; equals && i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == (size_t)(equals - word) &&
		    !strncmp(names[i].name, word, equals - word)) {
			*(long *)((char *)options + names[i].offset) = atol(equals + 1);
			return;
		}
	errno = EINVAL;
	die(word);
}

int main(int argc, char **argv)
{
	struct options options = {
		.n = 1000, .warm = 200, .size = 64, .flows = 1, .burst = 1, .usecs = 200,
		/*
		 * Before pktgen takes another skb it waits until the NIC has given
		 * back all references to the last.
		 */
		.clone = 1000000000,
	};

	if (argc < 2) {
		fprintf(stderr, "usage: load WORKLOAD [NAME=NUMBER]...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		set_option(&options, argv[i]);
	/* No page fault, no timer slack while counting */
	mlockall(MCL_CURRENT | MCL_FUTURE);
	prctl(PR_SET_TIMERSLACK, 1);
	for (size_t i = 0; i < sizeof(workloads) / sizeof(workloads[0]); i++)
		if (!strcmp(argv[1], workloads[i].name)) {
			watch_packets();
			if (only_end() && !strcmp(only_end(), "far") && workloads[i].far)
				workloads[i].far(&options);
			else
				workloads[i].run(&options);
			return 0;
		}
	errno = EINVAL;
	die(argv[1]);
}
