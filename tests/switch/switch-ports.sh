#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
# e1k-switch carries a port of a VLAN-filtering bridge and one of a bond over, with
# what was set for the port.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
for module in bridge bonding; do
	modprobe $module 2>/dev/null || skip_all "this kernel has no $module"
done
plan 9
setup_stock
defer "ip link del br7 2>/dev/null; ip link del bond7 2>/dev/null; ip link del spare7 2>/dev/null"

reaches() {
	wait_for ping -q -c 1 -W 1 "$PEER_IP" && all_answered ping -q -c 3 -W 10 -i 0.1 "$PEER_IP"
}
same() {
	diff <(echo "$before") <(picture)
}

ip addr flush dev wan0
ip -batch - <<END || fatal "cannot make a bridge"
link add br7 type bridge vlan_filtering 1 vlan_default_pvid 3
link set dev wan0 master br7
link set dev wan0 type bridge_slave hairpin on priority 9
link set dev br7 up
addr add $NUT_IP/24 dev br7
END
bridge vlan add dev wan0 vid 20-25
bridge fdb add 02:00:00:00:00:07 dev wan0 master static vlan 3
check "the peer answers through the bridge" reaches
before=$(picture)
check "to e1k" e1k_switch to e1k wan0 --ping "$PEER_IP" --timeout 60
check "the port is what it was" same
check "the peer answers through the bridge" reaches
ip link del br7

ip -batch - <<END || fatal "cannot make a bond"
link add bond7 type bond mode active-backup miimon 50
link set dev wan0 down
link set dev wan0 master bond7
link add spare7 type dummy
link set dev spare7 master bond7
link set dev bond7 type bond primary wan0
addr add $NUT_IP/24 dev bond7
link set dev bond7 up
route add 198.51.100.0/24 via $PEER_IP dev bond7
END
check "the peer answers through the bond" reaches
before=$(picture)
check "back" e1k_switch back --all --ping "$PEER_IP" --timeout 60
check "e1000 drives it" driver_is e1000
check "the port is what it was" same
check "the peer answers through the bond" reaches
