// SPDX-License-Identifier: GPL-2.0-only
/* What only the 82574 has */
#include "hw/hw.h"

/* Between messages of the vector for other causes: they are rare, not urgent */
#define E1K_OTHER_USECS		E1K_ITR_MAX_USECS

/**
 * e1k_82574_init_msix() - choose how causes become messages
 * @hw: the NIC, after a reset
 *
 * A message clears its cause and leaves it enabled: the handler and the poll
 * need no register. With EIAME it would be masked by IAM, without IAME some
 * emulations mask what EIAC clears.
 * Context: any; causes masked.
 */
void e1k_82574_init_msix(struct e1k_hw *hw)
{
	u32 queue = E1K_IVAR_VALID | E1K_VECTOR_QUEUE;
	u32 other = E1K_IVAR_VALID | E1K_VECTOR_OTHER;

	e1k_wr32(hw, E1K_CTRL_EXT, e1k_rd32(hw, E1K_CTRL_EXT) |
				   E1K_CTRL_EXT_IAME);
	e1k_wr32(hw, E1K_IAM, 0);
	e1k_wr32(hw, E1K_EIAC, E1K_INT_RXQ(0) | E1K_INT_TXQ(0) | E1K_INT_OTHER);
	e1k_wr32(hw, E1K_IVAR, queue << E1K_IVAR_RXQ(0) |
			       queue << E1K_IVAR_TXQ(0) |
			       other << E1K_IVAR_OTHER);
	e1k_wr32(hw, E1K_EITR(E1K_VECTOR_OTHER),
		 E1K_OTHER_USECS * NSEC_PER_USEC / E1K_ITR_UNIT_NS);
}
