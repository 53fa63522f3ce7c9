#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# VLANs in a VLAN (802.1ad outside, 802.1Q inside), two deep, with the offloads on
# and off, and filters switched while frames run.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/upper.sh
. "$LIB/upper.sh"
need_module 8021q
plan 5
setup

defer "ip link del s100"
# Room for the second tag, which a NIC need not have.
ip link set dev "$PEER" mtu 1504
ip -n "$NS" link set dev "$NUT" mtu 1504
wait_for has_carrier
for side in "-n $NS" "-n $NS-none"; do
	dev=$NUT
	[[ $side == *none ]] && { side=""; dev=$PEER; }
	# shellcheck disable=SC2086 # two words or none
	ip $side -batch - <<-END || fatal "cannot make VLANs"
		link add link $dev name s100 type vlan id 100 proto 802.1ad
		link add link s100 name c7 type vlan id 7 proto 802.1Q
		link set dev s100 mtu 1504 addrgenmode none up
		link set dev c7 mtu 1500 addrgenmode none up
	END
done
upper_addr c7 c7

tags_on_wire() {
	local out

	# As many as it takes until tcpdump has one.
	ip netns exec "$NS" ping -q -i 0.2 "$UP_PEER_IP" >/dev/null &
	out=$(timeout 60 tcpdump -c 1 -n -e -i "$PEER" "ether src $NUT_MAC" 2>&1)
	end $!
	echo "$out"
	[[ $out == *802.1Q-QinQ*"vlan 100"*"vlan 7"* ]]
}

check "both ends ping" eval "upper_pings && upper_pinged"
check "both tags are on the wire" tags_on_wire
check "a megabyte by TCP" upper_tcp "$UP_PEER_IP" nut
nut ethtool -K "$NUT" rxvlan off txvlan off >/dev/null
check "without VLAN offload: both ends ping" eval "upper_pings && upper_pinged"
nut ethtool -K "$NUT" rxvlan on txvlan on rx-vlan-filter off >/dev/null
check "without VLAN filter: both ends ping" eval "upper_pings && upper_pinged"
ip link set dev "$PEER" mtu 1500
