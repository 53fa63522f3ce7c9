// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kbuild compiles this in the place of src/xdp_hints.c. The operations for hints have
 * the name of the field that holds them, so that no macro can stand in for a
 * net_device without that field: the file is left out as a whole.
 */
#include <e1k_kcompat.h>

#ifdef E1K_HAVE_XDP_HINT_VLAN
#include "../src/xdp_hints.c"
#else
#include "xdp.h"

void e1k_xdp_set_hints(struct net_device *netdev)
{
}
#endif
