/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The transmit ring: its memory and its books.
 */
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
 * One descriptor carries at most this much. DTALEN could hold more, but some
 * emulations bound a descriptor at 16288 bytes; a power of two below that
 * keeps pieces aligned.
 */
#define E1K_MAX_DATA_PER_TXD		SZ_8K

/* Descriptors of the largest frame the stack may hand over, context included */
#define E1K_TX_DESC_MAX \
	(MAX_SKB_FRAGS + 1 + DIV_ROUND_UP(GSO_LEGACY_MAX_SIZE, E1K_MAX_DATA_PER_TXD) + 1)

/* The longest run of descriptors without one that reports its status */
#define E1K_TX_BATCH		32

/* A NIC is prompt if this many doorbells in a row find all frames sent */
#define E1K_TX_SYNC_PROBES		16

/**
 * enum e1k_tx_map - how a transmit buffer was mapped
 * @E1K_TX_UNMAPPED: a context descriptor, or a further piece of a buffer
 * @E1K_TX_SINGLE: dma_map_single()
 * @E1K_TX_PAGE: skb_frag_dma_map()
 */
enum e1k_tx_map {
	E1K_TX_UNMAPPED,
	E1K_TX_SINGLE,
	E1K_TX_PAGE,
};

/**
 * enum e1k_tx_kind - what to do when a descriptor's frame was sent
 * @E1K_TX_NONE: nothing, this is not the last descriptor of a frame
 * @E1K_TX_SKB: free the skb
 * @E1K_TX_XDP: give the XDP frame back to where its memory is from
 * @E1K_TX_XSK: tell the AF_XDP socket; on each descriptor of a frame
 */
enum e1k_tx_kind {
	E1K_TX_NONE,
	E1K_TX_SKB,
	E1K_TX_XDP,
	E1K_TX_XSK,
};

/**
 * struct e1k_tx_buf - what the driver knows of one transmit descriptor
 * @skb: with E1K_TX_SKB, what to free
 * @xdpf: with E1K_TX_XDP, what to give back
 * @dma: start of the mapping
 * @len: bytes of the mapping
 * @end: on the first descriptor of a batch, the counter behind its last
 * @bytes: on the last descriptor of a frame, bytes on the wire
 * @frames: likewise, frames on the wire
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
 * @buf: one for each descriptor
 * @tail: the doorbell, TDT
 * @dev: for DMA
 * @txq: the stack's queue
 * @stats: outlives the ring
 * @size: descriptors, a power of two
 * @mask: @size - 1, makes a slot of a counter
 * @dma: bus address of @desc
 * @service: the way up
 * @xsk: the AF_XDP socket's pool to send from, or NULL; NAPI
 * @may_sync: a NIC that may be done when the doorbell write returns. Set while the
 *	      queue is stopped
 * @sum_udp: UDP checksums are not left to the NIC. Set while the queue is stopped
 * @stopped: takes no frames from XDP, and the queue must not be woken: not
 *           started yet, or stopping. RTNL writes
 * @delay: E1K_TXD_IDE when completions are wanted by interrupt, some time
 *         later; or 0. RTNL writes
 * @next_to_use: free-running; transmit lock
 * @rs_index: everything before it belongs to a batch that ends in RS. Transmit
 *         lock
 * @tail_written: what the NIC was told, all of it in batches. Written under the
 *        transmit lock, read by the completing side
 * @csum_ctx: offsets of the checksum context the NIC holds, or 0; transmit lock
 * @sync_tx: the NIC is done when the doorbell write returns: no interrupt is
 *          needed. Transmit lock, read by whoever unmasks
 * @probe_left: doorbells until @sync_tx is decided; transmit lock
 * @complete_thrs: where @sync_tx, so many descriptors are worth taking back: 0 while a
 *	     sender waits for its frames to be freed. Transmit lock
 * @xdp_sent: XDP frames put on the ring, free-running; transmit lock
 * @idle_timer: takes back what nothing else does
 * @idle_work: sets @idle_timer for netpoll
 * @idle_seen: where @next_to_clean was when the timer last ran out
 * @complete_lock: one at a time takes back. BH off; netpoll only tries
 * @next_to_clean: free-running; @complete_lock, read by the transmitting side
 * @xdp_done: XDP frames given back, free-running; @complete_lock
 * @xsk_done: AF_XDP descriptors that its socket is to be told of; @complete_lock
 * @returns: how many are in @xdpf; @complete_lock
 * @xdpf: XDP frames on their way back to where their memory is from
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
	u64 delay;
	struct xsk_buff_pool *xsk;
	bool may_sync;
	bool sum_udp;
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

/* Emulations take up to 64 descriptors of a frame (docs/hardware.md) */
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

/* Start the queue again only when two large frames fit: fewer stops */
static inline u32 e1k_tx_start_thrs(const struct e1k_tx_ring *ring)
{
	if (READ_ONCE(ring->stopped))
		return ring->size;	/* more than can ever be free */
	return min_t(u32, 2 * E1K_TX_DESC_MAX, ring->size - 1);
}

struct e1k_tx_ring *e1k_tx_ring_create(const struct e1k_ring_owner *owner,
				       u32 size, struct e1k_tx_stats *stats);
void e1k_tx_ring_destroy(struct e1k_tx_ring *ring);
void e1k_tx_ring_program(struct e1k_tx_ring *ring, void __iomem *regs);

#endif /* E1K_TX_RING_H */
