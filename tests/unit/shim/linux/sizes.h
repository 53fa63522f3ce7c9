/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_SIZES_H
#define SHIM_LINUX_SIZES_H

#define SZ_1K	0x400

#endif /* SHIM_LINUX_SIZES_H */
