#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
# e1k-switch takes a NIC from e1000 to e1k and back. Its name, addresses, routes,
# VLANs and settings are afterwards what they were before, and traffic flows.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
modprobe 8021q 2>/dev/null || skip_all "this kernel has no 8021q"
plan 13
setup_stock

defer "ip rule del iif wan0 lookup 77; ip route del unreachable 203.0.113.128/25"
ip -batch - <<END || fatal "cannot set up wan0"
link set dev wan0 up mtu 1450 alias "the way out" txqueuelen 555
link property add dev wan0 altname the-other-name
addr add 192.0.2.77/24 dev wan0 label wan0:1
addr add 10.9.0.1 peer 10.9.0.2/32 dev wan0
addr add 192.0.2.99/24 dev wan0 valid_lft 5000 preferred_lft 4000
addr add 2001:db8:1::1/64 dev wan0 nodad noprefixroute
route add 198.51.100.0/24 via $PEER_IP dev wan0 metric 5
route add 203.0.113.0/24 via 198.51.100.9 dev wan0 onlink mtu 1300
route add default via $PEER_IP dev wan0 table 77
route add unreachable 203.0.113.128/25
route add 10.8.0.0/16 nexthop via $PEER_IP dev wan0 weight 2 nexthop via 192.0.2.3 dev wan0
route add 2001:db8:2::/48 via $PEER_IP6 dev wan0
rule add iif wan0 lookup 77
neigh add 192.0.2.3 lladdr 02:00:00:00:00:03 nud permanent dev wan0
link add link wan0 name office type vlan id 5 egress-qos-map 2:3 4:5
link set dev office up
addr add 10.5.0.1/24 dev office
route add 10.55.0.0/16 via 10.5.0.2 dev office
link add link office name inner type vlan proto 802.1ad id 6 reorder_hdr off
link set dev inner address 02:00:00:00:06:06 up
addr add 10.6.0.1/24 dev inner
END
echo 2 >/proc/sys/net/ipv4/conf/wan0/rp_filter
ip -n "$FAR" -batch - <<END || fatal "cannot set up v5"
link add link $PEER name v5 type vlan id 5
link set dev v5 up
addr add 10.5.0.2/24 dev v5
END

same() {
	local now

	now=$(picture)
	diff <(echo "$before") <(echo "$now")
}
reaches() {
	wait_for nut_carrier || return
	all_answered ping -q -c 3 -W 10 -i 0.1 "$PEER_IP" &&
		all_answered ping -q -c 3 -W 10 -i 0.1 "$PEER_IP6" &&
		all_answered ping -q -c 3 -W 10 -i 0.1 10.5.0.2
}

listed() {
	e1k_switch status | grep -E "^$NUT_PCI +wan0 .* $1 +$2"
}
is_back() {
	driver_is e1000 && ! is_loaded
}

check "before: peer and VLAN answer" reaches
before=$(picture)
check "status lists it as one that can be switched" listed e1000 "can be switched"
check "to e1k" e1k_switch to e1k wan0 --timeout 60
check "e1k drives it" driver_is "$DRV"
check "all is as it was" same
check "peer and VLAN answer" reaches
check "status says so" listed e1k "switched until"
check "once more changes nothing" e1k_switch to e1k wan0
check "back, by PCI address" e1k_switch back "$NUT_PCI" --ping "$PEER_IP" --timeout 60
check "e1000 drives it, e1k is unloaded" is_back
check "all is as it was" same
check "peer and VLAN answer" reaches
check "no override is left" grep -q null "/sys/bus/pci/devices/$NUT_PCI/driver_override"
