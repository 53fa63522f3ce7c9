/* SPDX-License-Identifier: GPL-2.0-only */
/* PTP hardware clock */
#ifndef E1K_PTP_H
#define E1K_PTP_H

#include <linux/ptp_clock_kernel.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct e1k_hw;

/**
 * struct e1k_ptp - the clock, a linear function of SYSTIM
 *
 * While SYSTIM does not count, because the NIC is reset or sleeps, the time goes
 * on with CLOCK_BOOTTIME.
 *
 * @hw: the NIC
 * @info: operations
 * @clock: as registered, or NULL
 * @lock: protects the fields below; IRQ-safe
 * @present: SYSTIM works. Written at probe and remove
 * @running: SYSTIM counts since @systim
 * @systim: SYSTIM of the reference, ns
 * @ns: time of the clock at the reference
 * @rate: correction of the rate, in units of 2^-32
 * @last_systim: SYSTIM of the last reading
 * @last_ns: the last reading
 * @last_boot: CLOCK_BOOTTIME of the last reading, ns
 */
struct e1k_ptp {
	struct e1k_hw *hw;
	struct ptp_clock_info info;
	struct ptp_clock *clock;

	spinlock_t lock;
	bool present;
	bool running;
	u64 systim;
	s64 ns;
	s64 rate;
	u64 last_systim;
	s64 last_ns;
	u64 last_boot;
};

void e1k_ptp_init(struct e1k_ptp *ptp, struct e1k_hw *hw);
void e1k_ptp_register(struct e1k_ptp *ptp);
void e1k_ptp_unregister(struct e1k_ptp *ptp);
int e1k_ptp_index(const struct e1k_ptp *ptp);
void e1k_ptp_start(struct e1k_ptp *ptp);
void e1k_ptp_stop(struct e1k_ptp *ptp);

#endif /* E1K_PTP_H */
