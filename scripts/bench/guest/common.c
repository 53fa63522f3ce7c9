// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <sys/prctl.h>

#include "load.h"

#define PORT	7000

const struct end near_end = { "near", "192.0.2.1" };
const struct end far_end = { "far", "192.0.2.2" };

static int net_dev[2];

void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/*
 * E1K_END=near or far: the other end is another machine, and neither is in a
 * network namespace.
 */
const char *only_end(void)
{
	return getenv("E1K_END");
}

void enter(const struct end *end)
{
	/* E1K_PAIR=NAME: one of several pairs, near-NAME and far-NAME */
	const char *pair = getenv("E1K_PAIR");
	char path[64];
	int fd;

	if (only_end())
		return;
	snprintf(path, sizeof(path), "/run/netns/%s%s%s", end->netns,
		 pair ? "-" : "", pair ? pair : "");
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

/* Have the far end do its part until it is reaped; 0 where another machine does it. */
pid_t start_far(void (*part)(const struct options *options), const struct options *options)
{
	pid_t pid;

	if (only_end())
		return 0;
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		enter(&far_end);
		part(options);
		exit(0);
	}
	return pid;
}

void reap(pid_t pid)
{
	if (!pid)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* The files belong to the namespace in which they were opened; alone there is one. */
void watch_packets(void)
{
	const struct end *ends[] = { &far_end, &near_end };

	net_dev[0] = -1;
	for (int i = only_end() ? 1 : 0; i < 2; i++) {
		enter(ends[i]);
		net_dev[i] = open("/proc/self/net/dev", O_RDONLY);
		if (net_dev[i] < 0)
			die("/proc/self/net/dev");
	}
}

/* The frames received by the namespace's NIC, loopback not counted. */
static uint64_t count_packets(int fd)
{
	char text[8192], *line, *colon;
	unsigned long long bytes, packets, sum = 0;
	ssize_t length;

	if (fd < 0)
		return 0;
	length = pread(fd, text, sizeof(text) - 1, 0);
	if (length < 0)
		die("/proc/self/net/dev");
	text[length] = 0;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		colon = strchr(line, ':');
		if (!colon || strstr(line, "lo:"))
			continue;
		if (sscanf(colon + 1, "%llu %llu", &bytes, &packets) == 2)
			sum += packets;
	}
	return sum;
}

void begin(struct interval *interval)
{
	interval->packets = count_packets(net_dev[0]) + count_packets(net_dev[1]);
	interval->began = now_ns();
	mark_begin();
}

void end(struct interval *interval)
{
	mark_end();
	interval->ended = now_ns();
	interval->packets = count_packets(net_dev[0]) + count_packets(net_dev[1]) -
			    interval->packets;
}

void report(const struct interval *interval, long units, uint64_t bytes)
{
	printf("packets %llu\n", (unsigned long long)interval->packets);
	printf("units %ld\n", units);
	printf("bytes %llu\n", (unsigned long long)bytes);
	printf("ns %llu\n", (unsigned long long)(interval->ended - interval->began));
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void report_latency(uint64_t *samples, size_t count)
{
	qsort(samples, count, sizeof(*samples), compare);
	printf("p50 %llu\n", (unsigned long long)samples[count / 2]);
	printf("p99 %llu\n", (unsigned long long)samples[count * 99 / 100]);
}

/* Their time is that of the transactions, without the breaks between them. */
void report_transactions(const struct interval *interval, uint64_t *samples,
			 const struct options *options)
{
	struct interval busy = *interval;

	busy.ended = busy.began;
	for (long i = 0; i < options->n; i++)
		busy.ended += samples[i];
	report(&busy, options->n, 2 * options->n * options->size);
	report_latency(samples, options->n);
}

/*
 * Where in the NICs' moderation intervals a stretch of transactions begins
 * decides what each costs, and it stays so: begin at many different points.
 */
void change_phase(void)
{
	static uint32_t seed = 1;

	seed = seed * 1664525 + 1013904223;
	usleep(1000 + (seed >> 16) % 1000);
}

static struct sockaddr_in address_of(const struct end *end)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};

	inet_pton(AF_INET, end->address, &address.sin_addr);
	return address;
}

int udp_socket(const struct end *from, const struct end *to, int poll_usecs)
{
	struct sockaddr_in ours = address_of(from), theirs = address_of(to);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int size = 4 << 20;

	if (fd < 0 || bind(fd, (void *)&ours, sizeof(ours)) ||
	    connect(fd, (void *)&theirs, sizeof(theirs)))
		die("udp socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (poll_usecs && setsockopt(fd, SOL_SOCKET, SO_BUSY_POLL, &poll_usecs, sizeof(poll_usecs)))
		die("SO_BUSY_POLL");
	return fd;
}

int tcp_listen(const struct end *at)
{
	struct sockaddr_in address = address_of(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (void *)&address, sizeof(address)) || listen(fd, 64))
		die("tcp listen");
	return fd;
}

int tcp_connect(const struct end *to)
{
	struct sockaddr_in address = address_of(to);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	while (fd < 0 || connect(fd, (void *)&address, sizeof(address))) {
		/* Of another machine it is not known when it listens. */
		if (fd < 0 || !only_end() || errno != ECONNREFUSED)
			die("tcp connect");
		usleep(10000);
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

void read_all(int fd, void *to, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t got = read(fd, (char *)to + done, length - done);

		if (got <= 0)
			die("read");
		done += got;
	}
}

void write_all(int fd, const void *from, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, (const char *)from + done, length - done);

		if (put <= 0)
			die("write");
		done += put;
	}
}

void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}
