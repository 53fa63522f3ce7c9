#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# machine: pc
#
# Another NIC on the same interrupt line: each driver leaves alone what is not
# its own, takes what is, and comes and goes without hurting the other.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/lib/e1k.sh"

SHARE=$(iface_of "$SHARE_MAC") || skip_all "no NIC to share the line with"
SHARE_PEER=$(iface_of "$SHARE_PEER_MAC") || skip_all "nothing on the wire of $SHARE"
share_pci=$(basename "$(readlink -f "/sys/class/net/$SHARE/device")")

plan 9
setup

ip netns add share
ip link set dev "$SHARE" netns share
ip -n share addr add 198.51.100.1/24 dev "$SHARE"
ip -n share link set dev "$SHARE" up
ip addr add 198.51.100.2/24 dev "$SHARE_PEER"
ip link set dev "$SHARE_PEER" up
defer "ip netns del share; wait_for iface_of $SHARE_MAC"
defer "ip link set dev $SHARE_PEER down; ip addr flush dev $SHARE_PEER"

irq=$(<"/sys/bus/pci/devices/$NUT_PCI/irq")

shares() {
	[[ $(<"/sys/bus/pci/devices/$share_pci/irq") == "$irq" ]] &&
		grep -E "^ *$irq:.*,.*" /proc/interrupts
}
interrupts() {
	awk -v irq="$irq:" '$1 == irq { print $2 + $3 }' /proc/interrupts
}
complaints() {
	dmesg | grep -c "irq $irq: nobody cared"
}
nut_answers() {
	all_answered nut ping -q -f -c 200 -W 5 "$PEER_IP"
}
share_answers() {
	all_answered ip netns exec share ping -q -f -c 200 -W 5 198.51.100.2
}
both_answer() {
	local pid rc

	nut_answers &
	pid=$!
	share_answers
	rc=$?
	wait $pid && ((rc == 0))
}
more_interrupts() {
	local before

	before=$(interrupts)
	"$@"
	(($(interrupts) > before))
}

before=$(complaints)
check "the two drivers share line $irq" shares
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
