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
 * struct e1k_coalesce - how interrupts are spaced
 * @rx_usecs: least time between interrupts
 * @tx_usecs: how long a completion may wait for company
 * @adaptive_rx: let the kernel's DIM choose @rx_usecs
 * @adaptive_tx: let the kernel's DIM choose @tx_usecs
 */
struct e1k_coalesce {
	u32 rx_usecs;
	u32 tx_usecs;
	bool adaptive_rx;
	bool adaptive_tx;
};

/**
 * struct e1k_irq - the NIC's interrupt and the poll it schedules
 * @napi: the poll
 * @hw: the NIC
 * @tx: reaped in the poll; set while NAPI is disabled
 * @rx: emptied in the poll; set while NAPI is disabled
 * @masked: no interrupt is expected. Written by whoever masks or unmasks: the
 *          handler, and a poll. See e1k_irq_unmask() for both at once
 * @causes: what the handler takes, no less than what IMS holds; written before
 *	    @masked is cleared
 * @testing: interrupts are the self-test's. Set while stopped
 * @narrowing: the next poll takes out of @causes what IMS has lost. NAPI
 * @quiet_mask: the line is low while the NIC is masked. RTNL writes, the handler
 *	       not registered
 * @line: Linux' number, or 0 while not requested
 * @repoll: polls by timer instead of an interrupt
 * @coal: how interrupts are spaced; RTNL, read in the poll
 * @adaptive: some of that is DIM's choice; RTNL, read in the poll
 * @events: interrupts taken; handler writes, poll reads
 * @rx_dim: what DIM knows of reception; NAPI, its work
 * @tx_dim: what DIM knows of transmission; NAPI, its work
 */
struct e1k_irq {
	struct napi_struct napi;
	struct e1k_hw *hw;
	struct e1k_tx_ring *tx;
	struct e1k_rx_ring *rx;
	bool masked;
	bool quiet_mask;
	bool testing;
	bool narrowing;
	u32 causes;
	int line;

	struct e1k_repoll repoll;
	struct e1k_coalesce coal;
	bool adaptive;
	u16 events;
	struct dim rx_dim;
	struct dim tx_dim;
};

void e1k_irq_init(struct e1k_irq *irq, struct e1k_hw *hw,
		  struct net_device *netdev);
void e1k_irq_exit(struct e1k_irq *irq);
int e1k_irq_request(struct e1k_irq *irq, const char *name);
void e1k_irq_release(struct e1k_irq *irq);
void e1k_irq_start(struct e1k_irq *irq, struct e1k_tx_ring *tx,
		   struct e1k_rx_ring *rx);
void e1k_irq_stop(struct e1k_irq *irq);
void e1k_irq_drain(struct e1k_irq *irq);
void e1k_irq_kick(struct e1k_irq *irq);
void e1k_irq_set_coalesce(struct e1k_irq *irq, const struct e1k_coalesce *coal,
			  bool started);
int e1k_irq_test(struct e1k_irq *irq);

#endif /* E1K_IRQ_H */
