/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_BITFIELD_H
#define SHIM_LINUX_BITFIELD_H

#include <linux/types.h>

/* Like the kernel's, these cut off what does not fit. */
#define FIELD_PREP(mask, value)	(((u64)(value) << __builtin_ctzll(mask)) & (mask))
#define FIELD_GET(mask, word)	(((word) & (mask)) >> __builtin_ctzll(mask))

#endif /* SHIM_LINUX_BITFIELD_H */
