// SPDX-License-Identifier: GPL-2.0-only
/* An XDP program of two instructions that drops everything. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int load_drop(void)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = XDP_DROP },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(program[0]),
		.license = (uintptr_t)"GPL",
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (fd < 0)
		die("load the XDP program");
	return fd;
}

/*
 * At the far end's device ($XDP_DEV), in the driver if it can, else in the
 * stack. It stays until this program ends.
 */
void attach_drop(void)
{
	static const unsigned int modes[] = { XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE };
	const char *device = getenv("XDP_DEV");
	int program = load_drop();

	if (!device) {
		errno = EINVAL;
		die("XDP_DEV");
	}
	enter(&far_end);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		union bpf_attr attr = {
			.link_create = {
				.prog_fd = program,
				.target_ifindex = if_nametoindex(device),
				.attach_type = BPF_XDP,
				.flags = modes[i],
			},
		};

		if (bpf(BPF_LINK_CREATE, &attr) >= 0) {
			/*
			 * Attaching may have changed RCTL: then QEMU's NIC
			 * receives nothing for a second.
			 */
			usleep(1500000);
			printf("native %d\n", modes[i] == XDP_FLAGS_DRV_MODE);
			enter(&near_end);
			return;
		}
	}
	die("attach the XDP program");
}
