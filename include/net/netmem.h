/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COMPAT_NET_NETMEM_H
#define COMPAT_NET_NETMEM_H

#include <e1k_kcompat.h>

/* Kernels without netmem pass pages. */
#ifdef E1K_HAVE_NETMEM
#include_next <net/netmem.h>
#else
#include <linux/mm_types.h>

typedef struct page *netmem_ref;

#define page_to_netmem(page) (page)
#define netmem_to_page(netmem) (netmem)
#define netmem_address(netmem) page_address(netmem)
#endif

#endif /* COMPAT_NET_NETMEM_H */
