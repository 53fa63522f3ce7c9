/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the frames of the tests carry: a header by which a program can be told
 * what to do with the frame, then whatever the test likes.
 */
#ifndef FRAME_H
#define FRAME_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ETH_P_TEST	0x88B5	/* IEEE: for local experiments */
#define VLAN_HLEN	4

/**
 * struct order - behind the Ethernet header of a test's frame
 * @verdict: what the program is to return; need not be one that exists
 * @what: a number that the program makes use of: a map, an operation
 * @delta: a length in network order
 */
struct order {
	__u8 verdict;
	__u8 what;
	__be16 delta;
};

struct test_frame {
	struct ethhdr eth;
	struct order order;
};

/* The test's frame in ctx, or NULL: not one of the tests. */
static __always_inline struct test_frame *test_frame(struct xdp_md *ctx)
{
	struct test_frame *frame = (void *)(long)ctx->data;

	if ((void *)(frame + 1) > (void *)(long)ctx->data_end)
		return NULL;
	if (frame->eth.h_proto != bpf_htons(ETH_P_TEST))
		return NULL;
	return frame;
}

static __always_inline void swap_addresses(struct ethhdr *eth)
{
	__u8 dest[ETH_ALEN];

	__builtin_memcpy(dest, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, dest, ETH_ALEN);
}

#endif
