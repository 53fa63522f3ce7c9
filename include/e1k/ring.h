/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two rings: their memory, their buffers, their counters.
 */
#ifndef E1K_RING_H
#define E1K_RING_H

#include <linux/cache.h>
#include <linux/dma-mapping.h>
#include <linux/irq_work.h>
#include <linux/netdevice.h>
#include <linux/sizes.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include <net/xdp.h>

#include <e1k/desc.h>
#include <e1k/ring_idx.h>
#include <e1k/service.h>

struct bpf_prog;
struct page_pool;
struct xsk_buff_pool;

/*
 * RDLEN and TDLEN take up to 4096 descriptors (SDM 13.4.27). The lower bound
 * leaves room for one worst-case frame. Sizes are powers of two, so that a
 * counter becomes a slot by a mask.
 */
#define E1K_RING_MIN		64
#define E1K_RING_MAX		4096
#define E1K_RING_DEFAULT	256

/*
 * One descriptor carries at most this much. DTALEN could hold more, but some
 * emulations bound a descriptor at 16288 bytes; a power of two below that
 * keeps pieces aligned.
 */
#define E1K_TX_PIECE		SZ_8K

/* Descriptors of the largest frame the stack may hand over, context included */
#define E1K_TX_DESC_MAX \
	(MAX_SKB_FRAGS + 1 + DIV_ROUND_UP(GSO_LEGACY_MAX_SIZE, E1K_TX_PIECE) + 1)

/* The longest run of descriptors without one that reports its status */
#define E1K_TX_BATCH		32

/* So many doorbells in a row must find all done to call a NIC prompt */
#define E1K_TX_TRIAL		16

/* Refill, and tell the NIC, only this many descriptors at once */
#define E1K_RX_BATCH		32

/* Room in an skb's head: a small frame, or the headers that protocols pull in */
#define E1K_RX_HEAD_LEN		256
/*
 * Frames up to this length are copied into a small skb and their buffer stays
 * where it is: a socket full of small datagrams does not hold half a page for
 * each.
 */
#define E1K_RX_COPYBREAK	E1K_RX_HEAD_LEN
#define E1K_RX_HEAD_ROOM	(NET_SKB_PAD + NET_IP_ALIGN)
#define E1K_RX_HEAD_SIZE						\
	(SKB_DATA_ALIGN(E1K_RX_HEAD_ROOM + E1K_RX_HEAD_LEN) +		\
	 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/*
 * Sharing a page takes a counter in struct page. Where DMA addresses are wider
 * than a long some kernels have no room for it: a buffer takes the whole page.
 */
#define E1K_RX_CAN_SHARE	(sizeof(dma_addr_t) <= sizeof(long))

/*
 * An XDP program may send a buffer away that it was received into: the NIC
 * writes it and reads it.
 */
#define E1K_RX_DMA_DIR		DMA_BIDIRECTIONAL

/* In the place of the count of a frame's pieces */
#define E1K_RX_DISCARD		U32_MAX

/* So many frames of a program wait for one turn at the transmit lock */
#define E1K_XDP_BULK		16

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
 * struct e1k_tx_xmit_stats - counted while transmitting; transmit lock
 * @tso: packets handed to the NIC for segmentation
 * @csum: packets whose checksum the NIC inserted
 * @contexts: context descriptors written
 * @doorbells: tail writes
 * @stops: the queue was stopped for want of descriptors
 * @pad_errors: short packets dropped, no memory to pad them
 * @map_errors: packets dropped, no DMA mapping
 * @offload_errors: packets dropped, headers not as their offload promised
 * @xdp_xmit: frames redirected here and accepted
 * @xdp_xmit_errors: frames redirected here and refused
 * @xsk_xmit: descriptors taken from an AF_XDP socket
 * @xsk_xmit_errors: those among them that hold no frame; not sent
 * @syncp: for readers on 32-bit machines; last, the tables count on it
 */
struct e1k_tx_xmit_stats {
	u64_stats_t tso;
	u64_stats_t csum;
	u64_stats_t contexts;
	u64_stats_t doorbells;
	u64_stats_t stops;
	u64_stats_t pad_errors;
	u64_stats_t map_errors;
	u64_stats_t offload_errors;
	u64_stats_t xdp_xmit;
	u64_stats_t xdp_xmit_errors;
	u64_stats_t xsk_xmit;
	u64_stats_t xsk_xmit_errors;
	struct u64_stats_sync syncp;
};

/**
 * struct e1k_tx_done_stats - counted on completion; reap lock, or stopped
 * @packets: frames sent
 * @bytes: bytes sent, headers of all segments included
 * @wakes: the queue was started again
 * @dropped: packets on the ring when it was stopped
 * @syncp: for readers on 32-bit machines; last, the tables count on it
 */
struct e1k_tx_done_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t wakes;
	u64_stats_t dropped;
	struct u64_stats_sync syncp;
};

