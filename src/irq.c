// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts and NAPI: the handler masks the NIC and schedules the poll, the
 * poll unmasks.
 */
#include <linux/delay.h>
#include <linux/dim.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#include "irq.h"
#include "irq_msix.h"
#include "tx_complete.h"
#include "rx.h"
#include "trace.h"
#include "xsk.h"

/* 20 ms: longer than any vector throttles */
#define E1K_VECTOR_QUIET_MS	(E1K_ITR_MAX_USECS / USEC_PER_MSEC + 4)

static __always_inline void e1k_irq_mask(struct e1k_irq *irq)
{
	/* No flush: an interrupt that overtakes this finds @masked set */
	WRITE_ONCE(irq->masked, true);
	e1k_wr32(irq->hw, E1K_IMC, U32_MAX);
	e1k_irq_trace(e1k_irq_mask, irq);
}

/**
 * e1k_irq_kick() - schedule a poll without an interrupt
 * @irq: if it is not started, nothing happens
 * Context: process, softirq.
 */
void e1k_irq_kick(struct e1k_irq *irq)
{
	local_bh_disable();
	napi_schedule(&irq->napi);
	local_bh_enable();
}

/**
 * e1k_irq_overrun() - poll, because a frame may have found no descriptor
 * @irq: if it is not started, nothing happens
 * Context: process, softirq.
 */
void e1k_irq_overrun(struct e1k_irq *irq)
{
	WRITE_ONCE(irq->overrun, true);
	e1k_irq_kick(irq);
}

/*
 * A poll that no interrupt began (busy polling) ended while another CPU handled
 * an interrupt. If the IMS write of e1k_irq_unmask() reaches the NIC after the
 * handler's IMC, the NIC is unmasked while @masked is set, and
 * e1k_irq_handler() returns IRQ_NONE for ever. Each mask must be followed by a
 * poll: otherwise nothing unmasks the NIC.
 */
static noinline void e1k_irq_overtaken(struct e1k_irq *irq)
{
	e1k_irq_mask(irq);
	e1k_irq_kick(irq);
}

/*
 * IMS only gains bits, and the NIC may be unmasked already: mask the dropped
 * causes. An interrupt for one may be on its way, so the handler accepts it
 * until the next poll.
 */
static noinline void e1k_irq_change_causes(struct e1k_irq *irq, u32 causes)
{
	bool narrower = !(causes & ~READ_ONCE(irq->causes));

	e1k_wr32(irq->hw, E1K_IMC, ~causes);
	irq->narrowing = narrower && !irq->narrowing;
	if (!irq->narrowing)
		WRITE_ONCE(irq->causes, causes);
}

/*
 * Causes raised while masked are latched in ICR and interrupt when unmasked:
 * the rings need no check after this. Inlined for the reason at
 * e1k_tx_free_buf().
 */
static __always_inline void e1k_irq_unmask(struct e1k_irq *irq)
{
	u32 causes = E1K_INT_ENABLE;
	bool overtaken;

	/* No TXDW: see e1k_tx_probe_sync() */
	if (READ_ONCE(irq->tx->sync_tx) && !READ_ONCE(irq->tx->delay))
		causes &= ~E1K_INT_TXDW;
	if (unlikely(READ_ONCE(irq->causes) != causes))
		e1k_irq_change_causes(irq, causes);
	/* Before the write, which may interrupt at once */
	e1k_irq_trace(e1k_irq_unmask, irq);
	/* Not irqsave: netpoll (interrupts off) never completes a poll */
	local_irq_disable();
	/* The register write orders this before the interrupts it allows */
	WRITE_ONCE(irq->masked, false);
	e1k_wr32(irq->hw, E1K_IMS, causes);
	/*
	 * Order the IMS write before re-reading @masked. Pairs with
	 * e1k_irq_mask(), which sets @masked before it writes IMC.
	 */
	mb();
	overtaken = READ_ONCE(irq->masked);
	local_irq_enable();
	if (unlikely(overtaken))
		e1k_irq_overtaken(irq);
}

/*
 * After timed polls ICR has causes of frames that are processed already.
 * Unmasked, they would interrupt for nothing and delay the next interrupt. A
 * frame that came before the write to ICR is found here, a later one sets its
 * cause again.
 */
