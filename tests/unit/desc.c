// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptor layouts. The expected words are written out by hand from the
 * figures of the 8254x software developer's manual (SDM), never from the
 * driver's own masks.
 */

#include <string.h>

#include "desc.h"

#include "unit.h"

struct field {
	u64 mask;
	unsigned int low;
	unsigned int width;
};

/* Offset and length: SDM 3.2.3, figures 3-1 to 3-4 */
static const struct field rx_fields[] = {
	{ E1K_RXD_LENGTH, 0, 16 },
	{ E1K_RXD_CSUM, 16, 16 },
	{ E1K_RXD_DD, 32 + 0, 1 },	/* status */
	{ E1K_RXD_EOP, 32 + 1, 1 },
	{ E1K_RXD_IXSM, 32 + 2, 1 },
	{ E1K_RXD_VP, 32 + 3, 1 },
	{ E1K_RXD_TCPCS, 32 + 5, 1 },
	{ E1K_RXD_IPCS, 32 + 6, 1 },
	{ E1K_RXD_CE, 40 + 0, 1 },	/* errors */
	{ E1K_RXD_SE, 40 + 1, 1 },
	{ E1K_RXD_SEQ, 40 + 2, 1 },
	{ E1K_RXD_CXE, 40 + 4, 1 },
	{ E1K_RXD_TCPE, 40 + 5, 1 },
	{ E1K_RXD_IPE, 40 + 6, 1 },
	{ E1K_RXD_RXE, 40 + 7, 1 },
	{ E1K_RXD_SPECIAL, 48, 16 },
};

/* SDM 3.3.7, figures 3-11 to 3-15 */
static const struct field tx_data_fields[] = {
	{ E1K_TXD_DTALEN, 0, 20 },
	{ E1K_TXD_DTYP, 20, 4 },
	{ E1K_TXD_EOP, 24 + 0, 1 },	/* DCMD */
	{ E1K_TXD_IFCS, 24 + 1, 1 },
	{ E1K_TXD_TSE, 24 + 2, 1 },
	{ E1K_TXD_RS, 24 + 3, 1 },
	{ E1K_TXD_DEXT, 24 + 5, 1 },
	{ E1K_TXD_VLE, 24 + 6, 1 },
	{ E1K_TXD_IDE, 24 + 7, 1 },
	{ E1K_TXD_DD, 32, 1 },		/* STA */
	{ E1K_TXD_IXSM, 40 + 0, 1 },	/* POPTS */
	{ E1K_TXD_TXSM, 40 + 1, 1 },
	{ E1K_TXD_SPECIAL, 48, 16 },
};

/* SDM 3.3.6, figures 3-9 and 3-10 */
static const struct field ctx_lo_fields[] = {
	{ E1K_CTX_IPCSS, 0, 8 },
	{ E1K_CTX_IPCSO, 8, 8 },
	{ E1K_CTX_IPCSE, 16, 16 },
	{ E1K_CTX_TUCSS, 32, 8 },
	{ E1K_CTX_TUCSO, 40, 8 },
	{ E1K_CTX_TUCSE, 48, 16 },
};

static const struct field ctx_hi_fields[] = {
	{ E1K_CTX_PAYLEN, 0, 20 },
	{ E1K_TXD_DTYP, 20, 4 },
	{ E1K_CTX_TCP, 24 + 0, 1 },	/* TUCMD */
	{ E1K_CTX_IPV4, 24 + 1, 1 },
	{ E1K_CTX_TSE, 24 + 2, 1 },
	{ E1K_CTX_DEXT, 24 + 5, 1 },
	{ E1K_CTX_HDRLEN, 40, 8 },
	{ E1K_CTX_MSS, 48, 16 },
};

/* Each field where the manual has it, packed and unpacked, none over another */
static void check_fields(const struct field *fields, size_t n)
{
	u64 seen = 0;

	for (const struct field *f = fields; f < fields + n; f++) {
		u64 top = (1ULL << f->width) - 1;
		u64 middle = 0x5555 & top;

		expect_eq(f->mask, top << f->low);
		expect_eq(FIELD_PREP(f->mask, top), top << f->low);
		expect_eq(FIELD_PREP(f->mask, middle), middle << f->low);
		expect_eq(FIELD_PREP(f->mask, 0), 0);
		expect_eq(FIELD_GET(f->mask, ~0ULL), top);
		expect_eq(FIELD_GET(f->mask, middle << f->low), middle);
		expect_eq(FIELD_GET(f->mask, ~(top << f->low)), 0);
		expect_eq(seen & f->mask, 0);
		seen |= f->mask;
	}
}

