// SPDX-License-Identifier: GPL-2.0-only
/*
 * MSI-X: a message for each queue pair, one for the rest. A message clears its
 * cause and leaves it enabled, so the handler reads and masks nothing, and the
 * poll unmasks nothing. The NIC is masked only while the poll waits for a timer.
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#include "irq_msix.h"
#include "repoll_policy.h"
#include "rx.h"
#include "trace.h"

/* Each of these sets OTHER with every further cause until it is cleared. */
#define E1K_INT_OTHERS	(E1K_INT_LSC | E1K_INT_RXO | E1K_INT_MDAC | E1K_INT_OTHER)

/* Self-test: jiffies (20 ms) in which a masked cause must not interrupt */
#define E1K_TEST_SILENCE	(HZ / 50 + 1)

/* The queue pair's own causes */
static u32 e1k_msix_queue_causes(const struct e1k_irq *irq)
{
	return E1K_INT_RXQ(irq->queue) | E1K_INT_TXQ(irq->queue);
}

static void e1k_msix_tell_test(struct e1k_irq *irq)
{
	struct completion *test = READ_ONCE(irq->test);

	if (test)
		complete(test);
}

/* No TXQ: see e1k_tx_probe_sync() */
static u32 e1k_msix_causes(const struct e1k_irq *irq)
{
	if (READ_ONCE(irq->tx->sync_tx) && !READ_ONCE(irq->tx->delay))
		return E1K_INT_RXQ(irq->queue);
	return e1k_msix_queue_causes(irq);
}

/*
 * Some emulations follow each message by another, for nothing, when its
 * throttling ends: look at the ring before scheduling the poll. Masked, a timer
 * is about to poll, or the queue has been stopped and has no rings.
 */
static irqreturn_t e1k_msix_queue_handler(int line, void *data)
{
	struct e1k_irq *irq = data;
	u32 causes = READ_ONCE(irq->causes);

	if (READ_ONCE(irq->masked)) {
		e1k_msix_tell_test(irq);
		return IRQ_HANDLED;
	}
	if (!(causes & E1K_INT_TXQ(irq->queue)) && !e1k_rx_is_waiting(irq->rx))
		return IRQ_HANDLED;
	e1k_irq_trace(e1k_irq, irq, causes);
	WRITE_ONCE(irq->events, irq->events + 1);
	e1k_irq_trace(e1k_napi_schedule, irq);
	napi_schedule_irqoff(&irq->napi);
	return IRQ_HANDLED;
}

/*
 * Each PHY access is a cause, too: without a look at ICR a check of the link
 * would lead to the next one. Reading it may clear causes of the queues, which
 * their polls make up for. After RXO frames wait for descriptors.
 */
static irqreturn_t e1k_msix_other_handler(int line, void *data)
{
	struct e1k_irq *irq = data;

	u32 icr = e1k_rd32(irq->hw, E1K_ICR);

	e1k_msix_tell_test(irq);
	/* Some emulations clear nothing when it is read */
	e1k_wr32(irq->hw, E1K_ICR, E1K_INT_OTHERS);
	if (icr & E1K_INT_LSC)
		e1k_service_raise(irq->hw->service, E1K_EVENT_LINK, 0);
	e1k_service_raise(irq->hw->service, icr & E1K_INT_RXO ?
			  E1K_EVENT_OVERRUN : E1K_EVENT_POLL, 0);
	return IRQ_HANDLED;
}

/* The vector of other causes belongs to the first queue pair. */
static int e1k_msix_other_line(const struct e1k_irq *irq)
{
	return pci_irq_vector(irq->hw->pdev, irq->hw->queues);
}

/**
 * e1k_msix_request() - register the handlers
 * @irq: initialised; the NIC stays masked
 * @name: of the interface
 * Context: may sleep.
 * Return: 0, or the error of request_irq().
 */
int e1k_msix_request(struct e1k_irq *irq, const char *name)
{
	int line = pci_irq_vector(irq->hw->pdev, irq->queue);
	int err;

	snprintf(irq->name, sizeof(irq->name), "%s-TxRx-%u", name, irq->queue);
	err = request_irq(line, e1k_msix_queue_handler, 0, irq->name, irq);
	if (err || irq->queue)
		return err;
	err = request_irq(e1k_msix_other_line(irq), e1k_msix_other_handler, 0, name, irq);
	if (err)
		free_irq(line, irq);
	return err;
}

/**
 * e1k_msix_release() - undo e1k_msix_request()
 * @irq: stopped
 * Context: may sleep.
 */
void e1k_msix_release(struct e1k_irq *irq)
{
	free_irq(pci_irq_vector(irq->hw->pdev, irq->queue), irq);
	if (!irq->queue)
		free_irq(e1k_msix_other_line(irq), irq);
}

static void e1k_msix_mask(struct e1k_irq *irq)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->mask_lock, flags);
	WRITE_ONCE(irq->masked, true);
	e1k_wr32(irq->hw, E1K_IMC, e1k_msix_queue_causes(irq));
	spin_unlock_irqrestore(&irq->mask_lock, flags);
	e1k_irq_trace(e1k_irq_mask, irq);
}

/*
 * While masked, frames that were processed have set their cause. A frame that
 * came before it is cleared is found here, a later one sets it again.
 */