static void e1k_irq_unmask_fresh(struct e1k_irq *irq)
{
	/* Keep TXDW: if it is enabled, its completion is not processed yet */
	e1k_wr32(irq->hw, E1K_ICR, E1K_INT_RX);
	if (e1k_rx_is_waiting(irq->rx))
		napi_schedule(&irq->napi);
	else
		e1k_irq_unmask(irq);
}

static __always_inline void e1k_irq_schedule(struct e1k_irq *irq, u32 icr)
{
	if (icr & E1K_INT_LSC)
		e1k_service_raise(irq->hw->service, E1K_EVENT_LINK, 0);
	WRITE_ONCE(irq->events, irq->events + 1);
	e1k_irq_trace(e1k_napi_schedule, irq);
	napi_schedule_irqoff(&irq->napi);
}

/* All ones may be causes or a removed NIC: STATUS tells which. */
static noinline bool e1k_irq_is_gone(struct e1k_irq *irq)
{
	e1k_rd32(irq->hw, E1K_STATUS);
	return e1k_hw_is_unresponsive(irq->hw);
}

/*
 * With E1K_CAP_QUIET_MASK: an interrupt while the NIC is masked is another
 * device's on a shared line. Reading ICR then would clear causes that the poll
 * has yet to unmask.
 */
static irqreturn_t e1k_irq_handler(int line, void *data)
{
	struct e1k_irq *irq = data;
	u32 icr;

	if (READ_ONCE(irq->masked))
		return IRQ_NONE;

	icr = readl(irq->hw->addr + E1K_ICR);
	if (unlikely(!(icr & READ_ONCE(irq->causes)) ||
		     (icr == U32_MAX && e1k_irq_is_gone(irq))))
		return IRQ_NONE;
	e1k_irq_trace(e1k_irq, irq, icr);
	e1k_irq_mask(irq);
	e1k_irq_schedule(irq, icr);
	return IRQ_HANDLED;
}

/*
 * For any NIC. Mask it before reading ICR, because only that read may lower the
 * line: a cause raised in between would hold the line up. For the same reason
 * read ICR even if the NIC is masked. The poll that follows makes up for the
 * causes cleared.
 */
static irqreturn_t e1k_irq_handler_strict(int line, void *data)
{
	struct e1k_irq *irq = data;
	bool masked = READ_ONCE(irq->masked);
	u32 icr;

	if (unlikely(READ_ONCE(irq->testing)))
		return IRQ_NONE;
	e1k_irq_mask(irq);
	icr = readl(irq->hw->addr + E1K_ICR);
	if (unlikely(!(icr & E1K_INT_ENABLE) ||
		     (icr == U32_MAX && e1k_irq_is_gone(irq)))) {
		/* Another device's. e1k_irq_stop() masks again after this */
		if (!masked && icr != U32_MAX) {
			WRITE_ONCE(irq->masked, false);
			e1k_wr32(irq->hw, E1K_IMS, READ_ONCE(irq->causes));
		}
		return IRQ_NONE;
	}
	e1k_irq_trace(e1k_irq, irq, icr);
	e1k_irq_schedule(irq, icr);
	return IRQ_HANDLED;
}

/*
 * DIM decides in its work items. Not inlined: the poll does not pay for it
 * without adaptive moderation.
 */
static noinline void e1k_irq_feed_dim(struct e1k_irq *irq)
{
	struct e1k_tx_done_stats *tx = &irq->tx->stats->done;
	struct e1k_rx_stats *rx = irq->rx->stats;
	struct dim_sample sample = {};

	if (READ_ONCE(irq->coal.adaptive_rx)) {
		dim_update_sample(READ_ONCE(irq->events),
				  u64_stats_read(&rx->packets),
				  u64_stats_read(&rx->bytes), &sample);
		net_dim(&irq->rx_dim, &sample);
	}
	if (READ_ONCE(irq->coal.adaptive_tx)) {
		dim_update_sample(READ_ONCE(irq->events),
				  u64_stats_read(&tx->packets),
				  u64_stats_read(&tx->bytes), &sample);
		net_dim(&irq->tx_dim, &sample);
	}
}

static void e1k_irq_set_spacing(struct e1k_irq *irq, u32 usecs)
{
	e1k_irq_trace(e1k_moderation, irq, usecs);
	e1k_mac_set_itr(irq->hw, irq->queue, usecs);
}

