/* SPDX-License-Identifier: GPL-2.0-only */
/* What the workloads share: the two ends of the wire, the markers, the clock. */
#ifndef LOAD_H
#define LOAD_H

#include <stdint.h>
#include <stddef.h>
#include <sys/types.h>

/* The instructions that the counting plugin looks for; nothing without it */
#define mark_begin()	asm volatile(".byte 0x0f,0x1f,0x80,'b',0x65,0x6b,0x31" ::: "memory")
#define mark_end()	asm volatile(".byte 0x0f,0x1f,0x80,'e',0x65,0x6b,0x31" ::: "memory")

/* One end: a network namespace made by the script `net` and its address */
struct end {
	const char *netns;
	const char *address;
};

extern const struct end near_end;
extern const struct end far_end;

/* What a person may choose on the command line as NAME=NUMBER */
struct options {
	long n;		/* measured units: transactions, packets, bytes */
	long warm;	/* units before that */
	long size;	/* bytes of a message */
	long flows;
	long burst;
	long usecs;	/* between two packets */
	long poll;	/* busy polling, microseconds */
	long xdp;	/* what becomes of frames at the far end: one of the following */
	long gap;	/* between two frames of pktgen, nanoseconds */
	long clone;	/* how often pktgen sends an skb; a tap takes each but once: 0 */
};

enum {
	XDP_THROW_AWAY = 1, XDP_SEND_BACK, XDP_TO_DEVICE, XDP_TO_SOCKET, XDP_TO_COPYING_SOCKET,
	/* No program, but a socket of another kind */
	XDP_NONE_BUT_PACKET
};

struct interval {
	uint64_t began;
	uint64_t ended;
	uint64_t packets;	/* received by both ends, before GRO */
};

void die(const char *what) __attribute__((noreturn));
uint64_t now_ns(void);
void enter(const struct end *end);
pid_t start_far(void (*part)(const struct options *options), const struct options *options);
void reap(pid_t pid);
const char *only_end(void);

void watch_packets(void);
void begin(struct interval *interval);
void end(struct interval *interval);
void report(const struct interval *interval, long units, uint64_t bytes);
void report_latency(uint64_t *samples, size_t count);
void report_transactions(const struct interval *interval, uint64_t *samples,
			 const struct options *options);

/* Transactions between two changes of phase */
#define STRETCH	50
void change_phase(void);

int udp_socket(const struct end *from, const struct end *to, int poll_usecs);
int tcp_listen(const struct end *at);
int tcp_connect(const struct end *to);
void read_all(int fd, void *to, size_t length);
void write_all(int fd, const void *from, size_t length);
void write_file(const char *path, const char *text);

void attach_xdp(int what);
int receive_by_socket(const char *device, int copy);
void receive_by_packet(const char *device);

void echo(const struct options *options);
void send_paced(const struct options *options);
void pour(const struct options *options);
void respond(const struct options *options);

void run_idle(const struct options *options);
void run_rr(const struct options *options);
void run_paced(const struct options *options);
void run_truesize(const struct options *options);
void run_stream(const struct options *options);
void run_tcp_rr(const struct options *options);
void run_pktgen(const struct options *options);

#endif