/**
 * struct e1k_tx_stats - one transmit queue's counters, for the device's life
 * @xmit: the transmitting side
 * @done: the completing side
 */
struct e1k_tx_stats {
	struct e1k_tx_xmit_stats xmit ____cacheline_aligned_in_smp;
	struct e1k_tx_done_stats done ____cacheline_aligned_in_smp;
};

/**
 * struct e1k_rx_stats - one receive queue's counters; NAPI only
 * @packets: frames handed up, or to an XDP program
 * @bytes: their bytes
 * @polls: NAPI polls
 * @copied: small frames copied, their buffer kept
 * @csum_good: frames whose checksum the NIC vouched for
 * @frame_errors: frames dropped, the NIC reported an error
 * @length_errors: frames dropped, impossible length or too many pieces
 * @alloc_errors: no memory for a buffer; tried again later
 * @skb_errors: frames dropped, no memory for an skb
 * @xdp_pass: frames that the program let pass
 * @xdp_drop: frames that the program dropped
 * @xdp_aborted: frames dropped, the program failed or gave no known verdict
 * @xdp_tx: frames that the program sent back
 * @xdp_tx_errors: frames that it wanted to, and that could not be sent
 * @xdp_redirect: frames that the program sent elsewhere
 * @xdp_redirect_errors: frames that it wanted to, and that went nowhere
 * @xsk_empty: the AF_XDP socket's fill ring had fewer buffers than wanted
 * @syncp: for readers on 32-bit machines; last, the tables count on it
 */
struct e1k_rx_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t polls;
	u64_stats_t copied;
	u64_stats_t csum_good;
	u64_stats_t frame_errors;
	u64_stats_t length_errors;
	u64_stats_t alloc_errors;
	u64_stats_t skb_errors;
	u64_stats_t xdp_pass;
	u64_stats_t xdp_drop;
	u64_stats_t xdp_aborted;
	u64_stats_t xdp_tx;
	u64_stats_t xdp_tx_errors;
	u64_stats_t xdp_redirect;
	u64_stats_t xdp_redirect_errors;
	u64_stats_t xsk_empty;
	struct u64_stats_sync syncp;
} ____cacheline_aligned_in_smp;

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
 * @next: free-running; transmit lock
 * @batch: everything before it belongs to a batch that ends in RS. Transmit
 *         lock
 * @rung: what the NIC was told, all of it in batches. Written under the
 *        transmit lock, read by the completing side
 * @csum_ctx: offsets of the checksum context the NIC holds, or 0; transmit lock
 * @prompt: the NIC is done when the doorbell write returns: no interrupt is
 *          needed. Transmit lock, read by whoever unmasks
 * @trial: doorbells until @prompt is decided; transmit lock
 * @reap_at: where @prompt, so many descriptors are worth taking back: 0 while a
 *	     sender waits for its frames to be freed. Transmit lock
 * @xdp_sent: XDP frames put on the ring, free-running; transmit lock
 * @idle_timer: takes back what nothing else does
 * @idle_work: sets @idle_timer for netpoll
 * @idle_seen: where @clean was when the timer last ran out
 * @reap_lock: one at a time takes back. BH off; netpoll only tries
 * @clean: free-running; @reap_lock, read by the transmitting side
 * @xdp_done: XDP frames given back, free-running; @reap_lock
 * @xsk_done: AF_XDP descriptors that its socket is to be told of; @reap_lock
 * @returns: how many are in @xdpf; @reap_lock
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

	u32 next ____cacheline_aligned_in_smp;
	u32 batch;
	u32 rung;
	u32 csum_ctx;
	bool prompt;
	u8 trial;
	u32 reap_at;
	u32 xdp_sent;
	struct timer_list idle_timer;
	struct irq_work idle_work;
	u32 idle_seen;

	spinlock_t reap_lock ____cacheline_aligned_in_smp;
	u32 clean;
	u32 xdp_done;
	u32 xsk_done;
	u32 returns;
	struct xdp_frame *xdpf[XDP_BULK_QUEUE_SIZE];
};

/* Emulations take up to 64 descriptors of a frame (docs/hardware.md) */
static_assert(E1K_TX_DESC_MAX < E1K_RING_MIN);

/**
 * struct e1k_rx_layout - how a receive buffer lies in its page
 * @truesize: bytes of memory one buffer takes
 * @headroom: bytes before the frame
 * @buf_len: what the NIC is told, RCTL.BSIZE
 * @max_len: what the NIC may write, at most @truesize - @headroom
 * @copy_max: a frame of up to so many bytes is copied, its buffer being far larger
 * @spill: how much of a frame of two buffers is copied out of the second one, behind
 *	   what is in the first; 0 where frames of several buffers stay in them
 * @order: of the pages that buffers are cut from
 * @has_tailroom: an skb can be built around the buffer in place
 */
