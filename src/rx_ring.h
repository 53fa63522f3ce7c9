/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The receive ring: its buffers, and what running a program over it takes.
 */
#ifndef E1K_RX_RING_H
#define E1K_RX_RING_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/xdp.h>

#include "page_frags.h"
#include "ring.h"

struct bpf_prog;
struct e1k_tx_ring;
struct xsk_buff_pool;

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

/* In the place of the count of a frame's pieces */
#define E1K_RX_DISCARD		U32_MAX

/* Frames that a program sends back, put on the ring under one lock */
#define E1K_XDP_BULK		16

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
 * @tail_pending: frames were put on @tx that the NIC was not told of
 * @redirected: frames wait for xdp_do_flush()
 * @queue: frames that wait for the transmit lock
 * @buff: the frame in hand, or being put together
 * @rxq: tells a program, and whoever gives frames back, of the ring
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
 * @alloc_failed: not each slot that is the driver's is ready for the NIC
 * @next_to_use: free-running
 * @next_to_clean: free-running
 * @nr_bufs: buffers of the frame that is being put together; E1K_RX_DISCARD
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
	struct e1k_page_frags bufs;
	struct e1k_page_frags heads;
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
	bool alloc_failed;
	bool retired;

	u32 next_to_use;
	u32 next_to_clean;
	u32 nr_bufs;
	struct sk_buff *skb;
	struct e1k_rx_polled polled;

	dma_addr_t dma;
	struct e1k_xdp xdp;
	struct e1k_xsk xsk;
};

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

#endif /* E1K_RX_RING_H */
