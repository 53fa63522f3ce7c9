// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receive ring's memory: buffer layouts, descriptors and buffer info. Of
 * the registers, only base, length, head and tail are used here.
 */
#include <linux/bpf.h>
#include <linux/if_vlan.h>
#include <linux/slab.h>
#include <net/page_pool/helpers.h>
#include <net/xdp.h>
#include <net/xdp_sock_drv.h>

#include "rx_ring.h"

/*
 * Seven buffer layouts:
 *
 * Standard frames: headroom, a tagged frame, and tailroom for the
 * skb_shared_info of an skb built in place. RCTL.BSIZE is 2048 bytes, but with
 * LPE off the NIC writes no more than a tagged standard frame. 17 buffers fit
 * 32 KiB, 16 fit eight pages.
 *
 * Frames of up to 2048 bytes: the same, with room for 2048 bytes.
 *
 * Standard frames with XDP: half a page, with headroom to push headers.
 *
 * Frames of 8 to 10 KiB: RCTL.BSIZE is either 8 or 16 KiB, and sockets would be
 * charged 16 KiB for each frame. With 8 KiB, the NIC writes the rest of a frame
 * into the next buffer, from where it is copied behind the first part; there is
 * room for it and the skb_shared_info. Three buffers fit 32 KiB.
 *
 * Other long frames, and rx-all: 4, 8 or 16 KiB that the NIC may fill to the
 * last byte, enough for a frame of the MTU; 4 KiB with rx-all, where frames
 * have any length. The skb has a head and the page as its only fragment, so
 * that GRO merges as many frames as possible. Sockets are charged the whole
 * page: a frame that fits a small page is copied.
 *
 * Header split: the buffer is the head of an skb, for the headers; pages that the
 * ring has besides are for the payload.
 *
 * Long frames with XDP: headroom, and tailroom for the skb_shared_info. Buffer
 * sizes are powers of two, so half of the page holds data.
 */
#define E1K_RX_HALF		2048
#define E1K_RX_OVERHEAD		(VLAN_ETH_HLEN + ETH_FCS_LEN)
#define E1K_RX_FRAME_MAX	(ETH_DATA_LEN + E1K_RX_OVERHEAD)
#define E1K_RX_DENSE(len)						\
	(SKB_DATA_ALIGN(NET_SKB_PAD + (len)) +				\
	 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))
#define E1K_RX_HALF_HEADROOM						\
	ALIGN_DOWN(E1K_RX_HALF - E1K_RX_FRAME_MAX -			\
		   SKB_DATA_ALIGN(sizeof(struct skb_shared_info)), SMP_CACHE_BYTES)
#define E1K_RX_WHOLE		4096
#define E1K_RX_LONG		8192
#define E1K_RX_LARGE		16384
#define E1K_RX_XDP_LEN		2048

/* Fragments of 32 KiB pages; smaller ones while memory is fragmented */
#define E1K_RX_FRAG_ORDER	get_order(SZ_32K)

/* A third of 32 KiB, and what fits there behind 8 KiB of a frame, in bytes */
#define E1K_RX_THIRD		ALIGN_DOWN(SZ_32K / 3, SMP_CACHE_BYTES)
#define E1K_RX_SPILL							\
	(E1K_RX_THIRD - E1K_RX_DENSE(E1K_RX_LONG))

/* Layouts without XDP for frames that do not fit 2 KiB. */
static void e1k_rx_layout_long(u32 mtu, bool keep_bad,
			       struct e1k_rx_layout *layout)
{
	u32 frame = mtu + E1K_RX_OVERHEAD;
	u32 whole = E1K_RX_WHOLE;

