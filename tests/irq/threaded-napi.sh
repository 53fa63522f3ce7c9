#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# With threaded NAPI the polling is done by a kernel thread, and traffic runs the
# same; it can be switched under traffic.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
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
# Of the polls during a flood, those by the thread: all but perhaps the first.
polls_in_thread() {
	local all in_thread

	echo >$TRACING/trace
	flood || return
	all=$(grep -c e1k_poll_begin: $TRACING/trace)
	in_thread=$(grep -c "napi/$NUT-.*e1k_poll_begin:" $TRACING/trace)
	note "$all polls, $in_thread in the thread"
	((in_thread > 0 && in_thread >= all - 1))
}

TRACING=/sys/kernel/tracing
defer "echo 0 >$TRACING/events/e1k/e1k_poll_begin/enable; echo >$TRACING/trace"
echo 1 >$TRACING/events/e1k/e1k_poll_begin/enable

ip netns exec "$NS" ping -q -i 0.01 "$PEER_IP" >/dev/null &
defer "end $!"

check "switched on under traffic" threaded 1
check "there is a thread for the NIC" napi_thread
check "the thread polls, nothing is lost" polls_in_thread
ip -n "$NS" link set dev "$NUT" down
ip -n "$NS" link set dev "$NUT" up
wait_for has_carrier
check "the same after down and up" polls_in_thread
check "switched off under traffic" threaded 0
check "nothing is lost without the thread" flood
