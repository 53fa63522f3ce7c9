#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The NIC is a port of a bridge: what is behind the bridge is reached, promiscuous
# is switched on for it and off after it, and the NIC's own traffic runs again.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/upper.sh
. "$LIB/upper.sh"
need_module bridge
need_module veth
plan 6
setup

defer "ip netns del behind"
ip netns add behind
ip -n "$NS" -batch - <<END
	link add br0 type bridge
	link add va type veth peer name vb netns behind
	link set dev va master br0 addrgenmode none up
	link set dev br0 addrgenmode none up
END
ip -n behind link set dev vb addrgenmode none up
ip -n behind addr add $UP_IP/24 dev vb
ip addr add $UP_PEER_IP/24 dev "$PEER"

promiscuous() {
	[[ $(ip -n "$NS" -d -o link show dev "$NUT") == *"promiscuity 1"* ]]
}
not_promiscuous() {
	! promiscuous
}
behind() {
	ip netns exec behind "$@"
}
both_ways() {
	wait_for behind ping -q -c 1 -W 2 "$UP_PEER_IP" &&
		all_answered behind ping -q -c 20 -i 0.01 -W 10 "$UP_PEER_IP" &&
		upper_pinged "$UP_IP"
}

ip -n "$NS" link set dev "$NUT" master br0
check "a port of a bridge is promiscuous" promiscuous
check "what is behind the bridge pings and is pinged" both_ways
check "a megabyte by TCP through the bridge" upper_tcp "$UP_PEER_IP" behind
check "its addresses are learnt at the NIC" \
	grep -qi "$PEER_MAC dev $NUT master br0" <(nut bridge fdb show br br0)
ip -n "$NS" link set dev "$NUT" nomaster
check "no port any more: not promiscuous" not_promiscuous
check "no port any more: the peer answers" all_answered \
	nut ping -q -c 5 -i 0.05 -W 5 "$PEER_IP"
