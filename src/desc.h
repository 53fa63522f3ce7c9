/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Descriptor layouts of the 8254x family, and pure functions that pack and
 * unpack them. The unit tests build this file on the host.
 *
 * A descriptor is two little-endian 64-bit words, written as a whole: no
 * partial stores, no byte order in the code.
 */
#ifndef E1K_DESC_H
#define E1K_DESC_H

#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

#include <asm/byteorder.h>

/**
 * struct e1k_desc - one descriptor of either ring
 * @lo: buffer address; in a context descriptor, the checksum offsets
 * @hi: length, command and status
 */
struct e1k_desc {
	__le64 lo;
	__le64 hi;
};

static_assert(sizeof(struct e1k_desc) == 16);

/* Receive descriptor as the NIC writes it back, word hi (SDM 3.2.3) */
#define E1K_RXD_LENGTH		GENMASK_ULL(15, 0)
#define E1K_RXD_CSUM		GENMASK_ULL(31, 16)
#define E1K_RXD_DD		BIT_ULL(32)	/* descriptor done */
#define E1K_RXD_EOP		BIT_ULL(33)	/* last of its frame */
#define E1K_RXD_IXSM		BIT_ULL(34)	/* checksum bits mean nothing */
#define E1K_RXD_VP		BIT_ULL(35)	/* tag stripped into SPECIAL */
#define E1K_RXD_TCPCS		BIT_ULL(37)	/* TCP/UDP checksum verified */
#define E1K_RXD_IPCS		BIT_ULL(38)	/* IP checksum verified */
#define E1K_RXD_CE		BIT_ULL(40)	/* CRC or alignment error */
#define E1K_RXD_SE		BIT_ULL(41)	/* symbol error */
#define E1K_RXD_SEQ		BIT_ULL(42)	/* sequence error */
#define E1K_RXD_CXE		BIT_ULL(44)	/* carrier extension error */
#define E1K_RXD_TCPE		BIT_ULL(45)	/* TCP or UDP checksum wrong */
#define E1K_RXD_IPE		BIT_ULL(46)	/* IP checksum wrong */
#define E1K_RXD_RXE		BIT_ULL(47)	/* receive data error */
#define E1K_RXD_SPECIAL		GENMASK_ULL(63, 48)

/* Extended descriptor as the 82574 writes it back: word lo, then word hi */
#define E1K_RXD_EXT_RSS_TYPE	GENMASK_ULL(3, 0)
#define E1K_RXD_EXT_HASH	GENMASK_ULL(63, 32)
#define E1K_RXD_EXT_DD		BIT_ULL(0)
#define E1K_RXD_EXT_STATUS	GENMASK_ULL(7, 0)
#define E1K_RXD_EXT_ERRORS	GENMASK_ULL(31, 24)
#define E1K_RXD_EXT_LENGTH	GENMASK_ULL(47, 32)

/*
 * Split descriptor: four buffer addresses. Written back, its first two words are
 * those of an extended one, with the length of the first buffer.
 */
#define E1K_RXD_SPLIT_BUFS	3	/* for payload, behind the one for headers */
#define E1K_RXD_SPLIT_HDRSP	BIT_ULL(15)	/* word 2: headers are alone */
#define E1K_RXD_SPLIT_LEN(n)	(16 * ((n) + 1))	/* shift, of 16 bits */

/**
 * enum e1k_rss_type - what was hashed
 * @E1K_RSS_NONE: nothing
 * @E1K_RSS_TCP4: IPv4 addresses and TCP ports
 * @E1K_RSS_IP4: IPv4 addresses
 * @E1K_RSS_TCP6: IPv6 addresses and TCP ports
 * @E1K_RSS_IP6_EX: IPv6 addresses, with extension headers
 * @E1K_RSS_IP6: IPv6 addresses
 */
enum e1k_rss_type {
	E1K_RSS_NONE,
	E1K_RSS_TCP4,
	E1K_RSS_IP4,
	E1K_RSS_TCP6,
	E1K_RSS_IP6_EX,
	E1K_RSS_IP6,
};

