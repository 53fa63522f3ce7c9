// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: zcrx DEV QUEUE PORT
 *
 * Give a receive queue of DEV memory of this program, accept one TCP connection on
 * PORT, receive until it ends, and say how many bytes came and their Adler-32
 * checksum. Nothing is copied: the NIC writes payload to where it is read.
 *
 * Linux 7.2 and liburing 2.9 (cc -o zcrx zcrx.c -luring). The NIC splits headers
 * from payload (ethtool -G DEV tcp-data-split on), and the port's frames come by
 * the queue (ethtool -X DEV equal 1; ethtool -N DEV flow-type tcp4 dst-port PORT
 * action 1).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <liburing.h>
#include <net/if.h>
#include <netinet/in.h>

#define AREA		(16 << 20)	/* bytes of memory for payload */
#define REFILLS		8192		/* entries of the ring that gives it back */
#define ADLER_MOD	65521
#define ADLER_RUN	5552		/* bytes that cannot overflow 32 bits */

struct server {
	struct io_uring ring;
	struct io_uring_zcrx_rq refill;
	unsigned char *area;
	__u64 token;
	int fd;
	unsigned long long received;
	unsigned int a, b;
};

static void fail(const char *what, int err)
{
	fprintf(stderr, "zcrx: %s: %s\n", what, strerror(err));
	exit(1);
}

static void *map(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);

	if (memory == MAP_FAILED)
		fail("mmap", errno);
	return memory;
}

/* What a real server would do with the data. */
static void use(struct server *s, const unsigned char *data, size_t len)
{
	s->received += len;
	while (len) {
		size_t run = len < ADLER_RUN ? len : ADLER_RUN;

		for (size_t i = 0; i < run; i++) {
			s->a += data[i];
			s->b += s->a;
		}
		s->a %= ADLER_MOD;
		s->b %= ADLER_MOD;
		data += run;
		len -= run;
	}
}

/* The queue has this program's memory until the ring is closed. */
static void take_queue(struct server *s, const char *dev, unsigned int queue)
{
	size_t size = REFILLS * sizeof(struct io_uring_zcrx_rqe) + sysconf(_SC_PAGESIZE);
	unsigned char *refill = map(size);
	struct io_uring_region_desc region = {
		.user_addr = (__u64)(unsigned long)refill,
		.size = size,
		.flags = IORING_MEM_REGION_TYPE_USER,
	};
	struct io_uring_zcrx_area_reg area = { .len = AREA };
	struct io_uring_zcrx_ifq_reg reg = {
		.if_idx = if_nametoindex(dev),
		.if_rxq = queue,
		.rq_entries = REFILLS,
		.area_ptr = (__u64)(unsigned long)&area,
		.region_ptr = (__u64)(unsigned long)&region,
	};
	/* Room for as many pieces as there are pages: else a burst ends the receive */
	struct io_uring_params params = {
		.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
			 IORING_SETUP_CQE32 | IORING_SETUP_CQSIZE,
		.cq_entries = REFILLS,
	};
	int err;

	s->area = map(AREA);
	area.addr = (__u64)(unsigned long)s->area;
	err = io_uring_queue_init_params(64, &s->ring, &params);
	if (err)
		fail("io_uring_queue_init_params", -err);
	err = io_uring_register_ifq(&s->ring, &reg);
	if (err)
		fail("io_uring_register_ifq", -err);
	s->refill.khead = (void *)(refill + reg.offsets.head);
	s->refill.ktail = (void *)(refill + reg.offsets.tail);
	s->refill.rqes = (void *)(refill + reg.offsets.rqes);
	s->refill.ring_entries = reg.rq_entries;
	s->token = area.rq_area_token;
}

static void ask(struct server *s)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&s->ring);

	io_uring_prep_rw(IORING_OP_RECV_ZC, sqe, s->fd, NULL, 0, 0);
	sqe->ioprio = IORING_RECV_MULTISHOT;
}

/* Use a piece of payload where it lies, and give its memory back. */
static void take(struct server *s, const struct io_uring_cqe *cqe)
{
	const struct io_uring_zcrx_cqe *zcrx = (const void *)(cqe + 1);
	struct io_uring_zcrx_rqe *rqe;

	use(s, s->area + (zcrx->off & ~IORING_ZCRX_AREA_MASK), cqe->res);
	rqe = &s->refill.rqes[s->refill.rq_tail & (s->refill.ring_entries - 1)];
	rqe->off = (zcrx->off & ~IORING_ZCRX_AREA_MASK) | s->token;
	rqe->len = cqe->res;
	io_uring_smp_store_release(s->refill.ktail, ++s->refill.rq_tail);
}

static void serve(struct server *s)
{
	bool ended = false;

	ask(s);
	while (!ended) {
		struct io_uring_cqe *cqe;
		unsigned int head, count = 0;

		io_uring_submit_and_wait(&s->ring, 1);
		io_uring_for_each_cqe(&s->ring, head, cqe) {
			if (cqe->res < 0)
				fail("receive", -cqe->res);
			if (cqe->res)
				take(s, cqe);
			else
				ended = true;
			if (!(cqe->flags & IORING_CQE_F_MORE) && !ended)
				ask(s);
			count++;
		}
		io_uring_cq_advance(&s->ring, count);
	}
}

int main(int argc, char **argv)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 };
	struct server s = { .a = 1 };
	int listener, one = 1;

	if (argc != 4) {
		fprintf(stderr, "usage: zcrx DEV QUEUE PORT\n");
		return 1;
	}
	take_queue(&s, argv[1], atoi(argv[2]));
	at.sin6_port = htons(atoi(argv[3]));
	listener = socket(AF_INET6, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (listener < 0 || bind(listener, (void *)&at, sizeof(at)) || listen(listener, 1))
		fail("listen", errno);
	printf("zcrx: port %s\n", argv[3]);
	fflush(stdout);
	s.fd = accept(listener, NULL, NULL);
	if (s.fd < 0)
		fail("accept", errno);
	serve(&s);
	printf("zcrx: %llu bytes, adler32 %08x\n", s.received, s.b << 16 | s.a);
	return 0;
}
