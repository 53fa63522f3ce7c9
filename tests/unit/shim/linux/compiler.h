/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

/* The C library has __always_inline. */
#include <sys/cdefs.h>

#define noinline
#define __maybe_unused

#endif /* SHIM_LINUX_COMPILER_H */