static void e1k_irq_dim_done(struct dim *dim)
{
	/* Pairs with net_dim() in the poll, which may then decide again */
	smp_store_release(&dim->state, DIM_START_MEASURE);
}

static void e1k_irq_rx_dim_work(struct work_struct *work)
{
	struct dim *dim = container_of(work, struct dim, work);
	struct e1k_irq *irq = container_of(dim, struct e1k_irq, rx_dim);
	struct dim_cq_moder moder =
		net_dim_get_rx_moderation(dim->mode, dim->profile_ix);

	e1k_irq_set_spacing(irq, moder.usec);
	e1k_irq_dim_done(dim);
}

static void e1k_irq_tx_dim_work(struct work_struct *work)
{
	struct dim *dim = container_of(work, struct dim, work);
	struct e1k_irq *irq = container_of(dim, struct e1k_irq, tx_dim);
	struct dim_cq_moder moder =
		net_dim_get_tx_moderation(dim->mode, dim->profile_ix);

	e1k_mac_set_tx_delay(irq->hw, moder.usec);
	e1k_irq_dim_done(dim);
}

/*
 * The poll has not used up its budget. Plan the next one before NAPI is complete:
 * then another CPU may poll (busy polling, AF_XDP). See e1k_repoll_plan() for
 * the result. Return true if a register was written.
 */
static __always_inline bool e1k_irq_end_poll(struct e1k_irq *irq, int budget,
					     int work, u32 reaped, const bool msix)
{
	struct e1k_rx_polled polled = irq->rx->polled;
	u32 plan = E1K_REPOLL_NOT;
	bool complete;

	irq->rx->polled = (struct e1k_rx_polled) {};
	if (READ_ONCE(irq->adaptive))
		e1k_irq_feed_dim(irq);
	if (!e1k_repoll_rests(&irq->repoll.policy, polled.frames))
		plan = e1k_repoll_plan(&irq->repoll, polled.frames, polled.bytes,
				       u64_stats_read(&irq->tx->stats->done.bytes));

	complete = napi_complete_done(&irq->napi, work);
	e1k_irq_trace(e1k_poll_end, irq, budget, work, reaped, complete);
	if (unlikely(!complete)) {
		e1k_repoll_forget(&irq->repoll);
		if (msix)
			e1k_msix_deferred(irq);
		return false;
	}
	if (msix)
		return e1k_msix_rearm(irq, plan);
	if (likely(plan == E1K_REPOLL_NOT)) {
		e1k_irq_unmask(irq);
	} else if (plan == E1K_REPOLL_ENOUGH) {
		e1k_irq_unmask_fresh(irq);
	} else {
		e1k_repoll_arm(&irq->repoll, plan);
		return false;
	}
	return true;
}

/* See e1k_irq_drain(). */
static noinline int e1k_irq_poll_retired(struct e1k_irq *irq, int budget)
{
	int work = 0;

	if (budget)
		work = irq->rx->split ? e1k_rx_poll_split(irq->rx, budget) :
		       irq->rx->ext ? e1k_rx_poll_ext(irq->rx, budget) :
				      e1k_rx_poll(irq->rx, budget);
	if (work < budget)
		napi_complete_done(&irq->napi, work);
	return work;
}

static int e1k_irq_poll_aside(struct napi_struct *napi, int budget);

