#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# With threaded NAPI the polling is done by a kernel thread, and traffic runs the
# same; it can be switched under traffic.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/lib/e1k.sh"
plan 6
setup

flood() {
	all_answered nut ping -q -f -c 200 -W 5 "$PEER_IP"
}
threaded() {
	nut sh -c "echo $1 >/sys/class/net/$NUT/threaded"
}
napi_thread() {
	pgrep "^napi/$NUT-"
}
# Voluntary switches: how often it slept and was woken.
wakeups() {
	awk '/^voluntary/ { print $2 }' "/proc/$(napi_thread)/status"
}
polls_in_thread() {
	local before

	before=$(wakeups)
	flood && (($(wakeups) - before > 100))
}

ip netns exec "$NS" ping -q -i 0.01 "$PEER_IP" >/dev/null &
defer "kill $!"

check "switched on under traffic" threaded 1
check "there is a thread for the NIC" napi_thread
check "the thread polls, nothing is lost" polls_in_thread
ip -n "$NS" link set dev "$NUT" down
ip -n "$NS" link set dev "$NUT" up
wait_for has_carrier
check "the same after down and up" polls_in_thread
check "switched off under traffic" threaded 0
check "nothing is lost without the thread" flood
