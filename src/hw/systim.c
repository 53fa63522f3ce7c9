// SPDX-License-Identifier: GPL-2.0-only
/* The clock of the 82574, which counts from its crystal */
#include <linux/bitfield.h>
#include <linux/ptp_clock_kernel.h>

#include "hw/hw.h"
#include "hw/systim.h"

/* Tick of SYSTIM's clock, ns: the crystal has 25 MHz */
#define E1K_SYSTIM_NS		40

/*
 * Cards may return a wrong SYSTIM: the driver believes two readings that are less
 * than 128 us apart. Reading takes some us.
 */
#define E1K_SYSTIM_NEAR_NS	(128 * NSEC_PER_USEC)
#define E1K_SYSTIM_READS	50

/**
 * e1k_systim_start() - have SYSTIM count nanoseconds
 * @hw: the NIC, after a reset
 * Context: any. SYSTIM may jump: its value means nothing but what it grows by.
 */
void e1k_systim_start(struct e1k_hw *hw)
{
	u32 tick = hw->platform->systim_ns ?: E1K_SYSTIM_NS;

	e1k_wr32(hw, E1K_TIMINCA, FIELD_PREP(E1K_TIMINCA_INCPERIOD, 1) |
				  FIELD_PREP(E1K_TIMINCA_INCVALUE, tick));
}

static u64 e1k_systim_latch(struct e1k_hw *hw,
			    struct ptp_system_timestamp *sts)
{
	u32 low;

	ptp_read_system_prets(sts);
	low = e1k_rd32(hw, E1K_SYSTIML);
	ptp_read_system_postts(sts);
	return (u64)e1k_rd32(hw, E1K_SYSTIMH) << 32 | low;
}

/**
 * e1k_systim_read() - read SYSTIM
 * @hw: the NIC, after e1k_systim_start()
 * @sts: filled in with the system's time before and after; or NULL
 * Context: any.
 * Return: nanoseconds; meaningless if e1k_hw_is_unresponsive().
 */
u64 e1k_systim_read(struct e1k_hw *hw, struct ptp_system_timestamp *sts)
{
	u64 last, now = e1k_systim_latch(hw, sts);
	unsigned int i;

	if (!hw->platform->is_hardware)
		return now;
	for (i = 0; i < E1K_SYSTIM_READS; i++) {
		last = now;
		now = e1k_systim_latch(hw, sts);
		if (now - last < E1K_SYSTIM_NEAR_NS)
			break;
	}
	return now;
}
