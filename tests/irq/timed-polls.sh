#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
#
# Where the NIC keeps interrupts apart the driver polls by timer too, at least
# for a trial; with rx-usecs 0 it never does. Nothing is lost.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 5
setup

tracing=/sys/kernel/tracing
expired=events/timer/hrtimer_expire_entry/enable

defer "echo 0 >$tracing/$expired; echo >$tracing/trace"
echo 10000 >$tracing/buffer_size_kb
echo 1 >$tracing/$expired

# "pings_with USECS COUNT OPTION...": sets $timed to the polls that the driver's timer began
pings_with() {
	nut ethtool -C "$NUT" rx-usecs "$1"
	echo >$tracing/trace
	check "rx-usecs $1: pings are answered" \
		all_answered nut ping -q -c "$2" "${@:3}" -W 5 "$PEER_IP"
	timed=$(grep -c e1k_repoll_expired $tracing/trace)
	note "$timed timed polls"
}

# One by one there are a few trials.
pings_with 20 300 -i 0.01
check "some polls come by timer" test "$timed" -gt 1
# Answers that come at once would earn one for nearly each ping.
pings_with 0 500 -f
check "no poll does" test "$timed" = 0
nut ethtool -C "$NUT" rx-usecs 20
check "a flood is answered" all_answered nut ping -q -f -c 1000 -W 5 "$PEER_IP"
