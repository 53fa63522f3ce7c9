#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
#
# Where the NIC keeps interrupts apart the driver polls by timer too, at least
# for a trial; with rx-usecs 0 each poll has its interrupt. Nothing is lost.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 5
setup

tracing=/sys/kernel/tracing

defer "echo 0 >$tracing/events/e1k/enable; echo >$tracing/trace"
echo 10000 >$tracing/buffer_size_kb
echo 1 >$tracing/events/e1k/e1k_irq/enable
echo 1 >$tracing/events/e1k/e1k_poll_begin/enable

# "pings_with USECS COUNT OPTION...": sets $timed to the polls that no interrupt asked for
pings_with() {
	local polls interrupts

	nut ethtool -C "$NUT" rx-usecs "$1"
	echo >$tracing/trace
	check "rx-usecs $1: pings are answered" \
		all_answered nut ping -q -c "$2" "${@:3}" -W 5 "$PEER_IP"
	polls=$(grep -c e1k_poll_begin: $tracing/trace)
	interrupts=$(grep -c e1k_irq: $tracing/trace)
	note "$polls polls, $interrupts interrupts"
	timed=$((polls - interrupts))
}

# One by one there are a few trials.
pings_with 20 300 -i 0.01
check "some polls come by timer" test $timed -gt 1
# Answers that come at once would earn one for nearly each ping.
pings_with 0 500 -f
check "each poll has its interrupt" test $timed -le 1
nut ethtool -C "$NUT" rx-usecs 20
check "a flood is answered" all_answered nut ping -q -f -c 1000 -W 5 "$PEER_IP"
