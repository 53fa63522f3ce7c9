// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linked around two functions of the kernel's xskxceiver, which sends at once
 * what it will miss if it does not come back.
 */
#include <stdio.h>
#include <unistd.h>

#define MTU_OF_ONE_BUFFER	1500
#define TRIES			200
#define TRY_US			10000
#define SETTLE_US		1500000

struct bpf_program;

int __real_xsk_set_mtu(int ifindex, int mtu);
int __wrap_xsk_set_mtu(int ifindex, int mtu);
int __real_xsk_attach_xdp_program(struct bpf_program *prog, int ifindex,
				  unsigned int flags);
int __wrap_xsk_attach_xdp_program(struct bpf_program *prog, int ifindex,
				  unsigned int flags);

static int mtu_now;

/* A result shall be seen when it is there, in a pipe as well. */
__attribute__((constructor)) static void by_lines(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

/*
 * QEMU's NIC receives nothing for a second of the guest's clock when the size
 * of its buffers has changed (docs/driver/hardware.md). What comes over a wire waits
 * for it; what comes back from a loop is lost.
 */
static void settle(void)
{
	usleep(SETTLE_US);
}

/*
 * The socket of the test before may go only after its close(), as binding a
 * socket takes into account, too; for some MTUs it must have gone.
 */
int __wrap_xsk_set_mtu(int ifindex, int mtu)
{
	int err, i;

	for (i = 0; i < TRIES; i++) {
		err = __real_xsk_set_mtu(ifindex, mtu);
		if (!err)
			break;
		usleep(TRY_US);
	}
	if (!err && mtu_now && mtu != mtu_now)
		settle();
	mtu_now = mtu;
	return err;
}

int __wrap_xsk_attach_xdp_program(struct bpf_program *prog, int ifindex,
				  unsigned int flags)
{
	int err = __real_xsk_attach_xdp_program(prog, ifindex, flags);

	if (!err && mtu_now > MTU_OF_ONE_BUFFER)
		settle();
	return err;
}
