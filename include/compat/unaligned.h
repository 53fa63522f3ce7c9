/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_UNALIGNED_H
#define COMPAT_UNALIGNED_H

#include <compat/compat.h>

#ifdef E1K_HAVE_LINUX_UNALIGNED_H
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* COMPAT_UNALIGNED_H */
