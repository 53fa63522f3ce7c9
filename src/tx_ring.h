/* SPDX-License-Identifier: GPL-2.0-only */
/* The transmit ring and its buffer info. */
#ifndef E1K_TX_RING_H
#define E1K_TX_RING_H

#include <linux/cache.h>
#include <linux/irq_work.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <net/xdp.h>

#include "ring.h"

struct xsk_buff_pool;

/*
 * Bytes. DTALEN has room for more, but some emulations accept at most 16288; a
 * power of two below that keeps buffers aligned.
 */
#define E1K_MAX_DATA_PER_TXD		SZ_8K

/* Descriptors of the largest frame from the stack, context included */
#define E1K_TX_DESC_MAX \
	(MAX_SKB_FRAGS + 1 + DIV_ROUND_UP(GSO_LEGACY_MAX_SIZE, E1K_MAX_DATA_PER_TXD) + 1)

#define E1K_TX_BATCH		32	/* descriptors until RS is set */

/* Consecutive doorbells that must complete synchronously to mask TXDW */
#define E1K_TX_SYNC_PROBES		16

/**
 * enum e1k_tx_map - how a transmit buffer was mapped
 * @E1K_TX_UNMAPPED: nothing to unmap: context, page pool, AF_XDP, netmem, or not the
 *            first descriptor of a mapping
 * @E1K_TX_SINGLE: dma_map_single()
 * @E1K_TX_PAGE: skb_frag_dma_map()
 */
enum e1k_tx_map {
	E1K_TX_UNMAPPED,
	E1K_TX_SINGLE,
	E1K_TX_PAGE,
};

/**
 * enum e1k_tx_kind - how to complete a descriptor
 * @E1K_TX_NONE: not the last descriptor of a frame, nothing to do
 * @E1K_TX_SKB: free the skb
 * @E1K_TX_XDP: return the XDP frame
 * @E1K_TX_XSK: report to the AF_XDP socket; each descriptor of a frame
 */
enum e1k_tx_kind {
	E1K_TX_NONE,
	E1K_TX_SKB,
	E1K_TX_XDP,
	E1K_TX_XSK,
};

/**
 * enum e1k_tx_sum - checksums that software computes
 * @E1K_TX_SUM_UDP: UDP's
 * @E1K_TX_SUM_SHORT: those of frames that had to be padded
 */
enum e1k_tx_sum {
	E1K_TX_SUM_UDP		= BIT(0),
	E1K_TX_SUM_SHORT	= BIT(1),
};

/**
 * struct e1k_tx_buf - buffer info of a transmit descriptor
 * @skb: to free, with E1K_TX_SKB
 * @xdpf: to return, with E1K_TX_XDP
 * @dma: start of the mapping
 * @len: bytes of the mapping
 * @end: first descriptor of a batch: index behind its last one
 * @bytes: last descriptor of a frame: bytes on the wire
 * @frames: last descriptor of a frame: frames on the wire
 * @map: enum e1k_tx_map
 * @kind: enum e1k_tx_kind
 */
struct e1k_tx_buf {
	union {
		struct sk_buff *skb;
		struct xdp_frame *xdpf;
	};
	dma_addr_t dma;
	u32 len;
	u32 end;
	u32 bytes;
	u16 frames;
	u8 map;
	u8 kind;
};

