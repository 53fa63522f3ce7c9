/* SPDX-License-Identifier: GPL-2.0-only */
/* No guard: trace headers include this anew at each stage. */
#include_next <linux/tracepoint.h>
#include <e1k_kcompat.h>

/*
 * __assign_str(dst) copies the string that __string(dst, src) named. Where it wants
 * to be told the source again, __string() copies instead, when it lays out the
 * event: from that stage on the kernel's __assign_str() is there.
 */
#if !defined(E1K_HAVE_ASSIGN_STR_ONE_ARG) && defined(__assign_str)
#undef __string
#define __string(item, src)						\
	__dynamic_array(char, item, -1)					\
	strcpy(__get_str(item), (src) ? (const char *)(src) : "(null)");

#undef __assign_str
#define __assign_str(dst)
#endif
