/* SPDX-License-Identifier: GPL-2.0-only */
/* One queue pair: its interrupt vector, NAPI instance and rings */
#ifndef E1K_QUEUE_H
#define E1K_QUEUE_H

#include <net/xdp.h>

#include "irq.h"
#include "ring_set.h"

/**
 * enum e1k_recovery_step - steps against a hang, mildest first
 * @E1K_STEP_KICK: write the tail again and poll
 * @E1K_STEP_RESTART: restart the transmit rings, without stopping reception
 * @E1K_STEP_RESET: reset the NIC and write its whole state
 */
enum e1k_recovery_step {
	E1K_STEP_KICK,
	E1K_STEP_RESTART,
	E1K_STEP_RESET,
};

/**
 * struct e1k_queue_health - hang detection of one queue pair. RTNL
 * @events: interrupt count when an interrupt was last lost
 * @tx_clean: the transmit ring's next_to_clean at the last check
 * @tx_stuck: consecutive checks without progress of a non-empty transmit ring
 * @tx_step: next recovery step
 * @rx_clean: the receive ring's next_to_clean at the last check
 * @rx_waiting: a completed receive descriptor was unprocessed at the last check
 * @rx_stuck: consecutive checks at which NIC and driver disagreed on the ring
 * @irq_lost: consecutive checks that found a frame but no interrupt
 */
struct e1k_queue_health {
	u16 events;
	u32 tx_clean;
	u8 tx_stuck;
	enum e1k_recovery_step tx_step;
	u32 rx_clean;
	bool rx_waiting;
	u8 rx_stuck;
	u8 irq_lost;
};

/**
 * struct e1k_queue - a transmit and a receive queue that share a vector
 * @rings: the rings while up, else NULLs. Written under RTNL and the transmit
 *	   lock, with the queue stopped
 * @saved: the rings put aside while a self-test uses its own. RTNL
 * @irq: interrupt and NAPI
 * @xsk_rxq: rxq info of the AF_XDP socket's buffers. RTNL
 * @health: state of the hang detection. RTNL
 */
struct e1k_queue {
	struct e1k_ring_set rings;
	struct e1k_ring_set saved;
	struct e1k_irq irq;
	struct xdp_rxq_info xsk_rxq;
	struct e1k_queue_health health;
};

#endif /* E1K_QUEUE_H */
