/* SPDX-License-Identifier: GPL-2.0-only */
/* No include guard: trace headers include this file once per stage. */
#include_next <linux/tracepoint.h>
#include <e1k_kcompat.h>

/*
 * __assign_str(dst) copies the source that __string() named. If the kernel's
 * takes two arguments, __string() copies when it lays out the event: from that
 * stage on the kernel has __assign_str().
 */
#if !defined(E1K_HAVE_ASSIGN_STR_ONE_ARG) && defined(__assign_str)
#undef __string
#define __string(item, src)						\
	__dynamic_array(char, item, -1)					\
	strcpy(__get_str(item), (src) ? (const char *)(src) : "(null)");

#undef __assign_str
#define __assign_str(dst)
#endif
