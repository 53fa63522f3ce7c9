// SPDX-License-Identifier: GPL-2.0-only
/* Models of NICs: the 8254x family and the 82574 */
#include "hw/hw.h"

/* Longest frame that the receiver accepts with LPE, bytes (SDM 13.4.22) */
#define E1K_MAX_FRAME		16128
#define E1K_MAX_FRAME_82574	9234

/* What the 8254x have in common */
#define E1K_CHIP_8254X			\
	.max_frame = E1K_MAX_FRAME,	\
	.autoread_ms = 5,		\
	.txdctl = E1K_TXDCTL_GRAN,	\
	.eerd_done = E1K_EERD_DONE,	\
	.eerd_addr = E1K_EERD_ADDR,	\
	.has_nvm_wires = true

static const struct e1k_chip e1k_chips[] = {
	{
		.name = "82540EM",
		.device = 0x100e,
		E1K_CHIP_8254X,
		.has_itr = true,
		.has_nvm_grant = true,
	},
	{
		.name = "82545EM",
		.device = 0x100f,
		E1K_CHIP_8254X,
		.has_itr = true,
		.has_nvm_grant = true,
	},
	{
		/*
		 * VirtualBox's; the real one has no EERD, and no MDIC: refused
		 */
		.name = "82543GC",
		.device = 0x1004,
		E1K_CHIP_8254X,
		.has_itr = false,
	},
	{
		.name = "82544EI",
		.device = 0x1008,
		E1K_CHIP_8254X,
		/* ITR, RADV and TADV came with the 82540 (SDM 13.4.18) */
		.has_itr = false,
	},
	{
		.name = "82544GC",
		.device = 0x100c,
		E1K_CHIP_8254X,
		.has_itr = false,
	},
	{
		.name = "82574L",
		.device = 0x10d3,
		.max_frame = E1K_MAX_FRAME_82574,
		.autoread_ms = 25,
		.txdctl = E1K_TXDCTL_GRAN | E1K_TXDCTL_COUNT_DESC,
		.eerd_done = E1K_EERD_DONE_82574,
		.eerd_addr = E1K_EERD_ADDR_82574,
		.has_itr = true,
		.is_pcie = true,
		.has_msix = true,
		.has_systim = true,
	},
};

/**
 * e1k_chip_find() - look a model up
 * @device: PCI device id
 *
 * The id table's driver_data is not used: with driver_override the PCI core
 * offers any device, and the driver must tell unsupported ones by their id.
 * Return: the model, or NULL if the device is not supported.
 */
const struct e1k_chip *e1k_chip_find(u16 device)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(e1k_chips); i++)
		if (e1k_chips[i].device == device)
			return &e1k_chips[i];
	return NULL;
}
