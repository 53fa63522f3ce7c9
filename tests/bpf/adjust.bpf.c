// SPDX-License-Identifier: GPL-2.0-only
/* Move the ends of a frame as the frame asks for, and hand metadata to tc. */
#include <linux/pkt_cls.h>
#include "frame.h"

enum operation { HEAD, TAIL, META };

/* What the last call of bpf_xdp_adjust_* returned. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __s32);
} result SEC(".maps");

/* The metadata of the last frame that tc saw; 0 if it had none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} metadata SEC(".maps");

static __always_inline void remember(void *map, __u32 value)
{
	__u32 key = 0;

	bpf_map_update_elem(map, &key, &value, BPF_ANY);
}

/* A number that depends on the frame, so that it cannot be another's. */
static __always_inline int put_metadata(struct xdp_md *ctx, struct order order, int size)
{
	__u32 *meta;
	int error;

	error = bpf_xdp_adjust_meta(ctx, -size);
	if (error)
		return error;
	meta = (void *)(long)ctx->data_meta;
	if ((void *)(meta + 1) > (void *)(long)ctx->data)
		return 0;
	*meta = 0xE1000000 | (__u32)order.verdict << 16 | (__u32)size;
	return 0;
}

static __always_inline int adjust(struct xdp_md *ctx)
{
	struct test_frame *frame = test_frame(ctx);
	struct order order;
	struct ethhdr eth;
	int delta, error;

	if (!frame)
		return XDP_PASS;
	order = frame->order;
	eth = frame->eth;
	delta = (__s16)bpf_ntohs(order.delta);

	if (order.what == HEAD)
		error = bpf_xdp_adjust_head(ctx, delta);
	else if (order.what == TAIL)
		error = bpf_xdp_adjust_tail(ctx, delta);
	else
		error = put_metadata(ctx, order, delta);
	remember(&result, error);

	/* The frame keeps its Ethernet header where it has room for one. */
	frame = (void *)(long)ctx->data;
	if ((void *)(&frame->eth + 1) <= (void *)(long)ctx->data_end) {
		if (order.verdict == XDP_TX)
			swap_addresses(&eth);
		frame->eth = eth;
	}
	return order.verdict;
}

SEC("xdp")
int one_buffer(struct xdp_md *ctx)
{
	return adjust(ctx);
}

SEC("xdp.frags")
int frags(struct xdp_md *ctx)
{
	return adjust(ctx);
}

SEC("tc")
int read_metadata(struct __sk_buff *skb)
{
	__u32 *meta = (void *)(long)skb->data_meta;

	if (skb->protocol != bpf_htons(ETH_P_TEST))
		return TC_ACT_OK;
	if ((void *)(meta + 1) <= (void *)(long)skb->data)
		remember(&metadata, *meta);
	else
		remember(&metadata, 0);
	return TC_ACT_OK;
}

char _license[] SEC("license") = "GPL";
