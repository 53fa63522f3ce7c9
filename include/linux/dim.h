/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_LINUX_DIM_H
#define COMPAT_LINUX_DIM_H

#include_next <linux/dim.h>
#include <e1k_kcompat.h>

#ifndef E1K_HAVE_NET_DIM_SAMPLE_POINTER
static inline void compat_net_dim(struct dim *dim,
				  const struct dim_sample *end_sample)
{
	net_dim(dim, *end_sample);
}

#define net_dim(dim, end_sample) compat_net_dim(dim, end_sample)
#endif

#endif /* COMPAT_LINUX_DIM_H */
