// SPDX-License-Identifier: GPL-2.0-only
/* XDP programs of a few instructions at the far end. */
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

#define MOVE(reg, value) \
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (reg), .imm = (value) }
#define CALL(function)	{ .code = BPF_JMP | BPF_CALL, .imm = (function) }
#define EXIT		{ .code = BPF_JMP | BPF_EXIT }

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int load(const struct bpf_insn *program, size_t size)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)program,
		.insn_cnt = size / sizeof(program[0]),
		.license = (uintptr_t)"GPL",
	};
	int fd = bpf(BPF_PROG_LOAD, &attr);

	if (fd < 0)
		die("load the XDP program");
	return fd;
}

static int load_verdict(int verdict)
{
	const struct bpf_insn program[] = { MOVE(BPF_REG_0, verdict), EXIT };

	return load(program, sizeof(program));
}

/* Out of a device by its number */
static int load_redirect(int device)
{
	const struct bpf_insn program[] = {
		MOVE(BPF_REG_1, device), MOVE(BPF_REG_2, 0), CALL(BPF_FUNC_redirect), EXIT
	};

	return load(program, sizeof(program));
}

/* To the one socket in the map */
static int load_to_socket(int map)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = BPF_REG_1,
		  .src_reg = BPF_PSEUDO_MAP_FD, .imm = map },
		{},
		MOVE(BPF_REG_2, 0), MOVE(BPF_REG_3, 0), CALL(BPF_FUNC_redirect_map), EXIT
	};

	return load(program, sizeof(program));
}

static int make_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_XSKMAP,
		.key_size = sizeof(int),
		.value_size = sizeof(int),
		.max_entries = 1,
	};
	int fd = bpf(BPF_MAP_CREATE, &attr);

	if (fd < 0)
		die("make the socket map");
	return fd;
}

static void put_socket(int map, int sock)
{
	int key = 0;
	union bpf_attr attr = {
		.map_fd = map,
		.key = (uintptr_t)&key,
		.value = (uintptr_t)&sock,
	};

	if (bpf(BPF_MAP_UPDATE_ELEM, &attr))
		die("put the socket into the map");
}

static int attach(int program, unsigned int device)
{
	static const unsigned int modes[] = { XDP_FLAGS_DRV_MODE, XDP_FLAGS_SKB_MODE };

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		union bpf_attr attr = {
			.link_create = {
				.prog_fd = program,
				.target_ifindex = device,
				.attach_type = BPF_XDP,
				.flags = modes[i],
			},
		};

		if (bpf(BPF_LINK_CREATE, &attr) >= 0)
			return modes[i] == XDP_FLAGS_DRV_MODE;
	}
	die("attach the XDP program");
}

/*
 * At the far end's device ($XDP_DEV), in the driver if it can, else in the
 * stack. It stays until this program ends. What is sent back or redirected, to
 * the same device, has no receiver: the near end's NIC does not take it in.
 */
void attach_xdp(int what)
{
	const char *device = getenv("XDP_DEV");
	int program, map = -1;

	if (!device) {
		errno = EINVAL;
		die("XDP_DEV");
	}
	enter(&far_end);
	if (what == XDP_NONE_BUT_PACKET) {
		receive_by_packet(device);
		enter(&near_end);
		return;
	}
	if (what == XDP_TO_SOCKET || what == XDP_TO_COPYING_SOCKET) {
		map = make_map();
		program = load_to_socket(map);
	} else if (what == XDP_TO_DEVICE) {
		program = load_redirect(if_nametoindex(device));
	} else {
		program = load_verdict(what == XDP_SEND_BACK ? XDP_TX : XDP_DROP);
	}
	printf("native %d\n", attach(program, if_nametoindex(device)));
	if (map >= 0)
		put_socket(map, receive_by_socket(device, what == XDP_TO_COPYING_SOCKET));
	/*
	 * Attaching may have changed RCTL: then QEMU's NIC receives nothing for
	 * a second.
	 */
	usleep(1500000);
	enter(&near_end);
}
