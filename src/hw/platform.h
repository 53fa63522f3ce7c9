/* SPDX-License-Identifier: GPL-2.0-only */
/* Platforms and how they differ from the datasheet. */
#ifndef E1K_PLATFORM_H
#define E1K_PLATFORM_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum e1k_quirk - how a NIC differs from the datasheet
 *
 * E1K_QUIRK_* is a fault or a missing feature that the driver works around.
 * E1K_CAP_* is behaviour of one emulation that the driver makes use of. Both
 * require that the platform was recognised: an unknown NIC gets the datasheet's
 * sequence.
 *
 * @E1K_QUIRK_RCTL_STALL: each write to RCTL stops reception for one second
 * @E1K_QUIRK_RST_KEEPS: CTRL.RST clears nothing but itself
 * @E1K_QUIRK_STATS_KEEP: reading does not clear some statistics
 * @E1K_QUIRK_POSTED_TAIL: a tail write takes effect only with the next VM exit
 * @E1K_QUIRK_UC_FILTER: address filters beyond the first do not work
 * @E1K_QUIRK_ITR: ITR works on every model, whatever the datasheet says
 * @E1K_QUIRK_TSO6: IPv6 segments get a wrong payload length or checksum
 * @E1K_QUIRK_NO_FCS: the length includes the FCS, whose bytes are not written
 * @E1K_QUIRK_FEW_STATS: of the MAC's counters only those of whole frames and of
 *		      all octets exist, the others read as 0
 * @E1K_QUIRK_NO_STATS: all of the MAC's counters read as 0
 * @E1K_QUIRK_TSO6_VLAN: IPv6 segments with an inserted tag are corrupt
 * @E1K_QUIRK_TSO_64K: TSO of more than E1K_TSO_64K_MAX bytes is dropped
 * @E1K_QUIRK_RX_CUT: a frame that runs out of buffers ends without EOP, and the
 *		   next frame begins in the next descriptor
 * @E1K_QUIRK_LEN_ZERO: a full last buffer is reported with length 0
 * @E1K_QUIRK_UDP_ZERO: a UDP checksum of 0 is sent as 0, which means "none"
 * @E1K_QUIRK_ITR_MS: ITR is rounded up to whole milliseconds
 * @E1K_QUIRK_LOOP_MAC: loopback works with RCTL.LBM, not with BMCR
 * @E1K_QUIRK_NO_LOOP: no loopback works
 * @E1K_QUIRK_NO_TSO: TSO segments are wrong
 * @E1K_QUIRK_L4_CSUM: the NIC parses headers itself, and ignores where the
 *		      context descriptor says that the checksum is
 * @E1K_QUIRK_FCS_APART: the FCS, if it is kept, has a descriptor of its own
 * @E1K_QUIRK_PAD_SUM: padding counts as payload in a checksum's pseudo header
 * @E1K_QUIRK_RX_BLOCKS: a frame for a ring without descriptors waits, and with it
 *		      all later frames, those for other rings, too
 * @E1K_QUIRK_RDT_DROPS: a write to RDT while reception is off drops all frames
 *		      that wait for it
 * @E1K_QUIRK_SLOW_HASH: receive hashes are computed in software
 * @E1K_QUIRK_SLOW_RX_SUM: the platform verifies checksums of received frames
 *		      slower than the guest would
 * @E1K_QUIRK_SLOW_TX_SUM: the platform computes checksums of sent frames slower
 *		      than the guest would; TSO needs them
 * @E1K_CAP_LIVE_RINGS: programming a new ring replaces the old one at once; the
 *		     NIC prefetches no descriptors and needs no reset
 * @E1K_CAP_BUS_STOP: off the bus the NIC receives nothing and loses nothing
 * @E1K_CAP_HASH_ALL: the multicast hash applies to every address
 * @E1K_CAP_SYNC_TX: all frames have been sent when the write to TDT returns
 * @E1K_CAP_IRQ_FLOOR: interrupts are at least E1K_IRQ_FLOOR_USECS apart
 * @E1K_CAP_QUIET_MASK: IMC lowers the line, which stays low while masked
 * @E1K_CAP_TX_CONTEXTS: each transmit ring has its own checksum context. Real
 *		      82574s have one for both, so that offloads of two rings
 *		      would disturb each other
 */
