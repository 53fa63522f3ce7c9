// SPDX-License-Identifier: GPL-2.0-only
/*
 * PTP hardware clock. SYSTIM counts nanoseconds at the NIC's rate, all 64 bits
 * of it: the clock never wraps and needs no periodic work. Setting and adjusting
 * are arithmetic here, because not every NIC takes a written SYSTIM, and
 * TIMINCA's steps are coarse. The NIC stamps no packets.
 */
#include <linux/delay.h>
#include <linux/math64.h>
#include <linux/pci.h>
#include <linux/timekeeping.h>

#include "hw/hw.h"
#include "hw/systim.h"
#include "ptp.h"

/* Far beyond any crystal; the correction must stay below 1 */
#define E1K_PTP_MAX_ADJ_PPB	100000000

/* Time over which SYSTIM is measured, us */
#define E1K_PTP_PROBE_US	1000

/* Nanoseconds of the clock in @elapsed nanoseconds at the nominal rate */
static s64 e1k_ptp_scale(const struct e1k_ptp *ptp, u64 elapsed)
{
	u64 diff = mul_u64_u32_shr(elapsed, abs(ptp->rate), 32);

	return ptp->rate < 0 ? elapsed - diff : elapsed + diff;
}

/* Advance the last reading by the system's clock. */
static void e1k_ptp_extrapolate(struct e1k_ptp *ptp)
{
	u64 boot = ktime_get_boottime_ns();

	ptp->last_ns += e1k_ptp_scale(ptp, boot - ptp->last_boot);
	ptp->last_boot = boot;
}

/* Make the last reading the reference, and change its time. */
static void e1k_ptp_set(struct e1k_ptp *ptp, s64 ns)
{
	ptp->systim = ptp->last_systim;
	ptp->ns = ns;
	ptp->last_ns = ns;
}

static void e1k_ptp_restart(struct e1k_ptp *ptp)
{
	e1k_systim_start(ptp->hw);
	ptp->last_systim = e1k_systim_read(ptp->hw, NULL);
	e1k_ptp_set(ptp, ptp->last_ns);
}

/*
 * Read the clock. If the NIC was reset by others, or removed, the clock does not
 * go back.
 */
static s64 e1k_ptp_read(struct e1k_ptp *ptp, struct ptp_system_timestamp *sts)
{
	u64 systim;

	if (!ptp->running) {
		ptp_read_system_prets(sts);
		e1k_ptp_extrapolate(ptp);
		ptp_read_system_postts(sts);
		return ptp->last_ns;
	}
	systim = e1k_systim_read(ptp->hw, sts);
	if (e1k_hw_is_unresponsive(ptp->hw) ||
	    (s64)(systim - ptp->last_systim) < 0) {
		e1k_ptp_extrapolate(ptp);
		e1k_ptp_restart(ptp);
		return ptp->last_ns;
	}
	ptp->last_systim = systim;
	ptp->last_ns = ptp->ns + e1k_ptp_scale(ptp, systim - ptp->systim);
	ptp->last_boot = ktime_get_boottime_ns();
	return ptp->last_ns;
}

static struct e1k_ptp *e1k_ptp_of(struct ptp_clock_info *info)
{
	return container_of(info, struct e1k_ptp, info);
}

static int e1k_ptp_gettimex64(struct ptp_clock_info *info,
			      struct timespec64 *ts,
			      struct ptp_system_timestamp *sts)
{
	struct e1k_ptp *ptp = e1k_ptp_of(info);
	unsigned long flags;
	s64 ns;

	spin_lock_irqsave(&ptp->lock, flags);
	ns = e1k_ptp_read(ptp, sts);
	spin_unlock_irqrestore(&ptp->lock, flags);
	*ts = ns_to_timespec64(ns);
	return 0;
}

static int e1k_ptp_settime64(struct ptp_clock_info *info,
			     const struct timespec64 *ts)
{
	struct e1k_ptp *ptp = e1k_ptp_of(info);
	unsigned long flags;

	spin_lock_irqsave(&ptp->lock, flags);
	e1k_ptp_read(ptp, NULL);
	e1k_ptp_set(ptp, timespec64_to_ns(ts));
	spin_unlock_irqrestore(&ptp->lock, flags);
	return 0;
}

static int e1k_ptp_adjtime(struct ptp_clock_info *info, s64 delta)
{
	struct e1k_ptp *ptp = e1k_ptp_of(info);
	unsigned long flags;

	spin_lock_irqsave(&ptp->lock, flags);
	e1k_ptp_set(ptp, e1k_ptp_read(ptp, NULL) + delta);
	spin_unlock_irqrestore(&ptp->lock, flags);
	return 0;
}

/* @scaled_ppm is in units of 2^-16 ppm; the core has checked it by max_adj. */
static int e1k_ptp_adjfine(struct ptp_clock_info *info, long scaled_ppm)
{
	struct e1k_ptp *ptp = e1k_ptp_of(info);
	unsigned long flags;

	spin_lock_irqsave(&ptp->lock, flags);
	e1k_ptp_set(ptp, e1k_ptp_read(ptp, NULL));
	ptp->rate = div_s64((s64)scaled_ppm * BIT(16), 1000000);
	spin_unlock_irqrestore(&ptp->lock, flags);
	return 0;
}

