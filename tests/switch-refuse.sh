#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
# e1k-switch refuses what it cannot carry over, before it touches anything, and goes
# back by itself when the one who must answer is silent afterwards.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
plan 14
setup_stock

refused() {
	check_fails "$1: refused" "$2" e1k_switch to e1k "${3:-wan0}" "${@:4}"
}
index() {
	cat /sys/class/net/wan0/ifindex
}
before=$(index)

ip link add link wan0 name mv0 type macvlan
refused "a macvlan" "mv0 is a macvlan"
ip link del mv0
tc qdisc add dev wan0 clsact
refused "traffic control" "clsact"
tc qdisc del dev wan0 clsact
refused "who does not answer before" "192.0.2.200 does not answer now" wan0 --ping 192.0.2.200
refused "no such NIC" "there is no NIC eth77" eth77
refused "another kind of NIC" "not a NIC of the e1000's kind" lo
check_fails "no NIC: refused" "which NIC" e1k_switch to e1k
refused "to persist without the service" "persist needs" wan0 --persist
check_fails "not as a user" "root rights" \
	setpriv --reuid 65534 --clear-groups /e1k/scripts/switch/e1k-switch back --all
check "nothing was touched" test "$(index)" = "$before"

# A router's announcement is not carried over: there is no way to this one afterwards.
ip -n "$FAR" addr add 198.51.100.1/32 dev lo
ip route add 198.51.100.1/32 via "$PEER_IP" dev wan0 proto ra
check_fails "silent afterwards: it goes back" "does not answer after .* going back to e1000" \
	e1k_switch to e1k wan0 --ping 198.51.100.1 --timeout 5
check "e1000 drives it again" driver_is e1000
check "it is another interface: it was tried" test "$(index)" != "$before"
has_address() {
	ip -o addr show dev wan0 | grep -q " $NUT_IP/24 "
}
check "with its addresses" has_address
check "and the peer answers" wait_for ping -q -c 1 -W 1 "$PEER_IP"
