// SPDX-License-Identifier: GPL-2.0-only
/* Does QEMU 7.2 segment properly? A trial in loopback, before there are rings */
#include <linux/dma-mapping.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/tcp.h>

#include "desc.h"
#include "hw/hw.h"

/* The shortest ring that the length registers can express */
#define E1K_TRIAL_RING		8
/* Length of each receive buffer, BSIZE 2 */
#define E1K_TRIAL_BUF		512
#define E1K_TRIAL_BSIZE		2
#define E1K_TRIAL_MSS		100
#define E1K_TRIAL_PAYLOAD	(2 * E1K_TRIAL_MSS)

struct e1k_trial_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	u8 payload[E1K_TRIAL_PAYLOAD];
} __packed;

/* What the NIC accesses */
struct e1k_trial {
	struct e1k_desc tx[E1K_TRIAL_RING];
	struct e1k_desc rx[E1K_TRIAL_RING];
	struct e1k_trial_frame frame;
	u8 buf[E1K_TRIAL_RING][E1K_TRIAL_BUF];
};

#define E1K_TRIAL_HDR_LEN	offsetof(struct e1k_trial_frame, payload)

static void e1k_trial_write_frame(struct e1k_trial_frame *frame)
{
	/* No addresses: no such frame comes from the wire */
	frame->eth.h_proto = htons(ETH_P_IP);
	frame->ip.version = 4;
	frame->ip.ihl = sizeof(frame->ip) / 4;
	frame->ip.ttl = 1;
	frame->ip.protocol = IPPROTO_TCP;
	frame->ip.tot_len = htons(sizeof(*frame) - sizeof(frame->eth));
	/* Addresses for documentation (RFC 5737): the frame stays in the NIC */
	frame->ip.saddr = htonl(0xc0000201);
	frame->ip.daddr = htonl(0xc0000202);
	frame->tcp.doff = sizeof(frame->tcp) / 4;
}

static void e1k_trial_write_rings(struct e1k_trial *trial, dma_addr_t dma)
{
	const struct e1k_tso tso = {
		.ip_start = offsetof(struct e1k_trial_frame, ip),
		.ip_csum = offsetof(struct e1k_trial_frame, ip.check),
		.l4_start = offsetof(struct e1k_trial_frame, tcp),
		.l4_csum = offsetof(struct e1k_trial_frame, tcp.check),
		.hdr_len = E1K_TRIAL_HDR_LEN,
		.pay_len = E1K_TRIAL_PAYLOAD,
		.mss = E1K_TRIAL_MSS,
		.ipv4 = true,
	};
	struct e1k_tx_ctx ctx = e1k_tx_ctx_tso(&tso);
	u32 i;

	trial->tx[0].lo = cpu_to_le64(ctx.lo);
	trial->tx[0].hi = cpu_to_le64(ctx.hi);
	trial->tx[1].lo = cpu_to_le64(dma + offsetof(struct e1k_trial, frame));
	trial->tx[1].hi = cpu_to_le64(e1k_tx_data(sizeof(trial->frame),
						  E1K_TXD_EOP | E1K_TXD_IFCS |
						  E1K_TXD_TSE | E1K_TXD_IXSM |
						  E1K_TXD_TXSM));
	for (i = 0; i < E1K_TRIAL_RING; i++)
		trial->rx[i].lo = cpu_to_le64(dma + offsetof(struct e1k_trial, buf[i]));
}

static void e1k_trial_write_base(struct e1k_hw *hw, u32 reg, dma_addr_t dma)
{
	e1k_wr32(hw, reg, lower_32_bits(dma));
	e1k_wr32(hw, reg + 4, upper_32_bits(dma));
}

static void e1k_trial_run(struct e1k_hw *hw, dma_addr_t dma)
{
	e1k_82574_init_legacy(hw);
	e1k_trial_write_base(hw, E1K_RDBAL, dma + offsetof(struct e1k_trial, rx));
	e1k_wr32(hw, E1K_RDLEN, sizeof_field(struct e1k_trial, rx));
	e1k_wr32(hw, E1K_RDH, 0);
	e1k_wr32(hw, E1K_RDT, 0);
	e1k_trial_write_base(hw, E1K_TDBAL, dma + offsetof(struct e1k_trial, tx));
	e1k_wr32(hw, E1K_TDLEN, sizeof_field(struct e1k_trial, tx));
	e1k_wr32(hw, E1K_TDH, 0);
	e1k_wr32(hw, E1K_TDT, 0);
	pci_set_master(hw->pdev);
	e1k_wr32(hw, E1K_RCTL, E1K_RCTL_EN | E1K_RCTL_UPE | E1K_RCTL_SECRC |
			       FIELD_PREP(E1K_RCTL_LBM, E1K_LBM_PHY) |
			       FIELD_PREP(E1K_RCTL_BSIZE, E1K_TRIAL_BSIZE));
	e1k_wr32(hw, E1K_RDT, E1K_TRIAL_RING - 1);
	e1k_wr32(hw, E1K_TCTL, E1K_TCTL_EN);
	/* The write returns when the frame is sent and received */
	e1k_wr32(hw, E1K_TDT, 2);
}

/* Frames from the wire may have come in between. */
static bool e1k_trial_is_whole(const struct e1k_trial *trial)
{
	u64 done;
	u32 i;

	for (i = 0; i < E1K_TRIAL_RING; i++) {
		done = le64_to_cpu(READ_ONCE(trial->rx[i].hi));
		/* Before the buffer is looked at */
		dma_rmb();
		if ((done & E1K_RXD_DD) && (done & E1K_RXD_EOP) &&
		    FIELD_GET(E1K_RXD_LENGTH, done) == sizeof(trial->frame) &&
		    !memcmp(trial->buf[i], &trial->frame.eth, sizeof(trial->frame.eth)))
			return true;
	}
	return false;
}

/**
 * e1k_82574_try_tso() - does QEMU 7.2 send a TSO packet on as one?
 * @hw: the NIC, after a reset, as QEMU 7.2 emulates it
 *
 * It segments nothing. A backend that takes packets with a virtio-net header,
 * such as a tap, gets them whole, and what is behind it segments them. For others
 * it makes IP fragments of them. What it would do it also does in loopback.
 * Without a link nothing is received, and the answer is no.
 * Context: may sleep. The NIC must be reset before it is used.
 * Return: true if it does, so that TSO for IPv4 is right.
 */
bool e1k_82574_try_tso(struct e1k_hw *hw)
{
	struct device *dev = &hw->pdev->dev;
	struct e1k_trial *trial;
	dma_addr_t dma;
	bool whole;

	trial = dma_alloc_coherent(dev, sizeof(*trial), &dma, GFP_KERNEL);
	if (!trial)
		return false;
	e1k_trial_write_frame(&trial->frame);
	e1k_trial_write_rings(trial, dma);
	e1k_trial_run(hw, dma);
	whole = e1k_trial_is_whole(trial);
	/* Both ends off before the memory goes */
	e1k_wr32(hw, E1K_TCTL, 0);
	e1k_wr32(hw, E1K_RCTL, 0);
	e1k_rd32(hw, E1K_STATUS);	/* flush posted writes */
	dma_free_coherent(dev, sizeof(*trial), trial, dma);
	return whole;
}
