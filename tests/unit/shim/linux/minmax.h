/* SPDX-License-Identifier: GPL-2.0-only */
/* For values that fit an s64. */
#ifndef SHIM_LINUX_MINMAX_H
#define SHIM_LINUX_MINMAX_H

#include <linux/types.h>

static inline int64_t min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static inline int64_t max(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

#define min_t(type, a, b)	((type)min((type)(a), (type)(b)))
#define clamp_t(type, value, low, high) \
	((type)max(min((type)(value), (type)(high)), (type)(low)))

#endif /* SHIM_LINUX_MINMAX_H */