/* @msix and @split are constants, so that no kind pays for another. */
static __always_inline int e1k_irq_do_poll(struct napi_struct *napi, int budget,
					   const bool msix, const bool split)
{
	struct e1k_irq *irq = container_of(napi, struct e1k_irq, napi);
	u32 filled = irq->rx->next_to_use;
	bool written = false, refilled;
	u32 reaped = 0;
	int work = 0;

	if (!split && unlikely(irq->rx->aside))
		return e1k_irq_poll_aside(napi, budget);
	if (msix && unlikely(READ_ONCE(irq->overrun))) {
		WRITE_ONCE(irq->overrun, false);
		irq->rx->starved = irq->rx->sink;
	}
	e1k_irq_trace(e1k_poll_begin, irq, budget);
	if (e1k_tx_is_sent(irq->tx))
		reaped = e1k_tx_complete(irq->tx, budget);
	if (budget)
		work = split ? e1k_rx_poll_split(irq->rx, budget) :
		       msix ? e1k_rx_poll_ext(irq->rx, budget) :
			      e1k_rx_poll(irq->rx, budget);
	/* A full batch: the poll is not complete */
	if (budget && irq->tx->xsk && e1k_xsk_xmit(irq->tx))
		work = budget;

	refilled = irq->rx->next_to_use != filled;
	if (work < budget)
		written = e1k_irq_end_poll(irq, budget, work, reaped, msix);
	else
		e1k_irq_trace(e1k_poll_end, irq, budget, work, reaped, false);
	if (!msix && !written && refilled &&
	    e1k_has_quirk(irq->hw, E1K_QUIRK_POSTED_TAIL))
		/* Masked already: this only makes the NIC see the tail */
		e1k_wr32(irq->hw, E1K_IMC, U32_MAX);
	return work;
}

static noinline int e1k_irq_poll_aside(struct napi_struct *napi, int budget)
{
	struct e1k_irq *irq = container_of(napi, struct e1k_irq, napi);

	if (irq->rx->retired)
		return e1k_irq_poll_retired(irq, budget);
	return e1k_irq_do_poll(napi, budget, true, true);
}

static int e1k_irq_poll(struct napi_struct *napi, int budget)
{
	return e1k_irq_do_poll(napi, budget, false, false);
}

static int e1k_irq_poll_msix(struct napi_struct *napi, int budget)
{
	return e1k_irq_do_poll(napi, budget, true, false);
}

/**
 * e1k_irq_alloc_vectors() - allocate interrupt vectors
 * @hw: the NIC; queues and msix are set
 *
 * A vector for each queue pair and one for the rest; with fewer vectors, fewer
 * queue pairs; else one vector for all, or the pin.
 * Context: may sleep.
 * Return: 0, or the error of pci_alloc_irq_vectors().
 */
int e1k_irq_alloc_vectors(struct e1k_hw *hw)
{
	u32 queues = e1k_has_cap(hw, E1K_CAP_TX_CONTEXTS) ? E1K_QUEUES_MAX : 1;
	struct pci_dev *pdev = hw->pdev;
	int n;

	hw->queues = 1;
	if (!hw->chip->has_msix)
		return 0;
	n = pci_alloc_irq_vectors(pdev, 2, queues + 1, PCI_IRQ_MSIX);
	hw->msix = n > 0;
	if (hw->msix)
		hw->queues = n - 1;
	else
		n = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_ALL_TYPES & ~PCI_IRQ_MSIX);
	if (n < 0)
		dev_err(&pdev->dev, "no interrupt: %pe\n", ERR_PTR(n));
	return min(n, 0);
}

/**
 * e1k_irq_free_vectors() - undo e1k_irq_alloc_vectors()
 * @hw: the NIC, masked
 * Context: may sleep.
 */
void e1k_irq_free_vectors(struct e1k_hw *hw)
{
	if (!hw->chip->has_msix)
		return;
	e1k_irq_settle(hw);
	pci_free_irq_vectors(hw->pdev);
}

/**
 * e1k_irq_settle() - wait until no vector can still be throttled
 * @hw: the NIC, masked
 *
 * QEMU 7.2 aborts the machine if MSI-X is switched off while such a timer runs.
 * Context: may sleep.
 */
void e1k_irq_settle(struct e1k_hw *hw)
{
	if (hw->msix)
		msleep(E1K_VECTOR_QUIET_MS);
}

/* The poll of a NAPI without rings; e1k_irq_rouse() sets the real one. */
static int e1k_irq_poll_idle(struct napi_struct *napi, int budget)
{
	if (budget)
		napi_complete(napi);
	return 0;
}

/**
 * e1k_irq_rest() - enable NAPI without rings
 * @irq: stopped, or at rest already
 *
 * A thread of NAPI ends only while NAPI is enabled: the kernel waits for that
 * under its locks when threads are switched off, whether the interface is up or
 * not, and whether the queue is in use or not.
 * Context: may sleep.
 */
void e1k_irq_rest(struct e1k_irq *irq)
{
	if (irq->resting)
		return;
	irq->resting = true;
	irq->napi.poll = e1k_irq_poll_idle;
	napi_enable_locked(&irq->napi);
}

