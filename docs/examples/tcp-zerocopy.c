// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: tcp-zerocopy PORT
 *
 * Accept one TCP connection (IPv4) on PORT, receive until it ends, and say how
 * many bytes were mapped and how many copied, and their Adler-32 checksum.
 *
 * The kernel maps whole pages of payload into this program. So that frames bring
 * such, the NIC must split them (ethtool -G DEV tcp-data-split on), and a
 * segment must be whole pages: an MTU of 4148 is a page, and 52 bytes of
 * headers. What is no whole page is read as usual.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <netinet/in.h>
#include <linux/tcp.h>

#define WINDOW		(512 << 10)	/* most bytes that are mapped at a time */
#define ADLER_MOD	65521
#define ADLER_RUN	5552		/* bytes that cannot overflow 32 bits */

struct sums {
	unsigned long long mapped, copied;
	unsigned int a, b;
};

static int fail(const char *what)
{
	fprintf(stderr, "tcp-zerocopy: %s: %s\n", what, strerror(errno));
	return 1;
}

/* What a real server would do with the data. */
static void use(struct sums *sums, const unsigned char *data, size_t len)
{
	while (len) {
		size_t run = len < ADLER_RUN ? len : ADLER_RUN;

		for (size_t i = 0; i < run; i++) {
			sums->a += data[i];
			sums->b += sums->a;
		}
		sums->a %= ADLER_MOD;
		sums->b %= ADLER_MOD;
		data += run;
		len -= run;
	}
}

/* Read what cannot be mapped. Return 0 at the end of the stream. */
static ssize_t copy(struct sums *sums, int fd, size_t len)
{
	static unsigned char buffer[WINDOW];
	ssize_t got;

	got = recv(fd, buffer, len < WINDOW ? len : WINDOW, 0);
	if (got > 0) {
		use(sums, buffer, got);
		sums->copied += got;
	}
	return got;
}

/* Return 0 at the end of the stream. The call unmaps what was mapped before. */
static ssize_t receive(struct sums *sums, int fd, void *window)
{
	struct tcp_zerocopy_receive zc = {
		.address = (unsigned long)window,
		.length = WINDOW,
	};
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	socklen_t size = sizeof(zc);
	char byte;

	if (poll(&wait, 1, -1) < 0)
		return -1;
	if (!recv(fd, &byte, 1, MSG_PEEK))
		return 0;
	if (getsockopt(fd, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &zc, &size))
		return -1;
	use(sums, window, zc.length);
	sums->mapped += zc.length;
	if (zc.recv_skip_hint)
		return copy(sums, fd, zc.recv_skip_hint);
	return 1;
}

static int serve(int fd)
{
	struct sums sums = { .a = 1 };
	void *window;
	ssize_t more;

	window = mmap(NULL, WINDOW, PROT_READ, MAP_SHARED, fd, 0);
	if (window == MAP_FAILED)
		return fail("mmap");
	do
		more = receive(&sums, fd, window);
	while (more > 0);
	if (more < 0)
		return fail("receive");
	printf("tcp-zerocopy: %llu bytes mapped, %llu copied, adler32 %08x\n",
	       sums.mapped, sums.copied, sums.b << 16 | sums.a);
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int one = 1, listener, fd;

	if (argc != 2) {
		fprintf(stderr, "usage: tcp-zerocopy PORT\n");
		return 1;
	}
	address.sin_port = htons(atoi(argv[1]));
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 ||
	    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(listener, (void *)&address, sizeof(address)) || listen(listener, 1))
		return fail("listen");
	printf("tcp-zerocopy: port %s\n", argv[1]);
	fflush(stdout);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		return fail("accept");
	return serve(fd);
}
