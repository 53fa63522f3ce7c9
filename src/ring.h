/* SPDX-License-Identifier: GPL-2.0-only */
/* Common to both rings. */
#ifndef E1K_RING_H
#define E1K_RING_H

#include <linux/dma-mapping.h>
#include <linux/netdevice.h>
#include <linux/types.h>

#include "desc.h"
#include "regs.h"
#include "ring_idx.h"
#include "ring_stats.h"
#include "service.h"

/*
 * Descriptors. RDLEN and TDLEN allow up to 4096 (SDM 13.4.27); the minimum
 * holds one worst-case frame. Powers of two, so that a mask turns an index into
 * a slot.
 */
#define E1K_RING_MIN		64
#define E1K_RING_MAX		4096
#define E1K_RING_DEFAULT	256

/* XDP_TX sends from receive buffers: the NIC writes and reads them */
#define E1K_RX_DMA_DIR		DMA_BIDIRECTIONAL

/**
 * struct e1k_ring_owner - the queue pair that a ring is for
 * @dev: for DMA and messages
 * @netdev: the interface
 * @queue: index of the queue pair
 * @napi: polls the rings
 * @sink: the receive ring must never lack descriptors
 * @service: the service work
 * @tx_stats: counters of the transmit ring
 * @rx_stats: counters of the receive ring
 */
struct e1k_ring_owner {
	struct device *dev;
	struct net_device *netdev;
	u32 queue;
	struct napi_struct *napi;
	bool sink;
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
