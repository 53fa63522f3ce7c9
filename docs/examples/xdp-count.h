/* SPDX-License-Identifier: GPL-2.0-only */
/* What xdp-count.c and its BPF program share. */
#ifndef XDP_COUNT_H
#define XDP_COUNT_H

enum counter {
	TCP,
	UDP,
	OTHER,
	DROPPED,
	COUNTERS
};

#endif
