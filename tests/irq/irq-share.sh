#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# machine: pc
#
# Another NIC on the same interrupt line: each driver leaves alone what is not
# its own, takes what is, and comes and goes without hurting the other.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/share.sh
. "$(dirname "$0")/../lib/share.sh"

setup
share_setup
plan 9

both_answer() {
	all_at_once nut_answers share_answers
}
more_interrupts() {
	local before

	before=$(interrupts)
	"$@"
	(($(interrupts) > before))
}

before=$(complaints)
check "the two drivers share line $irq" line_has "$share_pci"
check "traffic on the NIC under test raises it" more_interrupts nut_answers
check "traffic on the other NIC raises it" more_interrupts share_answers
check "both carry traffic at the same time" both_answer
ip -n "$NS" link set dev "$NUT" down
check "down: the other NIC works" share_answers
ip -n "$NS" link set dev "$NUT" up
wait_for has_carrier
check "up again: both work" both_answer
unload
check "unloaded: the other NIC works" share_answers
load
adopt
check "loaded again: both work" both_answer
check "the kernel did not give up on the line" test "$(complaints)" = "$before"