/**
 * e1k_irq_rouse() - undo e1k_irq_rest()
 * @irq: at rest, or stopped already
 * Context: may sleep.
 */
void e1k_irq_rouse(struct e1k_irq *irq)
{
	if (!irq->resting)
		return;
	napi_disable_locked(&irq->napi);
	irq->napi.poll = irq->hw->msix ? e1k_irq_poll_msix : e1k_irq_poll;
	irq->resting = false;
}

/**
 * e1k_irq_init() - register NAPI, at rest; e1k_irq_exit() is the opposite
 * @irq: to be initialised
 * @hw: the NIC, with vectors
 * @netdev: the interface
 * @queue: index of the queue pair
 * Context: may sleep.
 */
void e1k_irq_init(struct e1k_irq *irq, struct e1k_hw *hw,
		  struct net_device *netdev, u32 queue)
{
	irq->hw = hw;
	irq->queue = queue;
	spin_lock_init(&irq->mask_lock);
	irq->masked = true;
	irq->quiet_mask = e1k_has_cap(hw, E1K_CAP_QUIET_MASK);
	irq->rx_dim.mode = DIM_CQ_PERIOD_MODE_START_FROM_EQE;
	irq->tx_dim.mode = DIM_CQ_PERIOD_MODE_START_FROM_EQE;
	INIT_WORK(&irq->rx_dim.work, e1k_irq_rx_dim_work);
	INIT_WORK(&irq->tx_dim.work, e1k_irq_tx_dim_work);
	e1k_repoll_init(&irq->repoll, &irq->napi);
	netif_napi_add_config(netdev, &irq->napi, e1k_irq_poll_idle, queue);
	napi_enable(&irq->napi);
	irq->resting = true;
}

/**
 * e1k_irq_exit() - undo e1k_irq_init()
 * @irq: at rest or stopped, the interface is not registered
 * Context: may sleep.
 */
void e1k_irq_exit(struct e1k_irq *irq)
{
	/* napi_disable() of a disabled NAPI never returns */
	if (irq->resting)
		napi_disable(&irq->napi);
	netif_napi_del(&irq->napi);
}

/**
 * e1k_irq_request() - register the interrupt handler
 * @irq: initialised; the NIC stays masked
 * @name: shown in /proc/interrupts
 * Context: may sleep.
 * Return: 0, or the error of request_irq().
 */
int e1k_irq_request(struct e1k_irq *irq, const char *name)
{
	int line = pci_irq_vector(irq->hw->pdev, irq->queue);
	int err;

	if (irq->hw->msix)
		err = e1k_msix_request(irq, name);
	else
		err = request_irq(line, irq->quiet_mask ? e1k_irq_handler :
				  e1k_irq_handler_strict, IRQF_SHARED, name, irq);
	if (err)
		return err;
	irq->line = line;
	netif_napi_set_irq_locked(&irq->napi, irq->line);
	return 0;
}

/**
 * e1k_irq_release() - undo e1k_irq_request()
 * @irq: stopped; or not requested
 * Context: may sleep.
 */
void e1k_irq_release(struct e1k_irq *irq)
{
	if (!irq->line)
		return;
	netif_napi_set_irq_locked(&irq->napi, -1);
	if (irq->hw->msix)
		e1k_msix_release(irq);
	else
		free_irq(irq->line, irq);
	irq->line = 0;
}

static void e1k_irq_name_queues(struct e1k_irq *irq, struct napi_struct *napi)
{
	struct net_device *netdev = irq->napi.dev;

	netif_queue_set_napi(netdev, irq->queue, NETDEV_QUEUE_TYPE_RX, napi);
	netif_queue_set_napi(netdev, irq->queue, NETDEV_QUEUE_TYPE_TX, napi);
}

static void e1k_irq_apply_coalesce(struct e1k_irq *irq)
{
	const struct e1k_coalesce *coal = &irq->coal;

	e1k_irq_set_spacing(irq, coal->rx_usecs);
	/* If the NIC interrupts less often than ITR says */
	WRITE_ONCE(irq->repoll.enabled,
		   e1k_has_cap(irq->hw, E1K_CAP_IRQ_FLOOR) &&
		   !coal->adaptive_rx && coal->rx_usecs &&
		   coal->rx_usecs < E1K_IRQ_FLOOR_USECS);
	e1k_mac_set_tx_delay(irq->hw, coal->tx_usecs);
	WRITE_ONCE(irq->tx->delay, coal->tx_usecs || coal->adaptive_tx ?
		   E1K_TXD_IDE : 0);
}