enum e1k_quirk {
	E1K_QUIRK_RCTL_STALL	= BIT_ULL(0),
	E1K_QUIRK_RST_KEEPS	= BIT_ULL(1),
	E1K_QUIRK_STATS_KEEP	= BIT_ULL(2),
	E1K_QUIRK_POSTED_TAIL	= BIT_ULL(3),
	E1K_QUIRK_UC_FILTER	= BIT_ULL(4),
	E1K_QUIRK_ITR		= BIT_ULL(5),
	E1K_QUIRK_TSO6		= BIT_ULL(6),
	E1K_QUIRK_NO_FCS	= BIT_ULL(7),
	E1K_QUIRK_FEW_STATS	= BIT_ULL(8),
	E1K_QUIRK_NO_STATS	= BIT_ULL(9),
	E1K_QUIRK_TSO6_VLAN	= BIT_ULL(10),
	E1K_QUIRK_TSO_64K	= BIT_ULL(11),
	E1K_QUIRK_RX_CUT	= BIT_ULL(12),
	E1K_QUIRK_LEN_ZERO	= BIT_ULL(13),
	E1K_QUIRK_UDP_ZERO	= BIT_ULL(14),
	E1K_QUIRK_ITR_MS	= BIT_ULL(15),
	E1K_QUIRK_LOOP_MAC	= BIT_ULL(16),
	E1K_QUIRK_NO_LOOP	= BIT_ULL(17),
	E1K_QUIRK_NO_TSO	= BIT_ULL(18),
	E1K_QUIRK_L4_CSUM	= BIT_ULL(19),
	E1K_QUIRK_FCS_APART	= BIT_ULL(20),
	E1K_QUIRK_PAD_SUM	= BIT_ULL(21),
	E1K_QUIRK_RX_BLOCKS	= BIT_ULL(22),
	E1K_QUIRK_RDT_DROPS	= BIT_ULL(23),
	E1K_QUIRK_SLOW_HASH	= BIT_ULL(24),
	E1K_QUIRK_SLOW_RX_SUM	= BIT_ULL(25),
	E1K_QUIRK_SLOW_TX_SUM	= BIT_ULL(26),
	E1K_CAP_LIVE_RINGS	= BIT_ULL(27),
	E1K_CAP_BUS_STOP	= BIT_ULL(28),
	E1K_CAP_HASH_ALL	= BIT_ULL(29),
	E1K_CAP_SYNC_TX		= BIT_ULL(30),
	E1K_CAP_IRQ_FLOOR	= BIT_ULL(31),
	E1K_CAP_QUIET_MASK	= BIT_ULL(32),
	E1K_CAP_TX_CONTEXTS	= BIT_ULL(33),
};

#define E1K_QUIRK_COUNT		34
#define E1K_IRQ_FLOOR_USECS	128

/* Bytes with headers, without a tag that the NIC inserts */
#define E1K_TSO_64K_MAX		65520

/* Bytes for the names of all quirks */
#define E1K_QUIRK_TEXT_LEN	256

/**
 * struct e1k_platform - an emulation, or real hardware
 * @name: for messages
 * @quirks: bits of enum e1k_quirk
 * @kvm_quirks: likewise, if the guest runs on KVM
 * @systim_ns: tick of the clock that SYSTIM counts, ns; 0: that of the datasheet
 * @is_hardware: not known as an emulation
 */
struct e1k_platform {
	const char *name;
	u64 quirks;
	u64 kvm_quirks;
	u8 systim_ns;
	bool is_hardware;
};

#endif /* E1K_PLATFORM_H */