static void test_rx_fields(void)
{
	check_fields(rx_fields, ARRAY_SIZE(rx_fields));
}

static void test_tx_data_fields(void)
{
	check_fields(tx_data_fields, ARRAY_SIZE(tx_data_fields));
}

static void test_ctx_fields(void)
{
	check_fields(ctx_lo_fields, ARRAY_SIZE(ctx_lo_fields));
	check_fields(ctx_hi_fields, ARRAY_SIZE(ctx_hi_fields));
}

/* A frame of 1518 bytes with a stripped tag, as its bytes lie in memory */
static void test_rx_bytes(void)
{
	static const u8 memory[16] = {
		0x00, 0x10, 0x20, 0x30, 0x04, 0x00, 0x00, 0x00,	/* address */
		0xee, 0x05,					/* length */
		0x34, 0x12,					/* checksum */
		0x2b,						/* status */
		0x20,						/* errors */
		0x64, 0xa0,					/* special */
	};
	struct e1k_desc desc;
	u64 hi;

	memcpy(&desc, memory, sizeof(desc));
	expect_eq(le64_to_cpu(desc.lo), 0x0000000430201000);
	hi = le64_to_cpu(desc.hi);
	expect_eq(FIELD_GET(E1K_RXD_LENGTH, hi), 1518);
	expect_eq(FIELD_GET(E1K_RXD_CSUM, hi), 0x1234);
	expect_eq(FIELD_GET(E1K_RXD_SPECIAL, hi), 0xa064);
	expect_eq(FIELD_GET(E1K_RXD_DD, hi), 1);
	expect_eq(FIELD_GET(E1K_RXD_EOP, hi), 1);
	expect_eq(FIELD_GET(E1K_RXD_IXSM, hi), 0);
	expect_eq(FIELD_GET(E1K_RXD_VP, hi), 1);
	expect_eq(FIELD_GET(E1K_RXD_TCPCS, hi), 1);
	expect_eq(FIELD_GET(E1K_RXD_IPCS, hi), 0);
	expect_eq(FIELD_GET(E1K_RXD_TCPE, hi), 1);
	expect_eq(hi & E1K_RXD_FRAME_ERRORS, 0);
}

/* CE, SE, SEQ, CXE and RXE spoil a frame; wrong checksums inside do not. */
static void test_rx_frame_errors(void)
{
	expect_eq(E1K_RXD_FRAME_ERRORS, 0x0000970000000000);
}

static void test_tx_data(void)
{
	expect_eq(e1k_tx_data(0, 0), 0x0000000020100000);
	expect_eq(e1k_tx_data(1514, E1K_TXD_EOP | E1K_TXD_IFCS | E1K_TXD_RS),
		  0x000000002b1005ea);
	expect_eq(e1k_tx_data(1048575, E1K_TXD_TSE | E1K_TXD_IDE),
		  0x00000000a41fffff);
	expect_eq(e1k_tx_data(60, E1K_TXD_EOP | E1K_TXD_IFCS | E1K_TXD_RS |
				  E1K_TXD_VLE | E1K_TXD_IXSM | E1K_TXD_TXSM |
				  FIELD_PREP(E1K_TXD_SPECIAL, 0xe123)),
		  0xe12303006b10003c);
}

/* The bytes that the NIC fetches, whatever the CPU's byte order */
static void test_tx_tag(void)
{
	/* Tag 0xa123, VP, EOP and DD; the same without VP */
	expect_eq(e1k_tx_tag(0xa123000b00000040), 0xa123000040000000);
	expect_eq(e1k_tx_tag(0xa123000300000040), 0);
}

static void test_tx_bytes(void)
{
	static const u8 memory[16] = {
		0x00, 0x10, 0x20, 0x30, 0x04, 0x00, 0x00, 0x00,	/* address */
		0xea, 0x05, 0x10,				/* length, type */
		0x2b, 0x00, 0x02, 0x23, 0xe1,
	};
	struct e1k_desc desc = {
		.lo = cpu_to_le64(0x0000000430201000),
		.hi = cpu_to_le64(e1k_tx_data(1514, E1K_TXD_EOP | E1K_TXD_IFCS |
					      E1K_TXD_RS | E1K_TXD_TXSM |
					      FIELD_PREP(E1K_TXD_SPECIAL,
							 0xe123))),
	};

	expect_eq(memcmp(&desc, memory, sizeof(desc)), 0);
}

