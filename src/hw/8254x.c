// SPDX-License-Identifier: GPL-2.0-only
/* Models of the 8254x family */
#include "hw/hw.h"

/* Longest frame that the receiver accepts with LPE, bytes (SDM 13.4.22) */
#define E1K_MAX_FRAME		16128

static const struct e1k_chip e1k_chips[] = {
	{
		.name = "82540EM",
		.device = 0x100e,
		.max_frame = E1K_MAX_FRAME,
		.has_itr = true,
		.has_nvm_grant = true,
	},
	{
		.name = "82545EM",
		.device = 0x100f,
		.max_frame = E1K_MAX_FRAME,
		.has_itr = true,
		.has_nvm_grant = true,
	},
	{
		/*
		 * VirtualBox's; the real one has no EERD, and no MDIC: refused
		 */
		.name = "82543GC",
		.device = 0x1004,
		.max_frame = E1K_MAX_FRAME,
		.has_itr = false,
	},
	{
		.name = "82544EI",
		.device = 0x1008,
		.max_frame = E1K_MAX_FRAME,
		/* ITR, RADV and TADV came with the 82540 (SDM 13.4.18) */
		.has_itr = false,
	},
	{
		.name = "82544GC",
		.device = 0x100c,
		.max_frame = E1K_MAX_FRAME,
		.has_itr = false,
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