/* Errors of the frame, as opposed to a checksum inside it */
#define E1K_RXD_FRAME_ERRORS	(E1K_RXD_CE | E1K_RXD_SE | E1K_RXD_SEQ | \
				 E1K_RXD_CXE | E1K_RXD_RXE)

/* Transmit data descriptor, word hi (SDM 3.3.7) */
#define E1K_TXD_DTALEN		GENMASK_ULL(19, 0)
#define E1K_TXD_DTYP		GENMASK_ULL(23, 20)
#define  E1K_DTYP_CONTEXT	0
#define  E1K_DTYP_DATA		1
#define E1K_TXD_EOP		BIT_ULL(24)	/* last of its frame */
#define E1K_TXD_IFCS		BIT_ULL(25)	/* append the CRC */
#define E1K_TXD_TSE		BIT_ULL(26)	/* segment */
#define E1K_TXD_RS		BIT_ULL(27)	/* report status: sets DD */
#define E1K_TXD_DEXT		BIT_ULL(29)	/* not a legacy descriptor */
#define E1K_TXD_VLE		BIT_ULL(30)	/* insert the tag in SPECIAL */
#define E1K_TXD_IDE		BIT_ULL(31)	/* delay the interrupt */
#define E1K_TXD_DD		BIT_ULL(32)
#define E1K_TXD_IXSM		BIT_ULL(40)	/* insert IP checksum */
#define E1K_TXD_TXSM		BIT_ULL(41)	/* insert TCP/UDP checksum */
#define E1K_TXD_SPECIAL		GENMASK_ULL(63, 48)

/* Transmit context descriptor (SDM 3.3.6) */
#define E1K_CTX_IPCSS		GENMASK_ULL(7, 0)	/* word lo */
#define E1K_CTX_IPCSO		GENMASK_ULL(15, 8)
#define E1K_CTX_IPCSE		GENMASK_ULL(31, 16)
#define E1K_CTX_TUCSS		GENMASK_ULL(39, 32)
#define E1K_CTX_TUCSO		GENMASK_ULL(47, 40)
#define E1K_CTX_TUCSE		GENMASK_ULL(63, 48)
#define E1K_CTX_PAYLEN		GENMASK_ULL(19, 0)	/* word hi */
#define E1K_CTX_TCP		BIT_ULL(24)
#define E1K_CTX_IPV4		BIT_ULL(25)
#define E1K_CTX_TSE		BIT_ULL(26)
#define E1K_CTX_DEXT		BIT_ULL(29)
#define E1K_CTX_HDRLEN		GENMASK_ULL(47, 40)
#define E1K_CTX_MSS		GENMASK_ULL(63, 48)

/* Range of the 8-bit offset fields and of the header length */
#define E1K_CTX_OFFSET_MAX	255

/**
 * struct e1k_tx_ctx - a context descriptor, CPU byte order
 * @lo: checksum offsets
 * @hi: payload length, commands, header length and MSS
 */
struct e1k_tx_ctx {
	u64 lo;
	u64 hi;
};

/**
 * e1k_tx_ctx_csum() - context that inserts one checksum into each frame
 * @start: offset of the first byte summed, at most E1K_CTX_OFFSET_MAX
 * @offset: offset of the checksum field, at most E1K_CTX_OFFSET_MAX
 * Return: the context, summing to the end of the frame (TUCSE = 0); equal
 * arguments give equal words.
 */
static inline struct e1k_tx_ctx e1k_tx_ctx_csum(u32 start, u32 offset)
{
	return (struct e1k_tx_ctx) {
		.lo = FIELD_PREP(E1K_CTX_TUCSS, start) |
		      FIELD_PREP(E1K_CTX_TUCSO, offset),
		.hi = FIELD_PREP(E1K_TXD_DTYP, E1K_DTYP_CONTEXT) |
		      E1K_CTX_DEXT,
	};
}

