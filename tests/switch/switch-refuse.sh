#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
# e1k-switch refuses what it cannot carry over, and what it cannot do, before it
# touches anything.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
plan 14
setup_stock
defer "ip netns del inner 2>/dev/null; ip link del tun0 2>/dev/null"

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
ip netns add inner
ip link add link wan0 netns inner name mv1 type macvlan
refused "a macvlan in another network namespace" "mv1 in another .*inner.* a macvlan on wan0"
ip netns del inner
ip link add tun0 type gretap local "$NUT_IP" remote "$PEER_IP" dev wan0
refused "a tunnel through it" "tun0 is a gretap through wan0"
ip link del tun0
if command -v nft >/dev/null; then
	nft add table netdev t
	nft add chain netdev t c '{ type filter hook ingress device wan0 priority 0; }'
	refused "a filter at its ingress" "chain c is bound to wan0"
	nft delete table netdev t
else
	skip "a filter at its ingress: refused" "no nft here"
fi
tc qdisc add dev wan0 clsact
refused "traffic control" "clsact"
tc qdisc del dev wan0 clsact
refused "who does not answer before" "192.0.2.200 does not answer now" wan0 --ping 192.0.2.200
refused "no such NIC" "there is no NIC eth77" eth77
refused "another kind of NIC" "not a NIC of the e1000's kind" lo
check_fails "no NIC: refused" "which NIC" e1k_switch to e1k
refused "to persist without the service" "persist needs" wan0 --persist
check_fails "not as a user" "root rights" \
	setpriv --reuid 65534 --clear-groups /e1k/tools/switch/e1k-switch back --all
sed 's/ mod_unload / mod_unlode /' "$E1K_KO" >/tmp/e1k.ko
check_fails "a module of another kernel" "nvalid module format" \
	/e1k/tools/switch/e1k-switch --module /tmp/e1k.ko to e1k wan0
ip netns add inner
ip link set dev wan0 netns inner
refused "a NIC in another network namespace" "in another network namespace" "$NUT_PCI"
ip -n inner link set dev wan0 netns 1
check "nothing was touched" test "$(index)" = "$before"
