// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the two rings have in common: memory for descriptors, and where it is.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>

#include "regs.h"
#include "ring.h"

/**
 * e1k_ring_alloc_desc() - get memory for descriptors
 * @dev: for DMA
 * @size: how many
 * @dma: set to their bus address
 *
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
 * e1k_ring_free_desc() - give it back
 * @dev: as it was got for
 * @size: likewise
 * @desc: the descriptors, unknown to the NIC
 * @dma: their bus address
 */
void e1k_ring_free_desc(struct device *dev, u32 size, struct e1k_desc *desc,
			dma_addr_t dma)
{
	dma_free_coherent(dev, size * sizeof(struct e1k_desc), desc, dma);
}

/**
 * e1k_ring_write_base() - tell the NIC where descriptors are
 * @bal: RDBAL or TDBAL
 * @dma: bus address of the descriptors
 * @size: how many
 *
 * Context: that direction stopped. SDM 13.4.25 to 13.4.27, 13.4.36 to 13.4.38.
 */
void e1k_ring_write_base(void __iomem *bal, dma_addr_t dma, u32 size)
{
	/* Low, high and length follow each other in both rings */
	writel(lower_32_bits(dma), bal);
	writel(upper_32_bits(dma), bal + E1K_RDBAH - E1K_RDBAL);
	writel(size * sizeof(struct e1k_desc), bal + E1K_RDLEN - E1K_RDBAL);
}