/**
 * struct e1k_tso - offsets and lengths of a segmentation context, in bytes
 * @ip_start: offset of the IP header
 * @ip_csum: offset of the IPv4 checksum; unused for IPv6
 * @l4_start: offset of the TCP header
 * @l4_csum: offset of the TCP checksum
 * @hdr_len: all headers, at most E1K_CTX_OFFSET_MAX
 * @pay_len: payload of all segments
 * @mss: payload of one segment
 * @ipv4: IPv4, else IPv6
 */
struct e1k_tso {
	u32 ip_start;
	u32 ip_csum;
	u32 l4_start;
	u32 l4_csum;
	u32 hdr_len;
	u32 pay_len;
	u32 mss;
	bool ipv4;
};

/**
 * e1k_tx_ctx_tso() - context that segments one TCP packet
 * @t: offsets and lengths, within the fields' ranges
 * Return: the context.
 */
static inline struct e1k_tx_ctx e1k_tx_ctx_tso(const struct e1k_tso *t)
{
	struct e1k_tx_ctx ctx = {
		.lo = FIELD_PREP(E1K_CTX_IPCSS, t->ip_start) |
		      FIELD_PREP(E1K_CTX_TUCSS, t->l4_start) |
		      FIELD_PREP(E1K_CTX_TUCSO, t->l4_csum),
		.hi = FIELD_PREP(E1K_CTX_PAYLEN, t->pay_len) |
		      FIELD_PREP(E1K_TXD_DTYP, E1K_DTYP_CONTEXT) |
		      E1K_CTX_DEXT | E1K_CTX_TSE | E1K_CTX_TCP |
		      FIELD_PREP(E1K_CTX_HDRLEN, t->hdr_len) |
		      FIELD_PREP(E1K_CTX_MSS, t->mss),
	};

	if (t->ipv4) {
		/* IPCSE is inclusive: the last byte of the IP header */
		ctx.lo |= FIELD_PREP(E1K_CTX_IPCSO, t->ip_csum) |
			  FIELD_PREP(E1K_CTX_IPCSE, t->l4_start - 1);
		ctx.hi |= E1K_CTX_IPV4;
	}
	return ctx;
}

/**
 * e1k_tx_data() - word hi of a data descriptor
 * @len: bytes of the buffer
 * @flags: E1K_TXD_* bits, and the tag in E1K_TXD_SPECIAL
 * Return: the word, CPU byte order.
 */
static inline u64 e1k_tx_data(u32 len, u64 flags)
{
	return FIELD_PREP(E1K_TXD_DTALEN, len) |
	       FIELD_PREP(E1K_TXD_DTYP, E1K_DTYP_DATA) |
	       E1K_TXD_DEXT | flags;
}

/**
 * e1k_rxd_from_ext() - word hi of an extended descriptor, in the legacy layout
 * @hi: as the 82574 wrote it
 *
 * Status, errors and tag have the same bits in both, at other places.
 * Return: the word, for the E1K_RXD_* masks above.
 */
static inline u64 e1k_rxd_from_ext(u64 hi)
{
	return (hi & E1K_RXD_SPECIAL) | FIELD_GET(E1K_RXD_EXT_LENGTH, hi) |
	       FIELD_GET(E1K_RXD_EXT_STATUS, hi) << 32 |
	       FIELD_GET(E1K_RXD_EXT_ERRORS, hi) << 40;
}

/**
 * e1k_tx_tag() - insert the VLAN tag of a received frame again
 * @hi: word hi of its receive descriptor
 * Return: flags for e1k_tx_data(), 0 if no tag was stripped.
 */
static inline u64 e1k_tx_tag(u64 hi)
{
	if (!(hi & E1K_RXD_VP))
		return 0;
	return E1K_TXD_VLE |
	       FIELD_PREP(E1K_TXD_SPECIAL, FIELD_GET(E1K_RXD_SPECIAL, hi));
}

#endif /* E1K_DESC_H */
