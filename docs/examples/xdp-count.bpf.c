// SPDX-License-Identifier: GPL-2.0-only
/*
 * Count packets by their transport protocol, and drop those to one port.
 *
 * The program of xdp-count.c, which sets the port. Every bound is checked
 * before a byte is read: the verifier insists, and it is right to.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "xdp-count.h"

/* Set before the program is loaded, constant from then on; 0 drops nothing. */
const volatile __u16 drop_port;

/* A counter for each CPU, so that none waits for another. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline void count(__u32 which)
{
	__u64 *counter = bpf_map_lookup_elem(&counters, &which);

	if (counter)
		(*counter)++;
}

/* TCP and UDP have their ports at the same place. */
static __always_inline int transport(void *header, void *end, __u8 protocol)
{
	struct udphdr *ports = header;

	if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP) {
		count(OTHER);
		return XDP_PASS;
	}
	count(protocol == IPPROTO_TCP ? TCP : UDP);
	if ((void *)(ports + 1) > end)
		return XDP_PASS;
	if (drop_port && ports->dest == bpf_htons(drop_port)) {
		count(DROPPED);
		return XDP_DROP;
	}
	return XDP_PASS;
}

SEC("xdp")
int xdp_count(struct xdp_md *ctx)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct ipv6hdr *ip6 = (void *)(eth + 1);
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end) {
		count(OTHER);
		return XDP_PASS;
	}
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		/* Only the first fragment has ports */
		if (ip->frag_off & bpf_htons(0x1FFF)) {
			count(OTHER);
			return XDP_PASS;
		}
		return transport((void *)ip + ip->ihl * 4, end, ip->protocol);
	}
	if (eth->h_proto == bpf_htons(ETH_P_IPV6) && (void *)(ip6 + 1) <= end)
		return transport(ip6 + 1, end, ip6->nexthdr);
	count(OTHER);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
