// SPDX-License-Identifier: GPL-2.0-only
/* Return for each frame the verdict that the frame itself asks for. */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include "frame.h"

#define TEST_PORT	7777

enum target { TO_DEVICE, TO_CPU, TO_SOCKET };

/* How often each verdict was returned; the last one for all that do not exist. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDP_REDIRECT + 2);
	__type(key, __u32);
	__type(value, __u64);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_cpumap_val));
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} sockets SEC(".maps");

static __always_inline int verdict(struct xdp_md *ctx)
{
	struct test_frame *frame = test_frame(ctx);
	__u32 key, entry;
	__u64 *count;

	if (!frame)
		return XDP_PASS;

	key = frame->order.verdict;
	if (key > XDP_REDIRECT)
		key = XDP_REDIRECT + 1;
	count = bpf_map_lookup_elem(&seen, &key);
	if (count)
		__sync_fetch_and_add(count, 1);

	switch (frame->order.verdict) {
	case XDP_TX:
		swap_addresses(&frame->eth);
		return XDP_TX;
	case XDP_REDIRECT:
		entry = bpf_ntohs(frame->order.delta);
		if (frame->order.what == TO_DEVICE)
			return bpf_redirect_map(&devices, entry, XDP_ABORTED);
		if (frame->order.what == TO_CPU)
			return bpf_redirect_map(&cpus, entry, XDP_ABORTED);
		return bpf_redirect_map(&sockets, entry, XDP_ABORTED);
	}
	return frame->order.verdict;
}

SEC("xdp")
int one_buffer(struct xdp_md *ctx)
{
	return verdict(ctx);
}

SEC("xdp.frags")
int frags(struct xdp_md *ctx)
{
	return verdict(ctx);
}

/* Tests of AF_XDP redirect by the queue that the frame came from. */
SEC("xdp.frags")
int to_socket(struct xdp_md *ctx)
{
	if (!test_frame(ctx))
		return XDP_PASS;
	return bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
}

/* Datagrams to the tests' port go to the socket of the queue that they came by. */
SEC("xdp")
int udp_to_socket(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	if ((void *)(udp + 1) > (void *)(long)ctx->data_end ||
	    eth->h_proto != bpf_htons(ETH_P_IP) ||
	    ip->protocol != IPPROTO_UDP || udp->dest != bpf_htons(TEST_PORT))
		return XDP_PASS;
	return bpf_redirect_map(&sockets, ctx->rx_queue_index, XDP_PASS);
}

/* The verdict alone, also of frames that have a VLAN tag in the data. */
SEC("xdp")
int tagged(struct xdp_md *ctx)
{
	struct test_frame *frame = test_frame(ctx);
	void *inner = (void *)(long)ctx->data + VLAN_HLEN;
	struct order order;

	if (frame) {
		order = frame->order;
	} else {
		frame = inner;
		if ((void *)(frame + 1) > (void *)(long)ctx->data_end ||
		    frame->eth.h_proto != bpf_htons(ETH_P_TEST))
			return XDP_PASS;
		order = frame->order;
		frame = inner - VLAN_HLEN;
	}
	if (order.verdict == XDP_TX)
		swap_addresses(&frame->eth);
	return order.verdict;
}

SEC("xdp")
int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

/* All that arrives goes to the first of the devices. */
SEC("xdp")
int to_device(struct xdp_md *ctx)
{
	return bpf_redirect_map(&devices, 0, XDP_ABORTED);
}

char _license[] SEC("license") = "GPL";
