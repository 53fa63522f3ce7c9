// SPDX-License-Identifier: GPL-2.0-only
/* UDP: request and response, packets one at a time, and none at all. */
#define _GNU_SOURCE
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

/* Seconds without a datagram. */
void run_idle(const struct options *options)
{
	struct interval interval;

	sleep(options->warm);
	begin(&interval);
	sleep(options->n);
	end(&interval);
	report(&interval, options->n, 0);
}

void echo(const struct options *options)
{
	int fd = udp_socket(&far_end, &near_end, options->poll);
	char *buffer = malloc(options->size);

	for (;;) {
		ssize_t got = recv(fd, buffer, options->size, 0);

		if (got > 0)
			send(fd, buffer, got, 0);
	}
}

void run_rr(const struct options *options)
{
	uint64_t *samples = calloc(options->n, sizeof(*samples));
	char *buffer = calloc(1, options->size);
	struct interval interval;
	uint64_t start;
	pid_t server;
	int fd;

	server = start_far(echo, options);
	fd = udp_socket(&near_end, &far_end, options->poll);
	usleep(20000);
	for (long i = -options->warm; i < options->n; i++) {
		if (i == 0)
			begin(&interval);
		if (i % STRETCH == 0)
			change_phase();
		start = now_ns();
		if (send(fd, buffer, options->size, 0) < 0 ||
		    recv(fd, buffer, options->size, 0) < 0)
			die("request");
		if (i >= 0)
			samples[i] = now_ns() - start;
	}
	end(&interval);
	reap(server);
	report_transactions(&interval, samples, options);
}

/* The receiver counts, since it is the end that must have seen everything. */
void send_paced(const struct options *options)
{
	int fd = udp_socket(&far_end, &near_end, 0);
	char *buffer = calloc(1, options->size);
	uint64_t due = now_ns();

	for (;;) {
		struct timespec until;
		uint64_t stamp;

		due += options->usecs * 1000;
		until.tv_sec = due / 1000000000;
		until.tv_nsec = due % 1000000000;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
		stamp = now_ns();
		memcpy(buffer, &stamp, sizeof(stamp));
		send(fd, buffer, options->size, 0);
	}
}

void run_paced(const struct options *options)
{
	uint64_t *samples = calloc(options->n, sizeof(*samples));
	char *buffer = calloc(1, options->size);
	struct interval interval;
	uint64_t stamp;
	pid_t sender;
	int fd;

	fd = udp_socket(&near_end, &far_end, options->poll);
	sender = start_far(send_paced, options);
	for (long i = -options->warm; i < options->n; i++) {
		if (i == 0)
			begin(&interval);
		if (recv(fd, buffer, options->size, 0) < 0)
			die("receive");
		memcpy(&stamp, buffer, sizeof(stamp));
		if (i >= 0)
			samples[i] = now_ns() - stamp;
	}
	end(&interval);
	reap(sender);
	report(&interval, options->n, options->n * options->size);
	/* Two machines do not share a clock. */
	if (!only_end())
		report_latency(samples, options->n);
}

/* What a frame that waits in the socket is charged for. */
void run_truesize(const struct options *options)
{
	int from = -1, fd = udp_socket(&near_end, &far_end, 0);
	char *buffer = calloc(1, options->size);
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t length = sizeof(memory);

	enter(&far_end);
	from = udp_socket(&far_end, &near_end, 0);
	for (long i = 0; i < options->n; i++) {
		send(from, buffer, options->size, 0);
		usleep(2000);
	}
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, memory, &length))
		die("SO_MEMINFO");
	printf("truesize %ld\n", memory[SK_MEMINFO_RMEM_ALLOC] / options->n);
}
