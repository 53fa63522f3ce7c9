#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
# A NIC goes back to the driver it had, by itself and with all that it had, when the one
# who must answer is silent afterwards, when there is no link, and when the process that
# switches is killed at its work.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
plan 12
setup_stock

answers_again() {
	wait_for nut_carrier && wait_for ping -q -c 1 -W 1 "$PEER_IP"
}
as_before() {
	driver_is e1000 && diff <(echo "$before") <(picture)
}
link_up() {
	"$QMP" set_link "{\"name\": \"nut\", \"up\": $1}"
}

ip route add 198.51.100.0/24 via "$PEER_IP" dev wan0
before=$(picture)
was=$(cat /sys/class/net/wan0/ifindex)

# A router's announcement is not carried over: there is no way to this one afterwards.
ip -n "$FAR" addr add 203.0.113.1/32 dev lo
ip route add 203.0.113.1/32 via "$PEER_IP" dev wan0 proto ra
check_fails "silent afterwards: it goes back" "going back to e1000" \
	e1k_switch to e1k wan0 --ping 203.0.113.1 --timeout 5
check "it was tried: this is another interface" test "$(cat /sys/class/net/wan0/ifindex)" != "$was"
check "e1000 drives it, it has all that it had" as_before
check "and the peer answers" answers_again

hook "/e1k/scripts/vm/qmp set_link '{\"name\": \"nut\", \"up\": false}'"
check_fails "no link: it goes back" "no link after" e1k_switch to e1k wan0 --timeout 5
check "e1000 drives it" driver_is e1000
check "the link can come up" link_up true
check "and the peer answers" answers_again

# shellcheck disable=SC2016 # that is for the hook
hook 'kill -9 $PPID'
check_fails "killed at work: it goes back" "killed .signal 9" e1k_switch to e1k wan0 --timeout 60
check "e1000 drives it, it has all that it had" as_before
check "and the peer answers" answers_again
check "then it can be switched" e1k_switch to e1k wan0 --ping "$PEER_IP" --timeout 60
