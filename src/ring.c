// SPDX-License-Identifier: GPL-2.0-only
/* Common to both rings: descriptor memory and base registers. */
#include <linux/dma-mapping.h>
#include <linux/io.h>

#include "ring.h"

/**
 * e1k_ring_alloc_desc() - allocate descriptors
 * @dev: for DMA
 * @size: number of descriptors
 * @dma: set to their DMA address
 * Context: may sleep.
 * Return: the descriptors, cleared, or NULL.
 */
struct e1k_desc *e1k_ring_alloc_desc(struct device *dev, u32 size,
				     dma_addr_t *dma)
{
	return dma_alloc_coherent(dev, size * sizeof(struct e1k_desc), dma,
				  GFP_KERNEL);
}

/**
 * e1k_ring_free_desc() - free descriptors
 * @dev: for DMA
 * @size: number of descriptors
 * @desc: not used by the NIC
 * @dma: their DMA address
 */
void e1k_ring_free_desc(struct device *dev, u32 size, struct e1k_desc *desc,
			dma_addr_t dma)
{
	dma_free_coherent(dev, size * sizeof(struct e1k_desc), desc, dma);
}

/**
 * e1k_ring_write_base() - write a ring's base and length
 * @bal: address of RDBAL or TDBAL
 * @dma: DMA address of the descriptors
 * @size: number of descriptors
 * Context: that direction stopped. SDM 13.4.25 to 13.4.27, 13.4.36 to 13.4.38.
 */
void e1k_ring_write_base(void __iomem *bal, dma_addr_t dma, u32 size)
{
	/* Both rings have low, high and length at the same distances */
	writel(lower_32_bits(dma), bal);
	writel(upper_32_bits(dma), bal + E1K_RDBAH - E1K_RDBAL);
	writel(size * sizeof(struct e1k_desc), bal + E1K_RDLEN - E1K_RDBAL);
}
