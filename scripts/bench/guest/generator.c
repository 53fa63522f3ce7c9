// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's packet generator, which sends from a kernel thread without any
 * socket. `net` has loaded it; the device is $GEN_DEV, its frames go to
 * $GEN_MAC.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	if (value)
		return value;
	errno = EINVAL;
	die(name);
}

static void set(const char *path, const char *format, ...)
{
	char text[128];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text) - 1, format, args);
	va_end(args);
	/* Some of these files drop the last character, whatever it is. */
	strcat(text, "\n");
	write_file(path, text);
}

/*
 * The generator's own time: "start" also waits for 125 ms before it begins. At
 * its end the generator spins until the NIC has given back the last frame: that
 * is no cost of a packet. Return: for how many nanoseconds.
 */
static unsigned long long read_time(const char *device, struct interval *interval)
{
	unsigned long long all, busy, idle;
	char text[4096], *result;
	FILE *file = fopen(device, "r");
	size_t length;

	if (!file)
		die(device);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = 0;
	fclose(file);
	result = strstr(text, "Result: OK: ");
	if (!result || sscanf(result, "Result: OK: %llu(c%llu+d%llu)", &all, &busy, &idle) != 3) {
		errno = EIO;
		die(text);
	}
	interval->ended = interval->began + busy * 1000;
	return idle * 1000;
}

static void generate(const char *device, long n)
{
	set(device, "count %ld", n);
	write_file("/proc/net/pktgen/pgctrl", "start\n");
}

void run_pktgen(const struct options *options)
{
	static const char thread[] = "/proc/net/pktgen/kpktgend_0";
	struct interval interval;
	unsigned long long idle;
	char device[64];

	write_file(thread, "rem_device_all\n");
	set(thread, "add_device %s", variable("GEN_DEV"));
	snprintf(device, sizeof(device), "/proc/net/pktgen/%s", variable("GEN_DEV"));
	set(device, "pkt_size %ld", options->size);
	set(device, "clone_skb %ld", options->clone);
	set(device, "burst %ld", options->burst);
	set(device, "delay %ld", options->gap);
	set(device, "src_min 192.0.2.99");
	set(device, "dst 198.51.100.2");
	set(device, "dst_mac %s", variable("GEN_MAC"));
	if (options->xdp)
		attach_xdp(options->xdp);
	generate(device, options->warm);
	begin(&interval);
	generate(device, options->n);
	end(&interval);
	idle = read_time(device, &interval);
	/* Beside a socket's reader it was not the generator that spun. */
	if (options->xdp < XDP_TO_SOCKET)
		printf("idle %llu\n", idle);
	write_file(thread, "rem_device_all\n");
	report(&interval, options->n, options->n * options->size);
}
