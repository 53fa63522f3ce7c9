# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests with other NICs on the interrupt line of the NIC under test. Sourced after e1k.sh.

# Sourced: what is set here is used by the tests.
# shellcheck disable=SC2034

SHARE_IP=198.51.100.1 SHARE_PEER_IP=198.51.100.2
SHARE=$(iface_of "$SHARE_MAC") || skip_all "no NIC to share the line with"
SHARE_PEER=$(iface_of "$SHARE_PEER_MAC") || skip_all "nothing on the wire of $SHARE"
share_pci=$(basename "$(readlink -f "/sys/class/net/$SHARE/device")")

# The other NIC in a namespace of its own, with a peer at the end of its wire. Before the
# plan: it may skip all.
share_setup() {
	ip netns add share
	ip link set dev "$SHARE" netns share
	ip -n share addr add "$SHARE_IP/24" dev "$SHARE"
	ip -n share link set dev "$SHARE" up
	ip addr add "$SHARE_PEER_IP/24" dev "$SHARE_PEER"
	ip link set dev "$SHARE_PEER" up
	defer "ip netns del share; wait_for iface_of $SHARE_MAC"
	defer "ip link set dev $SHARE_PEER down; ip addr flush dev $SHARE_PEER"
	irq=$(<"/sys/bus/pci/devices/$NUT_PCI/irq")
	[[ $(nut_irq) == "$irq" ]] ||
		skip_all "this NIC shares no line: it has MSI-X"
}

# Do these PCI functions, and the NIC under test, have one line, with a handler each?
line_has() {
	local pci handlers

	for pci; do
		[[ $(<"/sys/bus/pci/devices/$pci/irq") == "$irq" ]] || return
	done
	handlers=$(grep -E "^ *$irq:" /proc/interrupts | tr -cd ,)
	((${#handlers} >= $#))
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
	all_answered ip netns exec share ping -q -f -c 200 -W 5 "$SHARE_PEER_IP"
}

# "all_at_once COMMAND...": each of them succeeds, run beside the others.
all_at_once() {
	local one pids=() rc=0

	for one; do
		"$one" &
		pids+=($!)
	done
	for one in "${pids[@]}"; do
		wait "$one" || rc=1
	done
	return $rc
}
