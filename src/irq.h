/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef E1K_IRQ_H
#define E1K_IRQ_H

#include <linux/dim.h>
#include <linux/netdevice.h>

#include "hw/hw.h"
#include "repoll.h"
#include "rx_ring.h"
#include "tx_ring.h"

/**
 * struct e1k_coalesce - interrupt moderation
 * @rx_usecs: least time between interrupts
 * @tx_usecs: longest delay of a completion
 * @adaptive_rx: DIM chooses @rx_usecs
 * @adaptive_tx: DIM chooses @tx_usecs
 */
struct e1k_coalesce {
	u32 rx_usecs;
	u32 tx_usecs;
	bool adaptive_rx;
	bool adaptive_tx;
};

/*
 * No TXQE: it says less than TXDW and is raised more often. RXO: frames wait
 * for buffers, which the poll adds.
 */
#define E1K_INT_RX	(E1K_INT_RXDMT0 | E1K_INT_RXO | E1K_INT_RXT0)
#define E1K_INT_ENABLE	(E1K_INT_RX | E1K_INT_TXDW | E1K_INT_LSC)

/**
 * struct e1k_irq - the interrupt and the NAPI poll that it schedules
 * @napi: NAPI instance of both rings
 * @hw: the NIC
 * @queue: index of the queue pair
 * @tx: transmit ring; set while NAPI is disabled
 * @rx: receive ring; set while NAPI is disabled
 * @resting: NAPI is enabled, but has no rings to poll; RTNL
 * @masked: no interrupt is expected; handler and poll write, see
 *          e1k_irq_unmask()
 * @causes: what the handler accepts, at least what IMS has; written before
 *          @masked is cleared
 * @testing: interrupts are the self-test's; set while stopped
 * @overrun: with MSI-X, the NIC may have found no descriptor; the service work
 *           sets it, NAPI clears it
 * @test: with MSI-X, the self-test waits for a message; set while stopped
 * @narrowing: the next poll takes from @causes what IMS has lost; NAPI only
 * @quiet_mask: the line is low while the NIC is masked; RTNL writes while the
 *            handler is not registered
 * @line: Linux interrupt number, or 0 if not requested
 * @name: name of @line with MSI-X
 * @mask_lock: with MSI-X, protects @masked and what IMS has of it
 * @repoll: timed polls
 * @coal: interrupt moderation; RTNL, read in the poll
 * @adaptive: DIM chooses some of @coal; RTNL, read in the poll
 * @events: interrupts taken; handler writes, poll reads
 * @rx_dim: DIM for reception; NAPI and its work
 * @tx_dim: DIM for transmission; NAPI and its work
 */
struct e1k_irq {
	struct napi_struct napi;
	struct e1k_hw *hw;
	u32 queue;
	struct e1k_tx_ring *tx;
	struct e1k_rx_ring *rx;
	bool resting;
	bool masked;
	bool quiet_mask;
	bool testing;
	bool narrowing;
	bool overrun;
	struct completion *test;
	u32 causes;
	int line;
	char name[IFNAMSIZ + 8];
	spinlock_t mask_lock;

	struct e1k_repoll repoll;
	struct e1k_coalesce coal;
	bool adaptive;
	u16 events;
	struct dim rx_dim;
	struct dim tx_dim;
};

/* A tracepoint of the vector; loads its arguments only if it is on */
#define e1k_irq_trace(event, irq, ...)					\
do {									\
	const struct e1k_irq *__irq = irq;				\
									\
	if (trace_##event##_enabled())					\
		trace_##event(&__irq->napi, __irq->queue, ##__VA_ARGS__); \
} while (0)

int e1k_irq_alloc_vectors(struct e1k_hw *hw);
void e1k_irq_free_vectors(struct e1k_hw *hw);
void e1k_irq_settle(struct e1k_hw *hw);
void e1k_irq_init(struct e1k_irq *irq, struct e1k_hw *hw,
		  struct net_device *netdev, u32 queue);
void e1k_irq_exit(struct e1k_irq *irq);
void e1k_irq_rest(struct e1k_irq *irq);
void e1k_irq_rouse(struct e1k_irq *irq);
int e1k_irq_request(struct e1k_irq *irq, const char *name);
void e1k_irq_release(struct e1k_irq *irq);
void e1k_irq_start(struct e1k_irq *irq, struct e1k_tx_ring *tx,
		   struct e1k_rx_ring *rx);
void e1k_irq_stop(struct e1k_irq *irq);
void e1k_irq_drain(struct e1k_irq *irq);
void e1k_irq_kick(struct e1k_irq *irq);
void e1k_irq_overrun(struct e1k_irq *irq);
void e1k_irq_set_coalesce(struct e1k_irq *irq, const struct e1k_coalesce *coal,
			  bool started);

#endif /* E1K_IRQ_H */
