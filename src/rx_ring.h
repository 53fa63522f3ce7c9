/* SPDX-License-Identifier: GPL-2.0-only */
/* The receive ring, with its XDP and AF_XDP state. */
#ifndef E1K_RX_RING_H
#define E1K_RX_RING_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/netmem.h>
#include <net/xdp.h>

#include "page_frags.h"
#include "ring.h"

struct bpf_prog;
struct e1k_tx_ring;
struct page_pool;
struct xsk_buff_pool;

#define E1K_RX_BATCH		32	/* least descriptors per tail write */

/* Bytes in an skb's head: a small frame, or the headers that protocols pull */
#define E1K_RX_HEAD_LEN		256
/*
 * Frames up to this length are copied to a small skb and their buffer stays in
 * its slot: a socket full of small datagrams does not hold half a page for
 * each.
 */
#define E1K_RX_COPYBREAK	E1K_RX_HEAD_LEN
#define E1K_RX_HEAD_ROOM	(NET_SKB_PAD + NET_IP_ALIGN)
#define E1K_RX_HEAD_SIZE						\
	(SKB_DATA_ALIGN(E1K_RX_HEAD_ROOM + E1K_RX_HEAD_LEN) +		\
	 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

/*
 * Descriptors that a ring has at least, with buffers to throw away: enough for
 * the longest frame in the smallest buffers
 */
#define E1K_RX_SINKS		32
/* A split descriptor holds any frame. Few, since memory that comes back waits behind them */
#define E1K_SPLIT_SINKS		2

/* Bytes of a page for payload */
#define E1K_SPLIT_PAGE		4096

#define E1K_RX_DISCARD		U32_MAX	/* @nr_bufs: drop until EOP */

#define E1K_XDP_BULK		16	/* XDP_TX frames per transmit lock */

/**
 * struct e1k_rx_layout - layout of a receive buffer, in bytes
 * @truesize: memory per buffer
 * @headroom: before the frame
 * @buf_len: RCTL.BSIZE
 * @max_len: the most that the NIC writes, up to @truesize - @headroom
 * @copy_max: longest frame to copy, as its buffer is far larger
 * @spill: most bytes to copy from a frame's second buffer behind the first; 0
 *         if frames stay in all their buffers
 * @order: page order
 * @pages: with header split, pages for a frame's payload; the buffer is for its
 *	   headers then. Else 0
 * @has_tailroom: an skb can be built in place
 */
struct e1k_rx_layout {
	u16 truesize;
	u16 headroom;
	u16 buf_len;
	u16 max_len;
	u16 copy_max;
	u16 spill;
	u8 order;
	u8 pages;
	bool has_tailroom;
};

/**
 * struct e1k_split_buf - what a split descriptor has besides its e1k_rx_buf
 * @page: pages for payload
 * @posted: the descriptor has them all, and the buffer for headers; else frames
 *	    go to the sink
 */
struct e1k_split_buf {
	netmem_ref page[E1K_RXD_SPLIT_BUFS];
	bool posted;
};

/**
 * struct e1k_xdp_tx - an XDP_TX frame
 * @xdpf: the frame
 * @flags: E1K_TXD_* bits, with the VLAN tag
 */
struct e1k_xdp_tx {
	struct xdp_frame *xdpf;
	u64 flags;
};

/**
 * struct e1k_xdp_buff - a frame with its descriptor
 * @base: what the program sees
 * @hi: last descriptor, word hi in the legacy layout, for XDP hints
 * @rss: last descriptor, word lo if it is extended, else 0
 */
struct e1k_xdp_buff {
	struct xdp_buff base;
	u64 hi;
	u64 rss;
};

/**
 * struct e1k_xdp - a receive ring's XDP state; NAPI only
 * @prog: the program, or NULL; RTNL writes, each poll reads it once
 * @tx: ring for XDP_TX; set before the receive ring starts
 * @queued: frames in @queue
 * @tail_pending: frames on @tx have no tail write yet
 * @redirected: xdp_do_flush() is due
 * @queue: XDP_TX frames, until the transmit lock is taken
 * @buff: the current frame, or the one under assembly
 * @rxq: the ring, for programs and for returning frames
 */
struct e1k_xdp {
	struct bpf_prog *prog;
	struct e1k_tx_ring *tx;
	u32 queued;
	bool tail_pending;
	bool redirected;
	struct e1k_xdp_tx queue[E1K_XDP_BULK];
	struct e1k_xdp_buff buff;
	struct xdp_rxq_info rxq;
};

/**
 * struct e1k_xsk - a receive ring's AF_XDP state; NAPI only
 * @pool: source of buffers, or NULL if the ring has a page pool
 * @head: first buffer of the frame under assembly
 * @used: buffers of @stash that are in slots
 * @stashed: buffers that were allocated to @stash
 * @stash: one batch of buffers for the next slots
 */
struct e1k_xsk {
	struct xsk_buff_pool *pool;
	struct xdp_buff *head;
	u32 used;
	u32 stashed;
	struct xdp_buff *stash[E1K_RX_BATCH];
};

/**
 * struct e1k_rx_polled - received since a poll was last complete
 * @frames: number of frames
 * @bytes: their bytes
 */
struct e1k_rx_polled {
	u32 frames;
	u32 bytes;
};

/**
 * struct e1k_rx_ring - the receive ring; NAPI only while the device is up
 * @desc: descriptors, shared with the NIC
 * @buf: buffer info of each descriptor
 * @bufs: source of buffers; no pool if @xsk has one
 * @split: with header split, pages of each descriptor; else NULL
 * @payload: source of these pages, or NULL
 * @unreadable: the CPU cannot read these pages: a memory provider has them
 * @heads: source of skb heads; no pool if pages cannot be shared
 * @dev: for DMA
 * @netdev: the interface
 * @napi: polls the ring
 * @service: gets an event when memory is short
 * @stats: counters; outlive the ring
 * @tail: address of RDT
 * @size: descriptors, a power of two
 * @mask: @size - 1, turns an index into a slot
 * @shift: log2 of struct e1k_desc per slot, which RDH and RDT count
 * @layout: buffer layout
 * @csum: use the NIC's checksum verdict; RTNL writes, NAPI reads
 * @keep_bad: deliver frames with errors
 * @blank_fcs: frames end in an FCS that the NIC did not write
 * @fcs_apart: the FCS comes in a descriptor of its own
 * @len_zero: the NIC reports a full last buffer with length 0
 * @cuts: a frame that finds too few buffers ends without EOP
 * @retired: not used by the NIC any more; set while NAPI is disabled
 * @aside: @retired, or with header split: has a poll of its own
 * @alloc_failed: a descriptor lacks its buffer
 * @next_to_use: free-running
 * @next_to_clean: free-running
 * @nr_bufs: buffers of the frame under assembly; E1K_RX_DISCARD while the rest
 *           of a frame is dropped
 * @skb: the frame under assembly, unless it is in @xdp; briefly, the frame that
 *       a program passed
 * @polled: received since a poll was last complete
 * @dma: DMA address of @desc
 * @queue: index of the queue pair
 * @ext: descriptors are extended
 * @hash: report the NIC's hash; RTNL writes, NAPI reads
 * @rss: word lo of the current extended descriptor
 * @dd: the done bit in word hi, as the descriptor has it
 * @starved: a frame found no descriptor, and no buffer came since; NAPI only
 * @sink: pages for frames that find no buffer, or NULL; see
 *        e1k_rx_ring_add_sinks()
 * @sink_dma: DMA address of @sink
 * @xdp: XDP state
 * @xsk: AF_XDP state
 */
struct e1k_rx_ring {
	struct e1k_desc *desc;
	struct e1k_rx_buf *buf;
	struct e1k_page_frags bufs;
	struct e1k_split_buf *split;
	struct page_pool *payload;
	bool unreadable;
	struct e1k_page_frags heads;
	struct device *dev;
	struct net_device *netdev;
	struct napi_struct *napi;
	struct e1k_service *service;
	struct e1k_rx_stats *stats;
	void __iomem *tail;
	u32 size;
	u32 mask;
	u32 shift;
	struct e1k_rx_layout layout;
	bool csum;
	bool keep_bad;
	bool blank_fcs;
	bool fcs_apart;
	bool len_zero;
	bool cuts;
	bool alloc_failed;
	bool retired;
	bool aside;

	u32 next_to_use;
	u32 next_to_clean;
	u32 nr_bufs;
	struct sk_buff *skb;
	struct e1k_rx_polled polled;

	dma_addr_t dma;
	u32 queue;
	bool ext;
	bool hash;
	u64 rss;
	__le64 dd;
	bool starved;
	struct page *sink;
	dma_addr_t sink_dma;
	struct e1k_xdp xdp;
	struct e1k_xsk xsk;
};

void e1k_rx_layout_choose(u32 mtu, bool keep_bad, bool xdp,
			  struct e1k_rx_layout *layout);
void e1k_rx_layout_split(u32 mtu, struct e1k_rx_layout *layout);
struct e1k_rx_ring *e1k_rx_ring_create(const struct e1k_ring_owner *owner,
				       u32 size,
				       const struct e1k_rx_layout *layout,
				       struct xsk_buff_pool *xsk,
				       struct e1k_rx_stats *stats);
void e1k_rx_ring_destroy(struct e1k_rx_ring *ring);
u32 e1k_rx_ring_add_sinks(struct e1k_rx_ring *ring, u32 next);
void e1k_rx_ring_abandon(struct e1k_rx_ring *ring);
void e1k_rx_ring_unbind(struct e1k_rx_ring *ring);
void e1k_rx_ring_program(struct e1k_rx_ring *ring, void __iomem *regs);
u32 e1k_rx_ring_head(const struct e1k_rx_ring *ring);
bool e1k_rx_ring_agrees(const struct e1k_rx_ring *ring);

/* split_ring.c */
int e1k_split_create(struct e1k_rx_ring *ring, const struct e1k_ring_owner *owner);
void e1k_split_sink(struct e1k_rx_ring *ring, struct e1k_desc *desc, u32 slot);
void e1k_split_empty(struct e1k_rx_ring *ring);
void e1k_split_destroy(struct e1k_rx_ring *ring);

#endif /* E1K_RX_RING_H */
