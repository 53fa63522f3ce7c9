/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Index arithmetic of a ring: pure functions over free-running u32 counters.
 * A counter never wraps at the ring's size, only at 2^32; a slot is the
 * counter under the mask. The unit tests build this file on the host.
 */
#ifndef E1K_RING_IDX_H
#define E1K_RING_IDX_H

#include <linux/types.h>

/**
 * e1k_idx_used() - descriptors the NIC holds
 * @next_to_use: producer's counter
 * @next_to_clean: consumer's counter
 *
 * Return: a number from 0 to the ring's size - 1.
 */
static inline u32 e1k_idx_used(u32 next_to_use, u32 next_to_clean)
{
	return next_to_use - next_to_clean;
}

/**
 * e1k_idx_avail() - descriptors that can still be given to the NIC
 * @size: descriptors of the ring
 * @next_to_use: producer's counter
 * @next_to_clean: consumer's counter
 *
 * One slot stays empty for ever: to the NIC, head equal to tail means that it
 * owns nothing (SDM 3.2.6, 3.4).
 *
 * Return: a number from 0 to @size - 1.
 */
static inline u32 e1k_idx_avail(u32 size, u32 next_to_use, u32 next_to_clean)
{
	return size - 1 - (next_to_use - next_to_clean);
}

#endif /* E1K_RING_IDX_H */
