// SPDX-License-Identifier: GPL-2.0-only
/* What the driver tells a program of the VLAN tag that the NIC took away, and of its hash. */
#include "frame.h"

extern int bpf_xdp_metadata_rx_vlan_tag(const struct xdp_md *ctx, __be16 *proto,
					__u16 *tci) __ksym;

/* What the hash is of: bits of the kernel's own, see net/xdp.h */
enum xdp_rss_hash_type { NO_HASH, HASH_BITS = 0xffff };

extern int bpf_xdp_metadata_rx_hash(const struct xdp_md *ctx, __u32 *hash,
				    enum xdp_rss_hash_type *type) __ksym;

/*
 * Of the last frame: what the call returned, the tag's protocol and content, or the
 * hash and what it is of.
 */
enum { RESULT, PROTOCOL, TCI, HASH = PROTOCOL, TYPE = TCI, ENTRIES };

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

SEC("xdp")
int rx_hash(struct xdp_md *ctx)
{
	enum xdp_rss_hash_type type = NO_HASH;
	__u32 hash = 0;

	remember(RESULT, bpf_xdp_metadata_rx_hash(ctx, &hash, &type));
	remember(HASH, hash);
	remember(TYPE, type);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
