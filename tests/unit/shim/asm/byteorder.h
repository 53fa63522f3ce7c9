/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ASM_BYTEORDER_H
#define SHIM_ASM_BYTEORDER_H

#include <endian.h>

#define cpu_to_le64(value)	htole64(value)
#define le64_to_cpu(value)	le64toh(value)

#endif /* SHIM_ASM_BYTEORDER_H */
