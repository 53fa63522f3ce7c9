// SPDX-License-Identifier: GPL-2.0-only
/*
 * An AF_XDP socket that receives and throws away: zero-copy if the driver can,
 * else by copies. A child of this program empties it, spinning, so that no
 * system call of its own is counted.
 */
#define _GNU_SOURCE
#include <linux/if_xdp.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

/* More than arrive while the generator has the processor for a time slice */
#define CHUNKS	8192u
#define CHUNK	2048u

struct ring {
	volatile uint32_t *producer;
	volatile uint32_t *consumer;
	void *desc;
};

static void set(int sock, int option, const void *value, socklen_t size)
{
	if (setsockopt(sock, SOL_XDP, option, value, size))
		die("AF_XDP option");
}

static struct ring map_ring(int sock, uint64_t page, const struct xdp_ring_offset *offset,
			    size_t entry)
{
	char *ring = mmap(NULL, offset->desc + CHUNKS * entry, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_POPULATE, sock, page);

	if (ring == MAP_FAILED)
		die("AF_XDP ring");
	return (struct ring) {
		.producer = (void *)(ring + offset->producer),
		.consumer = (void *)(ring + offset->consumer),
		.desc = ring + offset->desc,
	};
}

/* What was received goes back to be filled again. Both rings have room for all. */
static void empty(const struct ring *rx, const struct ring *filling)
{
	const struct xdp_desc *from = rx->desc;
	uint64_t *to = filling->desc;

	for (;;) {
		uint32_t at = *rx->consumer, next = *filling->producer;

		while (at != *rx->producer) {
			uint64_t address = from[at++ % CHUNKS].addr;

			to[next++ % CHUNKS] = address - address % CHUNK;
		}
		__atomic_thread_fence(__ATOMIC_RELEASE);
		*rx->consumer = at;
		*filling->producer = next;
	}
}

static int open_socket(struct ring *rx, struct ring *filling)
{
	struct xdp_umem_reg umem = { .len = CHUNKS * CHUNK, .chunk_size = CHUNK };
	struct xdp_mmap_offsets offsets;
	socklen_t length = sizeof(offsets);
	int size = CHUNKS;
	int sock = socket(AF_XDP, SOCK_RAW, 0);
	void *memory = mmap(NULL, umem.len, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (sock < 0 || memory == MAP_FAILED)
		die("AF_XDP socket");
	umem.addr = (uintptr_t)memory;
	set(sock, XDP_UMEM_REG, &umem, sizeof(umem));
	set(sock, XDP_UMEM_FILL_RING, &size, sizeof(size));
	set(sock, XDP_UMEM_COMPLETION_RING, &size, sizeof(size));
	set(sock, XDP_RX_RING, &size, sizeof(size));
	if (getsockopt(sock, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length))
		die("AF_XDP offsets");
	*rx = map_ring(sock, XDP_PGOFF_RX_RING, &offsets.rx, sizeof(struct xdp_desc));
	*filling = map_ring(sock, XDP_UMEM_PGOFF_FILL_RING, &offsets.fr, sizeof(uint64_t));
	for (uint32_t i = 0; i < CHUNKS; i++)
		((uint64_t *)filling->desc)[i] = (uint64_t)i * CHUNK;
	*filling->producer = CHUNKS;
	return sock;
}

/*
 * At a device of this network namespace, zero-copy if it can unless copies are wanted;
 * prints which.
 */
int receive_by_socket(const char *device, int copy)
{
	struct sockaddr_xdp address = { .sxdp_family = AF_XDP,
					.sxdp_flags = copy ? XDP_COPY : 0,
					.sxdp_ifindex = if_nametoindex(device) };
	struct xdp_options options;
	socklen_t length = sizeof(options);
	struct ring rx, filling;
	int sock = open_socket(&rx, &filling);

	if (bind(sock, (struct sockaddr *)&address, sizeof(address)))
		die("AF_XDP bind");
	if (getsockopt(sock, SOL_XDP, XDP_OPTIONS, &options, &length))
		die("AF_XDP options");
	printf("zerocopy %d\n", options.flags & XDP_OPTIONS_ZEROCOPY);
	fflush(stdout);
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		empty(&rx, &filling);
	}
	return sock;
}
