// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: xsk-echo [-c] DEV PORT
 *
 * Answer every UDP datagram to PORT with its own payload, from an AF_XDP
 * socket: the kernel's stack never sees one. The NIC writes into the memory
 * of this program and reads from it (zero-copy); with -c the kernel copies.
 *
 * The memory is cut into chunks. A chunk is always in one place: in the fill
 * ring (for the NIC to write into), in the RX ring (received), in the TX ring
 * (to be sent), or in the completion ring (sent), from where it goes back into
 * the fill ring.
 */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <xdp/xsk.h>

#include "xsk-echo.skel.h"

#define CHUNK		XSK_UMEM__DEFAULT_FRAME_SIZE
#define CHUNKS		1024
#define RING		1024	/* room for all chunks, so no ring is ever full */
#define BATCH		64

struct echo {
	struct xsk_umem *umem;
	struct xsk_socket *socket;
	struct xsk_ring_prod fill, tx;
	struct xsk_ring_cons completion, rx;
	unsigned char *memory;
	unsigned long long echoed;
};

static volatile sig_atomic_t stop;

static void on_signal(int signal)
{
	(void)signal;
	stop = 1;
}

static int fail(const char *what, int error)
{
	fprintf(stderr, "xsk-echo: %s: %s\n", what, strerror(error < 0 ? -error : error));
	return 1;
}

/* Turn a packet round in place. The UDP checksum stays right: the sum does not
 * mind that source and destination trade places.
 */
static void turn_round(unsigned char *packet)
{
	struct ethhdr *eth = (void *)packet;
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);
	unsigned char mac[ETH_ALEN];
	__be32 address = ip->daddr;
	__be16 port = udp->dest;

	memcpy(mac, eth->h_dest, ETH_ALEN);
	memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	memcpy(eth->h_source, mac, ETH_ALEN);
	ip->daddr = ip->saddr;
	ip->saddr = address;
	udp->dest = udp->source;
	udp->source = port;
}

static void fill(struct echo *echo, const __u64 *addresses, unsigned int count)
{
	__u32 at = 0;

	xsk_ring_prod__reserve(&echo->fill, count, &at);
	for (unsigned int i = 0; i < count; i++)
		*xsk_ring_prod__fill_addr(&echo->fill, at + i) = addresses[i];
	xsk_ring_prod__submit(&echo->fill, count);
}

/* What was sent can be written into again. */
static void recycle(struct echo *echo)
{
	__u64 addresses[BATCH];
	unsigned int count;
	__u32 at = 0;

	while ((count = xsk_ring_cons__peek(&echo->completion, BATCH, &at))) {
		for (unsigned int i = 0; i < count; i++)
			addresses[i] = *xsk_ring_cons__comp_addr(&echo->completion, at + i);
		xsk_ring_cons__release(&echo->completion, count);
		fill(echo, addresses, count);
	}
}

/* From the RX ring to the TX ring, in the chunks in which they came. */
static unsigned int answer(struct echo *echo)
{
	unsigned int count;
	__u32 from = 0, to = 0;

	count = xsk_ring_cons__peek(&echo->rx, BATCH, &from);
	if (!count)
		return 0;
	xsk_ring_prod__reserve(&echo->tx, count, &to);
	for (unsigned int i = 0; i < count; i++) {
		const struct xdp_desc *received = xsk_ring_cons__rx_desc(&echo->rx, from + i);

		turn_round(xsk_umem__get_data(echo->memory, received->addr));
		*xsk_ring_prod__tx_desc(&echo->tx, to + i) = (struct xdp_desc) {
			.addr = received->addr, .len = received->len };
	}
	xsk_ring_cons__release(&echo->rx, count);
	xsk_ring_prod__submit(&echo->tx, count);
	echo->echoed += count;
	return count;
}

static void run(struct echo *echo)
{
	struct pollfd poll_fd = { .fd = xsk_socket__fd(echo->socket), .events = POLLIN };

	while (!stop) {
		/* Asks for more only when the NIC has all that there was */
		if (!answer(echo))
			poll(&poll_fd, 1, 100);
		if (xsk_ring_prod__needs_wakeup(&echo->tx))
			sendto(poll_fd.fd, NULL, 0, MSG_DONTWAIT, NULL, 0);
		recycle(echo);
	}
}

static int make_socket(struct echo *echo, const char *device, __u16 mode)
{
	const struct xsk_umem_config memory = {
		.fill_size = RING, .comp_size = RING, .frame_size = CHUNK,
		.frame_headroom = XSK_UMEM__DEFAULT_FRAME_HEADROOM,
	};
	const struct xsk_socket_config rings = {
		.rx_size = RING, .tx_size = RING,
		/* The program that redirects is our own */
		.libxdp_flags = XSK_LIBXDP_FLAGS__INHIBIT_PROG_LOAD,
		.bind_flags = mode | XDP_USE_NEED_WAKEUP,
	};
	__u64 addresses[CHUNKS];
	int error;

	echo->memory = mmap(NULL, CHUNKS * CHUNK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (echo->memory == MAP_FAILED)
		return fail("memory", errno);
	error = xsk_umem__create(&echo->umem, echo->memory, CHUNKS * CHUNK, &echo->fill,
				 &echo->completion, &memory);
	if (error)
		return fail("UMEM", error);
	error = xsk_socket__create(&echo->socket, device, 0, echo->umem, &echo->rx, &echo->tx,
				   &rings);
	if (error)
		return fail(mode == XDP_ZEROCOPY ? "no zero-copy socket" : "socket", error);
	for (int i = 0; i < CHUNKS; i++)
		addresses[i] = (__u64)i * CHUNK;
	fill(echo, addresses, CHUNKS);
	return 0;
}

/* In the driver, held by a link, so that it goes when this program does. */
static int attach(const struct echo *echo, unsigned int device, int port)
{
	DECLARE_LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
	struct xsk_echo *skeleton = xsk_echo__open();
	__u32 queue = 0;
	int fd = xsk_socket__fd(echo->socket);

	if (!skeleton)
		return fail("open", errno);
	skeleton->rodata->port = port;
	if (xsk_echo__load(skeleton))
		return fail("load", errno);
	if (bpf_map_update_elem(bpf_map__fd(skeleton->maps.sockets), &queue, &fd, BPF_ANY))
		return fail("socket map", errno);
	if (bpf_link_create(bpf_program__fd(skeleton->progs.xsk_echo), device, BPF_XDP,
			    &options) < 0)
		return fail("no native XDP", errno);
	return 0;
}

int main(int argc, char **argv)
{
	struct echo echo = {};
	__u16 mode = XDP_ZEROCOPY;
	unsigned int device;

	if (argc == 4 && !strcmp(argv[1], "-c")) {
		mode = XDP_COPY;
		argv++;
		argc--;
	}
	device = argc == 3 ? if_nametoindex(argv[1]) : 0;
	if (!device) {
		fprintf(stderr, "usage: xsk-echo [-c] DEV PORT\n");
		return 2;
	}
	if (make_socket(&echo, argv[1], mode) || attach(&echo, device, atoi(argv[2])))
		return 1;

	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	printf("xsk-echo: %s, %s\n", argv[1], mode == XDP_ZEROCOPY ? "zero-copy" : "copy");
	fflush(stdout);
	run(&echo);
	printf("xsk-echo: %llu packets\n", echo.echoed);
	xsk_socket__delete(echo.socket);
	xsk_umem__delete(echo.umem);
	return 0;
}
