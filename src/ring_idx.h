/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ring arithmetic: pure functions of free-running u32 indices, which wrap at
 * 2^32 and not at the ring's size. The unit tests build this file on the host.
 */
#ifndef E1K_RING_IDX_H
#define E1K_RING_IDX_H

#include <linux/types.h>

/**
 * e1k_idx_used() - descriptors that the NIC holds
 * @next_to_use: producer's index
 * @next_to_clean: consumer's index
 * Return: from 0 to the ring's size - 1.
 */
static inline u32 e1k_idx_used(u32 next_to_use, u32 next_to_clean)
{
	return next_to_use - next_to_clean;
}

/**
 * e1k_idx_avail() - descriptors that can be given to the NIC
 * @size: descriptors of the ring
 * @next_to_use: producer's index
 * @next_to_clean: consumer's index
 *
 * One slot stays empty: if head equals tail, the NIC owns no descriptor (SDM
 * 3.2.6, 3.4).
 * Return: from 0 to @size - 1.
 */
static inline u32 e1k_idx_avail(u32 size, u32 next_to_use, u32 next_to_clean)
{
	return size - 1 - (next_to_use - next_to_clean);
}

#endif /* E1K_RING_IDX_H */
