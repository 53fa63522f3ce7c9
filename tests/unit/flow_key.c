// SPDX-License-Identifier: GPL-2.0-only
/* Keys of flow rules, against Toeplitz's function computed bit by bit. */

#include <string.h>

#include "flow_key.h"

#include "unit.h"

#define LONGEST	(E1K_FLOW_PORT_AT6 / 8 + 2)

/* For each bit that is set, the 32 bits of the key that begin there */
static u32 toeplitz(const u8 *key, const u8 *data, u32 length)
{
	u32 hash = 0;

	for (u32 i = 0; i < 8 * length; i++) {
		if (!(data[i / 8] & 0x80 >> i % 8))
			continue;
		for (u32 j = i; j < i + 32; j++)
			hash ^= (u32)(key[j / 8] >> (7 - j % 8) & 1) << (31 - (j - i));
	}
	return hash;
}

/* Addresses and source ports make no difference, the port is in its bucket. */
static void check_key(u32 windows, u32 at, u16 port)
{
	u8 key[40] = { 0 }, data[LONGEST];
	u32 length = at / 8 + 2, random = port + 1;

	e1k_flow_key(key, windows, at);
	for (int round = 0; round < 4; round++) {
		for (u32 i = 0; i < length; i++) {
			random = random * 1664525 + 1013904223;
			data[i] = random >> 24;
		}
		data[at / 8] = port >> 8;
		data[at / 8 + 1] = port;
		expect_eq(toeplitz(key, data, length) & 127, e1k_flow_bucket(windows, port));
	}
}

static void test_hash(void)
{
	static const u16 ports[] = { 0, 1, 80, 443, 5001, 5120, 0x8000, 0x8001, 0xffff };

	for (u32 windows = 1; windows < 1U << E1K_FLOW_WINDOWS; windows++)
		for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
			check_key(windows, E1K_FLOW_PORT_AT4, ports[i]);
			check_key(windows, E1K_FLOW_PORT_AT6, ports[i]);
		}
}

/* Of each key an entry of the table has the same number of ports. */
static void test_share(void)
{
	for (u32 windows = 1; windows < 1U << E1K_FLOW_WINDOWS; windows++) {
		u32 count[E1K_FLOW_BUCKETS] = { 0 };

		for (u32 port = 0; port < 65536; port++)
			count[e1k_flow_bucket(windows, port)]++;
		for (u32 i = 0; i < E1K_FLOW_BUCKETS; i++)
			expect_eq(count[i], 512);
	}
}

static void test_low_bits_first(void)
{
	u16 port = 5001;

	expect_eq(e1k_flow_windows(&port, 1), 1);
	/* 5001 is 0x1389: its seven lowest bits, reversed */
	expect_eq(e1k_flow_bucket(1, port), 0x48);
	expect_eq(e1k_flow_bucket(1, port + 128), 0x48);
}

/* 5120 alone would do with higher bits, by which its neighbours are one */
static void test_neighbours(void)
{
	static const u16 ports[] = { 5001, 5120 };
	u32 windows = e1k_flow_windows(ports, ARRAY_SIZE(ports));

	for (u16 port = 4992; port < 4992 + 128; port++)
		expect_eq(e1k_flow_bucket(windows, port) == e1k_flow_bucket(windows, 5001),
			  port == 5001);
}

/* The key must tell every port from packets without a hash. */
static void test_every_port(void)
{
	for (u32 port = 1; port < 65536; port++) {
		u16 one = port;
		u32 windows = e1k_flow_windows(&one, 1);

		expect_eq(!windows, 0);
		expect_eq(!e1k_flow_bucket(windows, one), 0);
	}
}

static void test_together(void)
{
	static const u16 ports[] = { 0x8000, 1, 5120, 443 };
	u32 windows = e1k_flow_windows(ports, ARRAY_SIZE(ports));

	expect_eq(!windows, 0);
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++)
		expect_eq(!e1k_flow_bucket(windows, ports[i]), 0);
}

static void test_none(void)
{
	static const u16 ports[] = { 5001, 0 };

	expect_eq(e1k_flow_windows(ports, 2), 0);
}

const struct unit_test flow_key_tests[] = {
	{ "flow: the hash is bits of the port, for both families", test_hash },
	{ "flow: 512 ports for an entry, whatever the key", test_share },
	{ "flow: the lowest bits if they will do", test_low_bits_first },
	{ "flow: neighbouring ports have other entries", test_neighbours },
	{ "flow: a key for every port but 0", test_every_port },
	{ "flow: one key for ports that share no window", test_together },
	{ "flow: no key for port 0", test_none },
	{ }
};
