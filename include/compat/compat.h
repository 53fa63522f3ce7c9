/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What older kernels lack.
 *
 * The driver is written for the newest kernel's interfaces; the headers of
 * this directory supply them where the kernel does not. What the kernel has
 * is found by compiling include/compat/probes (see scripts/kcompat) or, for
 * macros, by #ifndef; its version is never asked for.
 *
 * Where the newest spelling cannot be supplied (a field that older structures
 * do not have), a helper with the prefix compat_ or COMPAT_ stands in for it.
 *
 * Nothing is needed for page_pool_get_stats(), whose return value became
 * void, and devlink_fmsg_*(), likewise: ignore what they return.
 */
#ifndef COMPAT_COMPAT_H
#define COMPAT_COMPAT_H

#include <e1k_kcompat.h> /* written by scripts/kcompat */

#endif /* COMPAT_COMPAT_H */
