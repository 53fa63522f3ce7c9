#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# With napi_defer_hard_irqs and gro_flush_timeout the stack polls by timer: traffic
# runs the same and hardly needs an interrupt; then interrupts are back.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 4
setup

pings=300
# None of the driver's own timed polls
nut ethtool -C "$NUT" rx-usecs 0
irq=$(nut_irq)

interrupts() {
	awk -v irq="$irq:" '$1 == irq { print $2 + $3 }' /proc/interrupts
}
flood() {
	all_answered nut ping -q -f -c $pings -W 5 "$PEER_IP"
}
defer_irqs() {
	nut sh -c "echo $1 >/sys/class/net/$NUT/napi_defer_hard_irqs
		echo $2 >/sys/class/net/$NUT/gro_flush_timeout"
}

before=$(interrupts)
check "a flood of pings with interrupts" flood
plain=$(($(interrupts) - before))
note "$plain interrupts for $pings pings"

defer_irqs 1000 1000000
before=$(interrupts)
check "the same with deferred interrupts" flood
deferred_count=$(($(interrupts) - before))
note "$deferred_count interrupts for $pings pings"
check "it takes far fewer interrupts" test $((deferred_count * 3)) -lt "$plain"

defer_irqs 0 0
check "the same with interrupts again" flood