/* Older kernels call this without looking whether there is any feature. */
static int e1k_ptp_enable(struct ptp_clock_info *info,
			  struct ptp_clock_request *request, int on)
{
	return -EOPNOTSUPP;
}

static const struct ptp_clock_info e1k_ptp_info = {
	.owner		= THIS_MODULE,
	.max_adj	= E1K_PTP_MAX_ADJ_PPB,
	.gettimex64	= e1k_ptp_gettimex64,
	.settime64	= e1k_ptp_settime64,
	.adjtime	= e1k_ptp_adjtime,
	.adjfine	= e1k_ptp_adjfine,
	.enable		= e1k_ptp_enable,
};

/*
 * Some emulations have no SYSTIM, or one at another rate: accept half to twice
 * the rate of the system's clock.
 */
static bool e1k_ptp_probe(struct e1k_hw *hw)
{
	u64 before, begin, end, after, first, ticks;

	e1k_systim_start(hw);
	before = ktime_get_ns();
	first = e1k_systim_read(hw, NULL);
	begin = ktime_get_ns();
	usleep_range(E1K_PTP_PROBE_US, 2 * E1K_PTP_PROBE_US);
	end = ktime_get_ns();
	ticks = e1k_systim_read(hw, NULL) - first;
	after = ktime_get_ns();
	return !e1k_hw_is_unresponsive(hw) && ticks >= (end - begin) / 2 &&
	       ticks <= 2 * (after - before);
}

/**
 * e1k_ptp_init() - initialise the clock
 * @ptp: zeroed
 * @hw: the NIC
 * Context: before the first reset.
 */
void e1k_ptp_init(struct e1k_ptp *ptp, struct e1k_hw *hw)
{
	ptp->hw = hw;
	spin_lock_init(&ptp->lock);
}

/**
 * e1k_ptp_register() - register a clock if SYSTIM counts
 * @ptp: initialised; the NIC is reset
 *
 * It starts with the system's time. The NIC works without it, too: an error is
 * only logged.
 * Context: may sleep; before the interface is registered.
 */
void e1k_ptp_register(struct e1k_ptp *ptp)
{
	struct device *device = &ptp->hw->pdev->dev;
	struct ptp_clock *clock;

	if (!ptp->hw->chip->has_systim || !e1k_ptp_probe(ptp->hw))
		return;
	ptp->last_ns = ktime_get_real_ns();
	ptp->last_boot = ktime_get_boottime_ns();
	ptp->present = true;
	e1k_ptp_start(ptp);

	ptp->info = e1k_ptp_info;
	snprintf(ptp->info.name, sizeof(ptp->info.name), "e1k %s",
		 dev_name(device));
	clock = ptp_clock_register(&ptp->info, device);
	if (!IS_ERR_OR_NULL(clock)) {
		ptp->clock = clock;
		return;
	}
	ptp->present = false;
	if (clock)
		dev_warn(device, "no PTP clock: %pe\n", clock);
}

/**
 * e1k_ptp_unregister() - undo e1k_ptp_register()
 * @ptp: the clock, registered or not
 *
 * A program may have it open: its calls fail from now on.
 * Context: may sleep.
 */
void e1k_ptp_unregister(struct e1k_ptp *ptp)
{
	if (ptp->clock)
		ptp_clock_unregister(ptp->clock);
	ptp->clock = NULL;
	ptp->present = false;
}

/**
 * e1k_ptp_index() - get the number of the clock
 * @ptp: the clock
 * Return: N of /dev/ptpN, or -1.
 */
int e1k_ptp_index(const struct e1k_ptp *ptp)
{
	return ptp->clock ? ptp_clock_index(ptp->clock) : -1;
}

/**
 * e1k_ptp_start() - use SYSTIM again
 * @ptp: the clock; the NIC has been reset
 * Context: process. The time goes on from where it is.
 */
void e1k_ptp_start(struct e1k_ptp *ptp)
{
	unsigned long flags;

	if (!ptp->present)
		return;
	spin_lock_irqsave(&ptp->lock, flags);
	if (!ptp->running) {
		e1k_ptp_extrapolate(ptp);
		e1k_ptp_restart(ptp);
		ptp->running = true;
	}
	spin_unlock_irqrestore(&ptp->lock, flags);
}

/**
 * e1k_ptp_stop() - do without SYSTIM
 * @ptp: the clock; the NIC is about to be reset, or to sleep
 * Context: process. Until e1k_ptp_start() no register is read.
 */
void e1k_ptp_stop(struct e1k_ptp *ptp)
{
	unsigned long flags;

	if (!ptp->present)
		return;
	spin_lock_irqsave(&ptp->lock, flags);
	e1k_ptp_read(ptp, NULL);
	ptp->running = false;
	spin_unlock_irqrestore(&ptp->lock, flags);
}