	if (!keep_bad)
		whole = clamp(roundup_pow_of_two(frame), E1K_RX_WHOLE,
			      E1K_RX_LARGE);
	if (whole == E1K_RX_LARGE && E1K_RX_CAN_SHARE &&
	    frame <= E1K_RX_LONG + E1K_RX_SPILL)
		*layout = (struct e1k_rx_layout) {
			.truesize = E1K_RX_THIRD,
			.headroom = NET_SKB_PAD,
			.buf_len = E1K_RX_LONG,
			.max_len = E1K_RX_LONG,
			.copy_max = E1K_RX_WHOLE,
			.spill = E1K_RX_SPILL,
			.order = E1K_RX_FRAG_ORDER,
			.has_tailroom = true,
		};
	else
		*layout = (struct e1k_rx_layout) {
			.truesize = whole,
			.buf_len = whole,
			.max_len = whole,
			.copy_max = whole > E1K_RX_WHOLE ? E1K_RX_WHOLE :
							   E1K_RX_COPYBREAK,
			.order = get_order(whole),
		};
}

/**
 * e1k_rx_layout_choose() - choose the layout of receive buffers
 * @mtu: longest payload, bytes
 * @keep_bad: frames of any length may arrive (NETIF_F_RXALL)
 * @xdp: an XDP program is attached
 * @layout: filled in
 */
void e1k_rx_layout_choose(u32 mtu, bool keep_bad, bool xdp,
			  struct e1k_rx_layout *layout)
{
	BUILD_BUG_ON(E1K_RX_HALF_HEADROOM < NET_SKB_PAD);
	BUILD_BUG_ON(PAGE_SIZE < E1K_RX_WHOLE);

	if (mtu <= ETH_DATA_LEN && !keep_bad && !xdp && E1K_RX_CAN_SHARE)
		*layout = (struct e1k_rx_layout) {
			.truesize = E1K_RX_DENSE(E1K_RX_FRAME_MAX),
			.headroom = NET_SKB_PAD,
			.buf_len = E1K_RX_HALF,
			.max_len = E1K_RX_FRAME_MAX,
			.copy_max = E1K_RX_COPYBREAK,
			.order = E1K_RX_FRAG_ORDER,
			.has_tailroom = true,
		};
	else if (mtu <= E1K_RX_HALF - VLAN_ETH_HLEN && !keep_bad && !xdp &&
		 E1K_RX_CAN_SHARE)
		*layout = (struct e1k_rx_layout) {
			.truesize = E1K_RX_DENSE(E1K_RX_HALF),
			.headroom = NET_SKB_PAD,
			.buf_len = E1K_RX_HALF,
			.max_len = E1K_RX_HALF,
			.copy_max = E1K_RX_COPYBREAK,
			.order = E1K_RX_FRAG_ORDER,
			.has_tailroom = true,
		};
	else if (mtu <= ETH_DATA_LEN && !keep_bad)
		*layout = (struct e1k_rx_layout) {
			.truesize = E1K_RX_CAN_SHARE ? E1K_RX_HALF :
						       E1K_RX_WHOLE,
			.headroom = E1K_RX_HALF_HEADROOM,
			.buf_len = E1K_RX_HALF,
			.max_len = E1K_RX_FRAME_MAX,
			.copy_max = E1K_RX_COPYBREAK,
			.has_tailroom = true,
		};
	else if (xdp)
		*layout = (struct e1k_rx_layout) {
			.truesize = E1K_RX_WHOLE,
			.headroom = XDP_PACKET_HEADROOM,
			.buf_len = E1K_RX_XDP_LEN,
			.max_len = E1K_RX_XDP_LEN,
			.copy_max = E1K_RX_COPYBREAK,
			.has_tailroom = true,
		};
	else
		e1k_rx_layout_long(mtu, keep_bad, layout);
}

/**
 * e1k_rx_layout_split() - choose the layout with header split
 * @mtu: longest payload, bytes
 * @layout: filled in; buffers are for headers
 */
void e1k_rx_layout_split(u32 mtu, struct e1k_rx_layout *layout)
{
	*layout = (struct e1k_rx_layout) {
		.truesize = E1K_RX_HEAD_SIZE,
		.headroom = E1K_RX_HEAD_ROOM,
		.buf_len = E1K_RX_HALF,
		/* RCTL.LPE depends on it */
		.max_len = mtu > ETH_DATA_LEN ? E1K_RX_HALF : E1K_RX_FRAME_MAX,
		.order = E1K_RX_FRAG_ORDER,
		/* Enough: at least 34 bytes of headers are in the first buffer */
		.pages = DIV_ROUND_UP(mtu, E1K_SPLIT_PAGE),
		.has_tailroom = true,
	};
}

