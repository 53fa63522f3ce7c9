// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: xdp-count DEV [PORT]
 *
 * Count TCP, UDP and other packets that DEV receives, print the counters once
 * a second and at the end. With PORT, drop what is for that TCP or UDP port.
 * Only in the driver: where it cannot, say so and end. The program goes when
 * this one does, however it ends: a BPF link holds it.
 */
#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "xdp-count.h"
#include "xdp-count.skel.h"

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

/* The sum over all CPUs. */
static unsigned long long total(int map, __u32 which)
{
	int cpus = libbpf_num_possible_cpus();
	unsigned long long sum = 0;
	__u64 values[cpus];

	if (!bpf_map_lookup_elem(map, &which, values))
		for (int i = 0; i < cpus; i++)
			sum += values[i];
	return sum;
}

static void print(int map)
{
	printf("tcp %llu udp %llu other %llu dropped %llu\n", total(map, TCP),
	       total(map, UDP), total(map, OTHER), total(map, DROPPED));
	fflush(stdout);
}

/* In the driver, held by a link: the descriptor, or -1. */
static int attach(const struct xdp_count *skeleton, unsigned int device)
{
	DECLARE_LIBBPF_OPTS(bpf_link_create_opts, options,
			    .flags = XDP_FLAGS_DRV_MODE);

	return bpf_link_create(bpf_program__fd(skeleton->progs.xdp_count),
			       device, BPF_XDP, &options);
}

int main(int argc, char **argv)
{
	struct xdp_count *skeleton;
	unsigned int device;
	int link, map;

	device = argc == 2 || argc == 3 ? if_nametoindex(argv[1]) : 0;
	if (!device) {
		fprintf(stderr, "usage: xdp-count DEV [PORT]\n");
		return 2;
	}

	skeleton = xdp_count__open();
	if (!skeleton) {
		perror("xdp-count: open");
		return 1;
	}
	if (argc == 3)
		skeleton->rodata->drop_port = atoi(argv[2]);
	if (xdp_count__load(skeleton)) {
		perror("xdp-count: load");
		return 1;
	}
	link = attach(skeleton, device);
	if (link < 0) {
		fprintf(stderr, "xdp-count: no native XDP on %s: %s\n", argv[1],
			strerror(errno));
		return 1;
	}

	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	map = bpf_map__fd(skeleton->maps.counters);
	printf("xdp-count: attached to %s\n", argv[1]);
	while (!stop) {
		print(map);
		sleep(1);
	}
	print(map);
	close(link);
	xdp_count__destroy(skeleton);
	return 0;
}