static void e1k_msix_unmask(struct e1k_irq *irq, u32 causes)
{
	unsigned long flags;

	e1k_wr32(irq->hw, E1K_ICR, E1K_INT_RXQ(irq->queue));
	if (e1k_rx_is_waiting(irq->rx)) {
		napi_schedule(&irq->napi);
		return;
	}
	e1k_irq_trace(e1k_irq_unmask, irq);
	spin_lock_irqsave(&irq->mask_lock, flags);
	if (irq->causes & ~causes)
		e1k_wr32(irq->hw, E1K_IMC, irq->causes & ~causes);
	WRITE_ONCE(irq->causes, causes);
	WRITE_ONCE(irq->masked, false);
	e1k_wr32(irq->hw, E1K_IMS, causes | E1K_INT_LSC | E1K_INT_OTHER);
	spin_unlock_irqrestore(&irq->mask_lock, flags);
}

/**
 * e1k_msix_rearm() - NAPI is complete: arm the timer, or see that the next frame
 * interrupts
 * @irq: the interrupt
 * @plan: from e1k_repoll_plan()
 *
 * Another CPU may poll meanwhile: the lock keeps IMS and irq->masked in step.
 * Masked, a timer or a poll that unmasks is always due.
 * Context: NAPI, completed.
 * Return: false.
 */
bool e1k_msix_rearm(struct e1k_irq *irq, u32 plan)
{
	u32 causes;

	if (plan > E1K_REPOLL_ENOUGH) {
		if (!READ_ONCE(irq->masked))
			e1k_msix_mask(irq);
		e1k_repoll_arm(&irq->repoll, plan);
		return false;
	}
	causes = e1k_msix_causes(irq);
	if (unlikely(READ_ONCE(irq->masked) || READ_ONCE(irq->causes) != causes))
		e1k_msix_unmask(irq, causes);
	/*
	 * The handler may have read an old next_to_clean and found nothing.
	 * napi_complete_done() has ordered that write before this read.
	 */
	else if (unlikely(e1k_rx_is_waiting(irq->rx)))
		napi_schedule(&irq->napi);
	return false;
}

/**
 * e1k_msix_deferred() - NAPI did not complete, though the poll is done
 * @irq: the interrupt
 *
 * The kernel polls later by a timer of its own (gro_flush_timeout): no
 * interrupt until then.
 * Context: NAPI.
 */
void e1k_msix_deferred(struct e1k_irq *irq)
{
	if (!test_bit(NAPI_STATE_SCHED, &irq->napi.state) &&
	    !READ_ONCE(irq->masked))
		e1k_msix_mask(irq);
}

/**
 * e1k_msix_remind() - undo what e1k_irq_stop() of another queue pair masked
 * @irq: started
 *
 * A cause that was raised meanwhile is latched, and interrupts now.
 * Context: process.
 */
void e1k_msix_remind(struct e1k_irq *irq)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->mask_lock, flags);
	if (!irq->masked)
		e1k_wr32(irq->hw, E1K_IMS, irq->causes | E1K_INT_LSC | E1K_INT_OTHER);
	spin_unlock_irqrestore(&irq->mask_lock, flags);
}

/* A masked cause must not interrupt, an unmasked one must. */
static int e1k_msix_test_cause(struct e1k_irq *irq, u32 cause, u32 enable)
{
	int err = 0;

	/* The last one's message may be followed by another, see the handler */
	e1k_irq_settle(irq->hw);
	e1k_wr32(irq->hw, E1K_ICR, U32_MAX);
	reinit_completion(irq->test);

	e1k_wr32(irq->hw, E1K_ICS, cause);
	if (wait_for_completion_timeout(irq->test, E1K_TEST_SILENCE))
		return -EBUSY;
	e1k_wr32(irq->hw, E1K_IMS, enable);
	if (!wait_for_completion_timeout(irq->test, HZ))
		err = -ETIMEDOUT;
	e1k_wr32(irq->hw, E1K_IMC, U32_MAX);
	return err;
}

/**
 * e1k_msix_test() - test the message of each cause of a queue pair
 * @irq: stopped
 * Context: RTNL; the NIC is masked before and after.
 * Return: 0, -ETIMEDOUT if one did not come, -EBUSY if one came while masked, or
 * the error of request_irq().
 */
int e1k_msix_test(struct e1k_irq *irq)
{
	DECLARE_COMPLETION_ONSTACK(seen);
	u32 rx = E1K_INT_RXQ(irq->queue), tx = E1K_INT_TXQ(irq->queue);
	bool requested = irq->line;
	int err;

	if (!requested) {
		err = e1k_msix_request(irq, "e1k-self-test");
		if (err)
			return err;
	}
	WRITE_ONCE(irq->test, &seen);
	err = e1k_msix_test_cause(irq, rx, rx) ?: e1k_msix_test_cause(irq, tx, tx);
	if (!err && !irq->queue)
		err = e1k_msix_test_cause(irq, E1K_INT_LSC, E1K_INT_LSC | E1K_INT_OTHER);
	WRITE_ONCE(irq->test, NULL);
	/* A message that the EITR delayed may still come */
	synchronize_irq(pci_irq_vector(irq->hw->pdev, irq->queue));
	synchronize_irq(e1k_msix_other_line(irq));
	if (!requested)
		e1k_msix_release(irq);
	return err;
}