static int e1k_rx_ring_register(struct e1k_rx_ring *ring)
{
	struct xdp_rxq_info *rxq = &ring->xdp.rxq;
	int err;

	/* AF_XDP buffers have the xdp_rxq_info of their pool */
	if (ring->xsk.pool)
		return 0;
	err = __xdp_rxq_info_reg(rxq, ring->netdev, ring->queue,
				 ring->napi->napi_id, ring->layout.truesize);
	if (err)
		return err;
	err = xdp_rxq_info_reg_mem_model(rxq, MEM_TYPE_PAGE_POOL,
					 ring->bufs.pool);
	if (err)
		xdp_rxq_info_unreg(rxq);
	return err;
}

static bool e1k_rx_ring_alloc_sink(struct e1k_rx_ring *ring, struct device *dev,
				   const struct e1k_rx_layout *layout)
{
	unsigned int order = get_order(layout->buf_len);

	ring->sink = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
	if (!ring->sink)
		return false;
	ring->sink_dma = dma_map_page(dev, ring->sink, 0, PAGE_SIZE << order,
				      DMA_FROM_DEVICE);
	if (!dma_mapping_error(dev, ring->sink_dma))
		return true;
	__free_pages(ring->sink, order);
	return false;
}

static void e1k_rx_ring_free_sink(struct e1k_rx_ring *ring)
{
	unsigned int order = get_order(ring->layout.buf_len);

	if (!ring->sink)
		return;
	dma_unmap_page(ring->dev, ring->sink_dma, PAGE_SIZE << order,
		       DMA_FROM_DEVICE);
	__free_pages(ring->sink, order);
}

/* The sources of buffers, and the pages of header split. */
static int e1k_rx_ring_create_pools(struct e1k_rx_ring *ring,
				    const struct e1k_ring_owner *owner)
{
	const struct e1k_rx_layout *layout = &ring->layout;
	int err;

	ring->bufs.dev = owner->dev;
	ring->bufs.size = layout->truesize;
	ring->bufs.headroom = layout->headroom;
	ring->heads.size = E1K_RX_HEAD_SIZE;
	err = ring->xsk.pool ? 0 : e1k_page_frags_create(&ring->bufs, owner, ring->size,
							 layout->order);
	if (err)
		return err;
	if (E1K_RX_CAN_SHARE)
		err = e1k_page_frags_create(&ring->heads, owner, ring->size,
					    E1K_RX_FRAG_ORDER);
	if (err)
		goto err_destroy_bufs;
	err = layout->pages ? e1k_split_create(ring, owner) : 0;
	if (!err)
		return 0;
	e1k_page_frags_destroy(&ring->heads);
err_destroy_bufs:
	e1k_page_frags_destroy(&ring->bufs);
	return err;
}

static void e1k_rx_ring_destroy_pools(struct e1k_rx_ring *ring)
{
	e1k_split_destroy(ring);
	e1k_page_frags_destroy(&ring->bufs);
	e1k_page_frags_destroy(&ring->heads);
}

/**
 * e1k_rx_ring_create() - allocate a receive ring without buffers
 * @owner: the device
 * @size: descriptors, a power of two from E1K_RING_MIN to E1K_RING_MAX
 * @layout: buffer layout
 * @xsk: AF_XDP pool to take buffers from, or NULL for a page pool
 * @stats: counters
 * Context: may sleep.
 * Return: the ring, or an ERR_PTR.
 */
struct e1k_rx_ring *e1k_rx_ring_create(const struct e1k_ring_owner *owner,
				       u32 size,
				       const struct e1k_rx_layout *layout,
				       struct xsk_buff_pool *xsk,
				       struct e1k_rx_stats *stats)
{
	struct e1k_rx_ring *ring;
	int err = -ENOMEM;

