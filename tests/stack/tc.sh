#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# tc on the NIC, in and out: drop by flower with exact counters, mirror by matchall,
# redirect to another interface; and without it all is as before.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/upper.sh
. "$LIB/upper.sh"
need_module cls_flower
need_module cls_matchall
need_module act_mirred
need_module act_gact
need_module sch_ingress
need_module dummy
plan 8
setup

tcn() {
	nut tc "$@"
}
# Packets that an action has counted.
acted() {
	tcn -s filter show dev "$NUT" "$1" | awk '/Sent/ { print $4; exit }'
}
lost_all() {
	[[ $(nut ping -q -c 10 -i 0.01 -W 1 "$PEER_IP") == *" 100% packet loss"* ]]
}
answered() {
	all_answered nut ping -q -c 10 -i 0.01 -W 5 "$PEER_IP"
}

check "before: the peer answers" answered
tcn qdisc add dev "$NUT" clsact
tcn filter add dev "$NUT" ingress protocol ip flower ip_proto icmp action drop
check "ingress: what flower drops does not come in" lost_all
check "ingress: ten of ten counted" test "$(acted ingress)" = 10
tcn filter del dev "$NUT" ingress
tcn filter add dev "$NUT" egress protocol ip flower ip_proto icmp action drop
check "egress: what flower drops does not go out" lost_all
# ping tries again when it is told that a packet was not sent.
check "egress: every one counted" test "$(acted egress)" -ge 10
tcn filter del dev "$NUT" egress
ip -n "$NS" link add dum0 type dummy
ip -n "$NS" link set dev dum0 addrgenmode none up
tcn filter add dev "$NUT" ingress matchall action mirred egress mirror dev dum0
check "ingress, mirrored: the peer answers" answered
check "ingress, mirrored: the copies are there" \
	test "$(nut cat /sys/class/net/dum0/statistics/tx_packets)" -ge 10
tcn qdisc del dev "$NUT" clsact
check "without tc: the peer answers" answered