/**
 * struct e1k_tx_ring - the transmit ring
 * @desc: descriptors, shared with the NIC
 * @buf: buffer info of each descriptor
 * @tail: address of TDT
 * @dev: for DMA
 * @txq: the stack's queue
 * @stats: counters; outlive the ring
 * @size: descriptors, a power of two
 * @mask: @size - 1, turns an index into a slot
 * @dma: DMA address of @desc
 * @service: the service work
 * @queue: index of the queue pair
 * @xsk: pool of the AF_XDP socket to send from, or NULL; NAPI only
 * @may_sync: the NIC may transmit synchronously; set while the queue is stopped
 * @sum_sw: enum e1k_tx_sum; set while the queue is stopped
 * @stopped: take no XDP frames, do not wake the queue; RTNL writes
 * @delay: E1K_TXD_IDE if completions interrupt, with a delay; or 0. RTNL writes
 * @next_to_use: free-running; transmit lock
 * @rs_index: behind the last descriptor with RS; transmit lock
 * @tail_written: last value written to @tail, a batch ends there; transmit
 *            lock, read by the completing side
 * @csum_ctx: offsets in the NIC's checksum context, or 0; transmit lock
 * @sync_tx: the NIC transmits synchronously, TXDW stays masked; transmit lock,
 *           read when unmasking
 * @probe_left: doorbells until @sync_tx is decided; transmit lock
 * @complete_thrs: with @sync_tx, used descriptors that are worth completing: 0
 *            if a sender waits; transmit lock
 * @xdp_sent: XDP frames put on the ring, free-running; transmit lock
 * @idle_timer: completes the frames of an idle queue
 * @idle_work: arms @idle_timer for netpoll
 * @idle_seen: @next_to_clean when the timer last expired; timer only
 * @complete_lock: serialises completion. BH off; netpoll only tries
 * @next_to_clean: free-running; @complete_lock, read by the transmitting side
 * @xdp_done: XDP frames returned, free-running; @complete_lock
 * @xsk_done: AF_XDP descriptors to report to the socket; @complete_lock
 * @returns: frames in @xdpf; @complete_lock
 * @xdpf: XDP frames to return in bulk; @complete_lock
 */
struct e1k_tx_ring {
	struct e1k_desc *desc;
	struct e1k_tx_buf *buf;
	void __iomem *tail;
	struct device *dev;
	struct netdev_queue *txq;
	struct e1k_tx_stats *stats;
	struct e1k_service *service;
	u32 size;
	u32 mask;
	dma_addr_t dma;
	u32 queue;
	u64 delay;
	struct xsk_buff_pool *xsk;
	bool may_sync;
	u8 sum_sw;
	bool stopped;

	u32 next_to_use ____cacheline_aligned_in_smp;
	u32 rs_index;
	u32 tail_written;
	u32 csum_ctx;
	bool sync_tx;
	u8 probe_left;
	u32 complete_thrs;
	u32 xdp_sent;
	struct timer_list idle_timer;
	struct irq_work idle_work;
	u32 idle_seen;

	spinlock_t complete_lock ____cacheline_aligned_in_smp;
	u32 next_to_clean;
	u32 xdp_done;
	u32 xsk_done;
	u32 returns;
	struct xdp_frame *xdpf[XDP_BULK_QUEUE_SIZE];
};

/* Emulations accept up to 64 descriptors per frame (docs/driver/hardware.md) */
static_assert(E1K_TX_DESC_MAX < E1K_RING_MIN);

static inline u32 e1k_tx_slot(const struct e1k_tx_ring *ring, u32 idx)
{
	return idx & ring->mask;
}

static inline u32 e1k_tx_used(const struct e1k_tx_ring *ring)
{
	return e1k_idx_used(READ_ONCE(ring->next_to_use), READ_ONCE(ring->next_to_clean));
}

static inline u32 e1k_tx_avail(const struct e1k_tx_ring *ring)
{
	return e1k_idx_avail(ring->size, READ_ONCE(ring->next_to_use),
			     READ_ONCE(ring->next_to_clean));
}

/* Room for two large frames: the queue stops less often */
static inline u32 e1k_tx_start_thrs(const struct e1k_tx_ring *ring)
{
	if (READ_ONCE(ring->stopped))
		return ring->size;	/* never available */
	return min_t(u32, 2 * E1K_TX_DESC_MAX, ring->size - 1);
}

struct e1k_tx_ring *e1k_tx_ring_create(const struct e1k_ring_owner *owner,
				       u32 size, struct e1k_tx_stats *stats);
void e1k_tx_ring_destroy(struct e1k_tx_ring *ring);
u32 e1k_tx_ring_head(const struct e1k_tx_ring *ring);
void e1k_tx_ring_program(struct e1k_tx_ring *ring, void __iomem *regs);

#endif /* E1K_TX_RING_H */