	ring = kzalloc_obj(*ring);
	if (!ring)
		return ERR_PTR(err);
	ring->buf = kvcalloc(size, sizeof(*ring->buf), GFP_KERNEL);
	if (!ring->buf)
		goto err_free_ring;
	ring->shift = layout->pages ? 1 : 0;
	ring->desc = e1k_ring_alloc_desc(owner->dev, size << ring->shift, &ring->dma);
	if (!ring->desc)
		goto err_free_buf;
	ring->xsk.pool = xsk;
	ring->size = size;
	ring->mask = size - 1;
	ring->layout = *layout;
	err = e1k_rx_ring_create_pools(ring, owner);
	if (err)
		goto err_free_desc;

	err = -ENOMEM;
	/* Header split: the sink takes the place of unused pages */
	if ((owner->sink || layout->pages) &&
	    !e1k_rx_ring_alloc_sink(ring, owner->dev, layout))
		goto err_destroy_pools;
	ring->dev = owner->dev;
	ring->netdev = owner->netdev;
	ring->queue = owner->queue;
	ring->napi = owner->napi;
	ring->service = owner->service;
	ring->stats = stats;
	ring->csum = owner->netdev->features & NETIF_F_RXCSUM;
	err = e1k_rx_ring_register(ring);
	if (err)
		goto err_free_sink;
	return ring;

err_free_sink:
	e1k_rx_ring_free_sink(ring);
err_destroy_pools:
	e1k_rx_ring_destroy_pools(ring);
err_free_desc:
	e1k_ring_free_desc(owner->dev, size << ring->shift, ring->desc, ring->dma);
err_free_buf:
	kvfree(ring->buf);
err_free_ring:
	kfree(ring);
	return ERR_PTR(err);
}

/**
 * e1k_rx_ring_add_sinks() - add descriptors for frames to throw away
 * @ring: the ring, out of buffers
 * @next: next_to_use
 *
 * Some NICs keep a frame that finds no descriptor, and all later frames behind
 * it, also those for other queues: the frame must be dropped. Sinks are added
 * only if a frame was kept, since an AF_XDP socket may be about to add buffers;
 * at once if a memory provider owns the buffers, whose user may never return any.
 * Context: NAPI, or the ring stopped.
 * Return: the new next_to_use.
 */
u32 e1k_rx_ring_add_sinks(struct e1k_rx_ring *ring, u32 next)
{
	u32 sinks = ring->unreadable ? E1K_SPLIT_SINKS : E1K_RX_SINKS;

	/* Buffers were added meanwhile */
	if (!ring->unreadable && (!ring->starved || next != ring->next_to_use)) {
		ring->starved = false;
		return next;
	}
	while (e1k_idx_used(next, ring->next_to_clean) < sinks) {
		u32 slot = next++ & ring->mask;
		struct e1k_desc *desc = &ring->desc[slot << ring->shift];

		desc->lo = cpu_to_le64(ring->sink_dma);
		desc->hi = 0;
		if (ring->split)
			e1k_split_sink(ring, desc, slot);
	}
	return next;
}

/**
 * e1k_rx_ring_abandon() - free the frame under assembly
 * @ring: the ring
 * Context: NAPI, or the ring stopped.
 */
void e1k_rx_ring_abandon(struct e1k_rx_ring *ring)
{
	bool open = ring->nr_bufs && ring->nr_bufs != E1K_RX_DISCARD;

	if (ring->skb)
		kfree_skb(ring->skb);
	else if (open && ring->xsk.pool)
		xsk_buff_free(ring->xsk.head);
	else if (open)
		xdp_return_buff(&ring->xdp.buff.base);
	ring->skb = NULL;
	ring->nr_bufs = 0;
}

