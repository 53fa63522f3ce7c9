#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 180
# The NIC is part of a bond: active-backup fails over to another and back when the
# cable is pulled, balance-alb changes its address while it runs, 802.3ad finds its
# partner by LACP.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/upper.sh
. "$LIB/upper.sh"
need_module bonding
need_module veth
need_module bridge
plan 12
setup

ip addr flush dev "$PEER"
ip -n "$NS" addr flush dev "$NUT"
defer "ip link del br1 2>/dev/null"
defer "ip link del bond1"
defer "cable nut on >/dev/null"

# bond_nut MODE...: a bond of the NIC and one end of a veth pair.
bond_nut() {
	ip -n "$NS" link del bond0 2>/dev/null
	ip -n "$NS" -batch - <<-END || fatal "cannot make a bond"
		link add bond0 type bond miimon 50 $*
		link set dev $NUT down
		link set dev $NUT master bond0
	END
}
add_veth() {
	ip -n "$NS" -batch - <<-END || fatal "cannot add to the bond"
		link add va type veth peer name vb netns 1
		link set dev va master bond0
	END
	ip link set dev vb addrgenmode none up
}
bond_says() {
	nut cat /proc/net/bonding/bond0
	nut grep -q "$1" /proc/net/bonding/bond0
}

# Peer and veth end are ports of one bridge: a switch.
modprobe 8021q 2>/dev/null
bond_nut mode active-backup
add_veth
ip link add br1 type bridge
ip link set dev "$PEER" master br1
ip link set dev vb master br1
ip -n "$NS" link set dev bond0 type bond primary "$NUT"
upper_addr bond0 br1
check "active-backup: the NIC is the active one" wait_for bond_says "Active Slave: $NUT"
check "active-backup: the peer answers" upper_pings
cable nut off >/dev/null
check "active-backup: cable pulled, the other takes over" wait_for bond_says "Active Slave: va"
check "active-backup: the peer answers over the other" upper_pings
cable nut on >/dev/null
check "active-backup: cable back, the NIC takes over" wait_for bond_says "Active Slave: $NUT"
check "active-backup: the peer answers" upper_pings
check "active-backup: a megabyte by TCP" upper_tcp "$UP_PEER_IP" nut

ip addr flush dev br1
bond_nut mode balance-alb
ip -n "$NS" link set dev va master bond0
upper_addr bond0 br1
check "balance-alb: both ends answer" eval "upper_pings && upper_pinged"
ip -n "$NS" link set dev bond0 address 02:00:00:00:0b:01
check "balance-alb: another address while it runs" upper_pings
ip -n "$NS" link del bond0
check "given up: it has its own address again" \
	test "$(nut cat "/sys/class/net/$NUT/address")" = "$NUT_MAC"
ip link del br1
ip -n "$NS" link del va

bond_nut mode 802.3ad lacp_rate fast
# A port without a speed takes no part; virtio's can be said.
ethtool -s "$PEER" speed 1000 duplex full 2>/dev/null
ip -batch - <<END
	link add bond1 type bond mode 802.3ad miimon 50 lacp_rate fast
	link set dev $PEER down
	link set dev $PEER master bond1
END
upper_addr bond0 bond1
partner=$(cat /sys/class/net/bond1/address)
check "802.3ad: the partner is found" wait_for bond_says "Partner Mac Address: $partner"
# All bits but the last two (defaulted, expired), of both ends as both see them:
# until then a port may be taken out of its aggregator once more.
both_distribute() {
	(($(nut grep -c "port state: 63" /proc/net/bonding/bond0) == 2 &&
	  $(grep -c "port state: 63" /proc/net/bonding/bond1) == 2))
}
wait_for both_distribute || bond_says .
check "802.3ad: the peer answers" upper_pings
ip link set dev "$PEER" nomaster
