/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys of RSS by which the hash is bits of TCP's destination port. No register
 * is written here, tests/unit runs it as it is.
 */
#ifndef E1K_FLOW_KEY_H
#define E1K_FLOW_KEY_H

#include <linux/types.h>

/* Bits of the hash's input before the destination port, first the highest */
#define E1K_FLOW_PORT_AT4	(32 + 32 + 16)
#define E1K_FLOW_PORT_AT6	(128 + 128 + 16)

/* Positions in the port at which a window of seven bits can begin */
#define E1K_FLOW_WINDOWS	10
#define E1K_FLOW_BUCKETS	128

/* The port's highest bit becomes the lowest, as the hash has them. */
static inline u32 e1k_flow_reverse(u16 port)
{
	u32 i, out = 0;

	for (i = 0; i < 16; i++)
		out |= (port >> (15 - i) & 1) << i;
	return out;
}

/**
 * e1k_flow_bucket() - entry of RSS's table for a port
 * @windows: of the key, bit 0 for the port's lowest seven bits
 * @port: destination port
 *
 * A bit of the input adds the 32 bits of the key that begin at its place. If
 * one bit is set in the key, the lowest bits of the hash are consecutive
 * bits of the input; if several are set, the windows are added (XOR).
 * Return: the entry; 0 is that of packets without a hash as well.
 */
static inline u32 e1k_flow_bucket(u32 windows, u16 port)
{
	u32 bits = e1k_flow_reverse(port), i, bucket = 0;

	for (i = 0; i < E1K_FLOW_WINDOWS; i++)
		if (windows >> i & 1)
			bucket ^= bits >> (E1K_FLOW_WINDOWS - 1 - i);
	return bucket & (E1K_FLOW_BUCKETS - 1);
}

/**
 * e1k_flow_windows() - choose a key for some ports
 * @ports: the ports
 * @count: their number
 * Return: windows by which none of them has entry 0, or 0 if there are none.
 */
static inline u32 e1k_flow_windows(const u16 *ports, u32 count)
{
	u32 windows, i;

	/* The window of the lowest bits gives neighbouring ports different entries */
	for (windows = 1; windows < 1U << E1K_FLOW_WINDOWS; windows += 2) {
		for (i = 0; i < count; i++)
			if (!e1k_flow_bucket(windows, ports[i]))
				break;
		if (i == count)
			return windows;
	}
	return 0;
}

/**
 * e1k_flow_key() - write the key
 * @key: 40 bytes, all 0
 * @windows: from e1k_flow_windows()
 * @port_at: E1K_FLOW_PORT_AT4 or 6
 */
static inline void e1k_flow_key(u8 *key, u32 windows, u32 port_at)
{
	u32 i, at;

	for (i = 0; i < E1K_FLOW_WINDOWS; i++) {
		at = port_at + E1K_FLOW_WINDOWS - 1 - i + 31;
		if (windows >> i & 1)
			key[at / 8] |= 0x80 >> at % 8;
	}
}

#endif /* E1K_FLOW_KEY_H */
