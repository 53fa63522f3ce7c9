/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two rings have in common.
 */
#ifndef E1K_RING_H
#define E1K_RING_H

#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <linux/types.h>

#include "desc.h"
#include "ring_idx.h"
#include "ring_stats.h"
#include "service.h"

/*
 * RDLEN and TDLEN take up to 4096 descriptors (SDM 13.4.27). The lower bound
 * leaves room for one worst-case frame. Sizes are powers of two, so that a
 * counter becomes a slot by a mask.
 */
#define E1K_RING_MIN		64
#define E1K_RING_MAX		4096
#define E1K_RING_DEFAULT	256

/*
 * An XDP program may send a buffer away that it was received into: the NIC
 * writes it and reads it.
 */
#define E1K_RX_DMA_DIR		DMA_BIDIRECTIONAL

/**
 * struct e1k_ring_owner - what a ring needs from the device it is made for
 * @dev: for DMA and messages
 * @netdev: the interface
 * @napi: the poll
 * @service: the way up
 * @tx_stats: where the transmit ring counts
 * @rx_stats: where the receive ring counts
 */
struct e1k_ring_owner {
	struct device *dev;
	struct net_device *netdev;
	struct napi_struct *napi;
	struct e1k_service *service;
	struct e1k_tx_stats *tx_stats;
	struct e1k_rx_stats *rx_stats;
};

struct e1k_desc *e1k_ring_alloc_desc(struct device *dev, u32 size,
				     dma_addr_t *dma);
void e1k_ring_free_desc(struct device *dev, u32 size, struct e1k_desc *desc,
			dma_addr_t dma);
void e1k_ring_write_base(void __iomem *bal, dma_addr_t dma, u32 size);

#endif /* E1K_RING_H */