struct e1k_rx_layout {
	u16 truesize;
	u16 headroom;
	u16 buf_len;
	u16 max_len;
	u16 copy_max;
	u16 spill;
	u8 order;
	bool has_tailroom;
};

/**
 * struct e1k_rx_buf - one receive buffer
 * @page: of the ring's pool, or NULL
 * @xdp: of the AF_XDP pool, where the ring has one, or NULL
 * @data: where in @page the frame is, behind the headroom
 * @dma: the same place as the NIC sees it
 * @sync: the CPU's view and the NIC's must be synchronised
 * @edge: the NIC may have found no buffer behind this one when the ring was at this
 *	  count; see e1k_rx_mark_edge()
 */
struct e1k_rx_buf {
	union {
		struct page *page;
		struct xdp_buff *xdp;
	};
	void *data;
	dma_addr_t dma;
	bool sync;
	u32 edge;
};

/**
 * struct e1k_rx_slices - a page of a pool, given out in equal slices
 * @pool: where pages come from, or NULL
 * @few: where as few pages as hold a slice come from while @pool has none; NULL if
 *	 those of @pool are no more
 * @dev: for DMA, if the pool maps its pages, or NULL
 * @next: the next slice
 * @gfp: how to ask @pool, beside how hard
 * @left: slices from @next on
 * @to_a_page: slices of a page of @pool
 * @to_a_few: slices of a page of @few
 * @size: bytes of a slice
 * @headroom: bytes of it before the data
 *
 * Each slice holds a reference of its own, and is given back by
 * page_pool_put_full_page() or with its skb. Cut here and not by
 * page_pool_alloc_frag() a slice costs a fifth of the instructions.
 */
struct e1k_rx_slices {
	struct page_pool *pool;
	struct page_pool *few;
	struct device *dev;
	struct e1k_rx_buf next;
	gfp_t gfp;
	u16 left;
	u16 to_a_page;
	u16 to_a_few;
	u16 size;
	u16 headroom;
};

/**
 * struct e1k_xdp_tx - a frame that a program sends back
 * @xdpf: the frame
 * @flags: E1K_TXD_* bits, the tag among them
 */
struct e1k_xdp_tx {
	struct xdp_frame *xdpf;
	u64 flags;
};

/**
 * struct e1k_xdp_buff - a frame as a program sees it
 * @base: what the program gets
 * @hi: the last descriptor's word, for hints
 */
struct e1k_xdp_buff {
	struct xdp_buff base;
	u64 hi;
};

/**
 * struct e1k_xdp - what running a program over a ring takes; NAPI only
 * @prog: the program, or NULL. RTNL writes, a poll reads it once
 * @tx: where XDP_TX goes; set before the ring is started
 * @queued: frames in @queue
 * @unrung: frames were put on @tx that the NIC was not told of
 * @redirected: frames wait for xdp_do_flush()
 * @queue: frames that wait for the transmit lock
 * @buff: the frame in hand, or being put together
 * @rxq: tells a program, and whoever gives frames back, of the ring
 */
struct e1k_xdp {
	struct bpf_prog *prog;
	struct e1k_tx_ring *tx;
	u32 queued;
	bool unrung;
	bool redirected;
	struct e1k_xdp_tx queue[E1K_XDP_BULK];
	struct e1k_xdp_buff buff;
	struct xdp_rxq_info rxq;
};

/**
 * struct e1k_xsk - what a ring whose buffers are an AF_XDP socket's needs
 * @pool: where they come from, or NULL: the ring has a page pool
 * @head: first buffer of the frame that is being put together
 * @used: buffers of @stash that are in slots by now
 * @stashed: buffers that came into @stash
 * @stash: buffers taken from @pool for the next slots; NAPI only
 */
struct e1k_xsk {
	struct xsk_buff_pool *pool;
	struct xdp_buff *head;
	u32 used;
	u32 stashed;
	struct xdp_buff *stash[E1K_RX_BATCH];
};

/**
 * struct e1k_rx_polled - how much polls have received
 * @frames: so many frames
 * @bytes: their bytes
 */
struct e1k_rx_polled {
	u32 frames;
	u32 bytes;
};

