// SPDX-License-Identifier: GPL-2.0-only
/* TCP: bulk transfer over some flows, and request and response. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

#define CHUNK	65536

/* Sends until the peer goes away; one process a flow. */
void pour(const struct options *options)
{
	char *buffer = calloc(1, CHUNK);
	int fd = tcp_connect(&near_end);

	(void)options;
	while (write(fd, buffer, CHUNK) > 0)
		;
}

/* Reads n bytes from whichever flow has some. */
static void drain(struct pollfd *fds, long flows, long n)
{
	static char buffer[CHUNK];

	while (n > 0) {
		if (flows > 1 && poll(fds, flows, -1) < 0)
			die("poll");
		for (long i = 0; i < flows; i++) {
			ssize_t got;

			if (flows > 1 && !(fds[i].revents & POLLIN))
				continue;
			got = read(fds[i].fd, buffer, sizeof(buffer));
			if (got <= 0)
				die("read");
			n -= got;
		}
	}
}

void run_stream(const struct options *options)
{
	struct pollfd *fds = calloc(options->flows, sizeof(*fds));
	pid_t *senders = calloc(options->flows, sizeof(*senders));
	int listener = tcp_listen(&near_end);
	struct interval interval;

	for (long i = 0; i < options->flows; i++) {
		senders[i] = start_far(pour, options);
		fds[i].fd = accept(listener, NULL, NULL);
		fds[i].events = POLLIN;
	}
	drain(fds, options->flows, options->warm);
	begin(&interval);
	drain(fds, options->flows, options->n);
	end(&interval);
	for (long i = 0; i < options->flows; i++)
		reap(senders[i]);
	report(&interval, options->n, options->n);
}

void respond(const struct options *options)
{
	char *buffer = calloc(1, options->size);
	int fd = tcp_connect(&near_end);

	for (;;) {
		read_all(fd, buffer, options->size);
		write_all(fd, buffer, options->size);
	}
}

void run_tcp_rr(const struct options *options)
{
	uint64_t *samples = calloc(options->n, sizeof(*samples));
	char *buffer = calloc(1, options->size);
	int fd, listener = tcp_listen(&near_end);
	struct interval interval;
	uint64_t start;
	pid_t server;

	server = start_far(respond, options);
	fd = accept(listener, NULL, NULL);
	for (long i = -options->warm; i < options->n; i++) {
		if (i == 0)
			begin(&interval);
		if (i % STRETCH == 0)
			change_phase();
		start = now_ns();
		write_all(fd, buffer, options->size);
		read_all(fd, buffer, options->size);
		if (i >= 0)
			samples[i] = now_ns() - start;
	}
	end(&interval);
	reap(server);
	report_transactions(&interval, samples, options);
}
