/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device's rings, made together from one configuration.
 */
#ifndef E1K_RINGS_H
#define E1K_RINGS_H

#include <e1k/ring.h>

/**
 * struct e1k_cfg - what the rings are made from
 * @rx_size: receive descriptors
 * @tx_size: transmit descriptors
 * @mtu: longest payload
 * @rx_all: take frames with errors (NETIF_F_RXALL)
 * @rx_fcs: keep the CRC (NETIF_F_RXFCS)
 * @xdp: an XDP program is attached
 * @xsk: pool of the AF_XDP socket that is served without copies, or NULL
 */
struct e1k_cfg {
	u32 rx_size;
	u32 tx_size;
	u32 mtu;
	bool rx_all;
	bool rx_fcs;
	bool xdp;
	struct xsk_buff_pool *xsk;
};

/**
 * struct e1k_rings - both rings of a device
 * @tx: transmit
 * @rx: receive
 * @spare: while @rx has an AF_XDP socket's buffers: a ring with our own, full
 *         and ready, or NULL
 */
struct e1k_rings {
	struct e1k_tx_ring *tx;
	struct e1k_rx_ring *rx;
	struct e1k_rx_ring *spare;
};

/**
 * enum e1k_cure - steps against a hang, mildest first
 * @E1K_CURE_KICK: ring the doorbell again and poll
 * @E1K_CURE_RESTART: restart the transmit ring; reception goes on
 * @E1K_CURE_RESET: reset the NIC and write its whole state anew
 */
enum e1k_cure {
	E1K_CURE_KICK,
	E1K_CURE_RESTART,
	E1K_CURE_RESET,
};

/**
 * struct e1k_health - what the watch over the data path remembers. RTNL
 * @looked: when it last looked, jiffies
 * @events: interrupts until then
 * @tx_clean: how far the transmit ring had come then
 * @tx_stuck: for how many looks it has not come further
 * @tx_cure: what to try next
 * @rx_clean: how far the receive ring had come then
 * @rx_stuck: for how many looks the NIC has disagreed about it
 * @deaf: looks in a row that found a frame whose interrupt had not come
 * @failures: resets in a row after which the NIC did not come back
 * @retry: when to try the next one, jiffies
 */
struct e1k_health {
	unsigned long looked;
	u16 events;
	u32 tx_clean;
	u8 tx_stuck;
	enum e1k_cure tx_cure;
	u32 rx_clean;
	u8 rx_stuck;
	u8 deaf;
	u8 failures;
	unsigned long retry;
};

int e1k_rings_alloc(const struct e1k_ring_owner *owner,
		    const struct e1k_cfg *cfg, struct bpf_prog *prog,
		    struct e1k_rings *rings);
void e1k_rings_free(const struct e1k_rings *rings);
bool e1k_rings_same(const struct e1k_cfg *a, const struct e1k_cfg *b);

#endif /* E1K_RINGS_H */
