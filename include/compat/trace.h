/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_TRACE_H
#define COMPAT_TRACE_H

#include <compat/compat.h>

/* __assign_str() remembers its source on newer kernels. */
#ifdef E1K_HAVE_ASSIGN_STR_ONE_ARG
#define COMPAT_ASSIGN_STR(dst, src) __assign_str(dst)
#else
#define COMPAT_ASSIGN_STR(dst, src) __assign_str(dst, src)
#endif

#endif /* COMPAT_TRACE_H */