static void test_ctx_csum(void)
{
	struct e1k_tx_ctx ctx;

	/* UDP over IPv4, no options: 14 + 20 = 34, checksum 6 further */
	ctx = e1k_tx_ctx_csum(34, 40);
	expect_eq(ctx.lo, 0x0000282200000000);
	expect_eq(ctx.hi, 0x0000000020000000);

	/* TCP over IPv6 in a VLAN: 14 + 4 + 40 = 58, checksum 16 further */
	ctx = e1k_tx_ctx_csum(58, 74);
	expect_eq(ctx.lo, 0x00004a3a00000000);
	expect_eq(ctx.hi, 0x0000000020000000);

	ctx = e1k_tx_ctx_csum(0, 0);
	expect_eq(ctx.lo, 0);
	ctx = e1k_tx_ctx_csum(255, 255);
	expect_eq(ctx.lo, 0x0000ffff00000000);
	expect_eq(E1K_CTX_OFFSET_MAX, 255);
}

static void test_ctx_tso4(void)
{
	/* Ten segments of 1448 bytes: Ethernet 14, IP 20, TCP 20 */
	struct e1k_tx_ctx ctx = e1k_tx_ctx_tso(&(struct e1k_tso) {
		.ip_start = 14, .ip_csum = 24,
		.l4_start = 34, .l4_csum = 50,
		.hdr_len = 54, .pay_len = 14480, .mss = 1448, .ipv4 = true,
	});

	expect_eq(ctx.lo, 0x000032220021180e);
	expect_eq(ctx.hi, 0x05a8360027003890);
}

static void test_ctx_tso6(void)
{
	/* IPv6 has no checksum: ip_csum must not leak into the context. */
	struct e1k_tx_ctx ctx = e1k_tx_ctx_tso(&(struct e1k_tso) {
		.ip_start = 14, .ip_csum = 24,
		.l4_start = 54, .l4_csum = 70,
		.hdr_len = 74, .pay_len = 65000, .mss = 1428, .ipv4 = false,
	});

	expect_eq(ctx.lo, 0x000046360000000e);
	expect_eq(ctx.hi, 0x05944a002500fde8);
}

/* All fields at their greatest, none touching the next */
static void test_ctx_tso_limits(void)
{
	struct e1k_tx_ctx ctx = e1k_tx_ctx_tso(&(struct e1k_tso) {
		.ip_start = 255, .ip_csum = 255,
		.l4_start = 255, .l4_csum = 255,
		.hdr_len = 255, .pay_len = 1048575, .mss = 65535, .ipv4 = true,
	});

	expect_eq(ctx.lo, 0x0000ffff00feffff);
	expect_eq(ctx.hi, 0xffffff00270fffff);
}

static void test_rx_ext(void)
{
	/* Status, errors, length and tag of an extended write-back */
	u64 ext = 0x23ull | 0x61ull << 24 | 0x5eaull << 32 | 0xa064ull << 48;
	u64 hi = e1k_rxd_from_ext(ext);

	expect_eq(FIELD_GET(E1K_RXD_LENGTH, hi), 0x5ea);
	expect_eq(FIELD_GET(E1K_RXD_SPECIAL, hi), 0xa064);
	expect_eq(hi & (E1K_RXD_DD | E1K_RXD_EOP | E1K_RXD_TCPCS),
		  E1K_RXD_DD | E1K_RXD_EOP | E1K_RXD_TCPCS);
	expect_eq(hi & (E1K_RXD_IXSM | E1K_RXD_VP | E1K_RXD_IPCS), 0);
	expect_eq(hi & (E1K_RXD_CE | E1K_RXD_TCPE | E1K_RXD_IPE | E1K_RXD_RXE),
		  E1K_RXD_CE | E1K_RXD_TCPE | E1K_RXD_IPE);
	/* The packet's type, in bits 16 to 19, is no status */
	expect_eq(e1k_rxd_from_ext(0xf0000ull), 0);
}

const struct unit_test desc_tests[] = {
	{ "desc: receive fields", test_rx_fields },
	{ "desc: receive descriptor from memory", test_rx_bytes },
	{ "desc: errors that spoil a frame", test_rx_frame_errors },
	{ "desc: extended receive descriptor", test_rx_ext },
	{ "desc: transmit data fields", test_tx_data_fields },
	{ "desc: transmit data words", test_tx_data },
	{ "desc: tag put back", test_tx_tag },
	{ "desc: transmit descriptor in memory", test_tx_bytes },
	{ "desc: context fields", test_ctx_fields },
	{ "desc: checksum context", test_ctx_csum },
	{ "desc: TSO context, IPv4", test_ctx_tso4 },
	{ "desc: TSO context, IPv6", test_ctx_tso6 },
	{ "desc: TSO context at the limits", test_ctx_tso_limits },
	{ }
};
