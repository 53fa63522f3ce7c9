// SPDX-License-Identifier: GPL-2.0-only
/* What the driver tells a program of the VLAN tag that the NIC took away. */
#include "frame.h"

extern int bpf_xdp_metadata_rx_vlan_tag(const struct xdp_md *ctx, __be16 *proto,
					__u16 *tci) __ksym;

/* Of the last frame: what the call returned, the tag's protocol and content. */
enum { RESULT, PROTOCOL, TCI, ENTRIES };

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, ENTRIES);
	__type(key, __u32);
	__type(value, __s32);
} hint SEC(".maps");

static __always_inline void remember(__u32 key, __s32 value)
{
	bpf_map_update_elem(&hint, &key, &value, BPF_ANY);
}

SEC("xdp")
int vlan_tag(struct xdp_md *ctx)
{
	__be16 protocol = 0;
	__u16 tci = 0;

	if (!test_frame(ctx))
		return XDP_PASS;
	remember(RESULT, bpf_xdp_metadata_rx_vlan_tag(ctx, &protocol, &tci));
	remember(PROTOCOL, bpf_ntohs(protocol));
	remember(TCI, tci);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