static void e1k_rx_buf_free(struct e1k_rx_ring *ring, struct e1k_rx_buf *buf)
{
	if (!buf->page)
		return;
	if (ring->xsk.pool)
		xsk_buff_free(buf->xdp);
	else
		e1k_page_frags_put(&ring->bufs, buf->page);
}

/**
 * e1k_rx_ring_destroy() - free a receive ring and its buffers
 * @ring: not used by the NIC; or NULL
 * Context: may sleep. The page pools live until skbs have returned all pages.
 */
void e1k_rx_ring_destroy(struct e1k_rx_ring *ring)
{
	u32 i;

	if (!ring)
		return;
	e1k_rx_ring_abandon(ring);
	for (i = 0; i < ring->size; i++)
		e1k_rx_buf_free(ring, &ring->buf[i]);
	while (ring->xsk.used < ring->xsk.stashed)
		xsk_buff_free(ring->xsk.stash[ring->xsk.used++]);
	if (!ring->xsk.pool)
		xdp_rxq_info_unreg(&ring->xdp.rxq);
	e1k_rx_ring_destroy_pools(ring);
	e1k_ring_free_desc(ring->dev, ring->size << ring->shift,
			   ring->desc, ring->dma);
	e1k_rx_ring_free_sink(ring);
	kvfree(ring->buf);
	kfree(ring);
}

/**
 * e1k_rx_ring_unbind() - take the page pools from NAPI
 * @ring: the ring, not used by the NIC any more
 *
 * It can then be destroyed while NAPI polls another ring.
 * Context: may sleep; NAPI disabled.
 */
void e1k_rx_ring_unbind(struct e1k_rx_ring *ring)
{
	e1k_page_frags_unbind(&ring->bufs);
	e1k_page_frags_unbind(&ring->heads);
	if (ring->payload)
		page_pool_disable_direct_recycling(ring->payload);
}

/**
 * e1k_rx_ring_program() - write base and length, bind the page pools to NAPI
 * @ring: the ring
 * @regs: BAR 0
 * Context: may sleep; receiver stopped, NAPI disabled. SDM 13.4.25 to 13.4.27.
 */
void e1k_rx_ring_program(struct e1k_rx_ring *ring, void __iomem *regs)
{
	regs += ring->queue * E1K_QUEUE_REGS;
	e1k_page_frags_bind(&ring->bufs, ring->napi);
	e1k_page_frags_bind(&ring->heads, ring->napi);
	ring->tail = regs + E1K_RDT;
	ring->dd = cpu_to_le64(ring->ext ? E1K_RXD_EXT_DD : E1K_RXD_DD);
	if (ring->split)
		page_pool_enable_direct_recycling(ring->payload, ring->napi);
	ring->aside = ring->split || ring->retired;
	e1k_ring_write_base(regs + E1K_RDBAL, ring->dma, ring->size << ring->shift);
}

/**
 * e1k_rx_ring_head() - read RDH
 * @ring: the ring, started
 * Context: any.
 * Return: the slot that the NIC fills next. SDM 13.4.28.
 */
u32 e1k_rx_ring_head(const struct e1k_rx_ring *ring)
{
	return readl(ring->tail + E1K_RDH - E1K_RDT) >> ring->shift;
}

/**
 * e1k_rx_ring_agrees() - compare the NIC's registers with the ring
 * @ring: started, without unprocessed frames
 * Context: any; a snapshot while frames arrive.
 * Return: false if base, length, head (next_to_clean) or tail (next_to_use)
 * differ.
 */
bool e1k_rx_ring_agrees(const struct e1k_rx_ring *ring)
{
	return readl(ring->tail + E1K_RDBAL - E1K_RDT) ==
	       lower_32_bits(ring->dma) &&
	       readl(ring->tail + E1K_RDLEN - E1K_RDT) ==
	       (ring->size << ring->shift) * sizeof(struct e1k_desc) &&
	       e1k_rx_ring_head(ring) ==
	       (READ_ONCE(ring->next_to_clean) & ring->mask) &&
	       readl(ring->tail) == (READ_ONCE(ring->next_to_use) & ring->mask) << ring->shift;
}