/**
 * struct e1k_rx_ring - the receive ring; NAPI only while the device is up
 * @desc: descriptors, shared with the NIC
 * @buf: one for each descriptor
 * @bufs: where buffers come from; without a pool where they are AF_XDP's
 * @heads: where skb heads come from; without a pool if pages cannot be shared
 * @dev: for DMA
 * @netdev: whose frames these are
 * @napi: whose poll this ring is emptied in
 * @service: told when memory is short
 * @stats: outlives the ring
 * @tail: the doorbell, RDT
 * @size: descriptors, a power of two
 * @mask: @size - 1, makes a slot of a counter
 * @layout: how buffers lie in pages
 * @csum: pass the NIC's word on checksums on; RTNL writes, NAPI reads
 * @keep_bad: pass frames with errors on
 * @blank_fcs: frames end in room for a CRC that the NIC did not write
 * @len_zero: a full last buffer is reported with length 0
 * @cuts: a frame that finds too few buffers ends without EOP
 * @retired: the NIC works on it no more and gets no buffers back. Set while NAPI is
 *           disabled
 * @lacking: not each slot that is the driver's is ready for the NIC
 * @next: free-running
 * @clean: free-running
 * @pieces: buffers of the frame that is being put together; E1K_RX_DISCARD
 *          while its rest is thrown away
 * @skb: that frame, or NULL if there is none or @xdp has it; for a moment, the
 *       frame that a program let pass
 * @polled: received since a poll was last complete
 * @dma: bus address of @desc
 * @xdp: the program and what it needs
 * @xsk: an AF_XDP socket's buffers in the place of @bufs
 */
struct e1k_rx_ring {
	struct e1k_desc *desc;
	struct e1k_rx_buf *buf;
	struct e1k_rx_slices bufs;
	struct e1k_rx_slices heads;
	struct device *dev;
	struct net_device *netdev;
	struct napi_struct *napi;
	struct e1k_service *service;
	struct e1k_rx_stats *stats;
	void __iomem *tail;
	u32 size;
	u32 mask;
	struct e1k_rx_layout layout;
	bool csum;
	bool keep_bad;
	bool blank_fcs;
	bool len_zero;
	bool cuts;
	bool lacking;
	bool retired;

	u32 next;
	u32 clean;
	u32 pieces;
	struct sk_buff *skb;
	struct e1k_rx_polled polled;

	dma_addr_t dma;
	struct e1k_xdp xdp;
	struct e1k_xsk xsk;
};

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

static inline u32 e1k_tx_slot(const struct e1k_tx_ring *ring, u32 idx)
{
	return idx & ring->mask;
}

static inline u32 e1k_tx_used(const struct e1k_tx_ring *ring)
{
	return e1k_idx_used(READ_ONCE(ring->next), READ_ONCE(ring->clean));
}

static inline u32 e1k_tx_free(const struct e1k_tx_ring *ring)
{
	return e1k_idx_free(ring->size, READ_ONCE(ring->next),
			    READ_ONCE(ring->clean));
}

/* Start the queue again only when two large frames fit: fewer stops */
static inline u32 e1k_tx_wake(const struct e1k_tx_ring *ring)
{
	if (READ_ONCE(ring->stopped))
		return ring->size;	/* more than can ever be free */
	return min_t(u32, 2 * E1K_TX_DESC_MAX, ring->size - 1);
}

struct e1k_tx_ring *e1k_tx_ring_create(const struct e1k_ring_owner *owner,
				       u32 size, struct e1k_tx_stats *stats);
void e1k_tx_ring_destroy(struct e1k_tx_ring *ring);
void e1k_tx_ring_program(struct e1k_tx_ring *ring, void __iomem *regs);

void e1k_rx_layout_choose(u32 mtu, bool keep_bad, bool xdp,
			  struct e1k_rx_layout *layout);
struct e1k_rx_ring *e1k_rx_ring_create(const struct e1k_ring_owner *owner,
				       u32 size,
				       const struct e1k_rx_layout *layout,
				       struct xsk_buff_pool *xsk,
				       struct e1k_rx_stats *stats);
void e1k_rx_ring_destroy(struct e1k_rx_ring *ring);
void e1k_rx_ring_abandon(struct e1k_rx_ring *ring);
void e1k_rx_ring_program(struct e1k_rx_ring *ring, void __iomem *regs);
u32 e1k_rx_ring_head(const struct e1k_rx_ring *ring);
bool e1k_rx_ring_agrees(const struct e1k_rx_ring *ring);
bool e1k_rx_shares_pages(const struct e1k_rx_layout *layout);
bool e1k_rx_cut_page(struct e1k_rx_slices *slices, gfp_t gfp);

/**
 * e1k_rx_slice() - get the next slice
 * @slices: with a pool
 * @buf: filled in on success
 * @gfp: how hard to try for a page
 *
 * Context: NAPI, or the ring stopped.
 * Return: false when there is no memory.
 */
static inline bool e1k_rx_slice(struct e1k_rx_slices *slices,
				struct e1k_rx_buf *buf, gfp_t gfp)
{
	if (!slices->left && !e1k_rx_cut_page(slices, gfp))
		return false;
	*buf = slices->next;
	slices->next.data += slices->size;
	slices->next.dma += slices->size;
	slices->left--;
	return true;
}

#endif /* E1K_RING_H */