/**
 * e1k_irq_set_coalesce() - change interrupt moderation
 * @irq: the interrupt
 * @coal: settings within the registers' limits
 * @started: apply at once, not at the next start
 * Context: RTNL.
 */
void e1k_irq_set_coalesce(struct e1k_irq *irq, const struct e1k_coalesce *coal,
			  bool started)
{
	WRITE_ONCE(irq->coal.adaptive_rx, coal->adaptive_rx);
	WRITE_ONCE(irq->coal.adaptive_tx, coal->adaptive_tx);
	WRITE_ONCE(irq->adaptive, coal->adaptive_rx || coal->adaptive_tx);
	irq->coal.rx_usecs = coal->rx_usecs;
	irq->coal.tx_usecs = coal->tx_usecs;
	if (!started)
		return;
	/* Wait for decisions of DIM under the old setting */
	synchronize_net();
	flush_work(&irq->rx_dim.work);
	flush_work(&irq->tx_dim.work);
	e1k_irq_apply_coalesce(irq);
	/*
	 * Frames on the ring were sent under the old setting, which may have
	 * masked their interrupt. The poll unmasks by the new one.
	 */
	e1k_irq_kick(irq);
}

/**
 * e1k_irq_start() - enable NAPI and unmask
 * @irq: requested, stopped or at rest
 * @tx: the transmit ring
 * @rx: the receive ring
 * Context: may sleep.
 */
void e1k_irq_start(struct e1k_irq *irq, struct e1k_tx_ring *tx,
		   struct e1k_rx_ring *rx)
{
	e1k_irq_rouse(irq);
	irq->tx = tx;
	irq->rx = rx;
	irq->rx_dim.state = DIM_START_MEASURE;
	irq->tx_dim.state = DIM_START_MEASURE;
	e1k_irq_apply_coalesce(irq);
	e1k_repoll_start(&irq->repoll, rx->size);
	e1k_irq_name_queues(irq, &irq->napi);
	napi_enable_locked(&irq->napi);
	/* Polls scheduled while NAPI was off were lost; this one unmasks */
	e1k_irq_kick(irq);
}

/**
 * e1k_irq_stop() - stop interrupts and polls
 * @irq: started
 *
 * NAPI first: a poll that is just ending may still arm the timer or unmask.
 * NAPI is complete by then, so wait for a grace period. An interrupt in between
 * finds NAPI disabled and masks the NIC itself.
 * Context: may sleep.
 */
void e1k_irq_stop(struct e1k_irq *irq)
{
	napi_disable_locked(&irq->napi);
	synchronize_net();
	e1k_repoll_stop(&irq->repoll);
	e1k_irq_name_queues(irq, NULL);
	e1k_irq_mask(irq);
	synchronize_irq(irq->line);
	/* The strict handler may have undone the first mask */
	e1k_irq_mask(irq);
	/* Masking may not lower the line */
	if (!irq->quiet_mask && !irq->hw->msix)
		e1k_rd32(irq->hw, E1K_ICR);
	cancel_work_sync(&irq->rx_dim.work);
	cancel_work_sync(&irq->tx_dim.work);
}

/**
 * e1k_irq_drain() - deliver what the NIC received before it was stopped
 * @irq: stopped; the NIC writes to its receive ring no more
 *
 * No frame is lost when a ring is replaced. The old ring is retired and the
 * transmitter stopped: XDP_TX frames are dropped and counted.
 * Context: may sleep.
 */
void e1k_irq_drain(struct e1k_irq *irq)
{
	struct e1k_rx_ring *rx = irq->rx;
	u32 rounds = rx->size / NAPI_POLL_WEIGHT + 1;

	rx->retired = true;
	rx->aside = true;
	while (e1k_rx_is_waiting(rx) && rounds--) {
		napi_enable_locked(&irq->napi);
		e1k_irq_kick(irq);
		/* Waits for the poll */
		napi_disable_locked(&irq->napi);
	}
}
