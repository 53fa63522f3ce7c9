#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ip and bpftool tell the truth about the program of the NIC: native, its number
# and name, and nothing once it is gone. Both can attach it.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 5
setup
object=$LIB/../../build/bpf/verdict.bpf.o

shows() {
	local out

	out=$(nut ip -d link show dev "$NUT")
	echo "$out"
	[[ $out == *" xdp "* && $out != *xdpgeneric* && $out =~ prog/xdp\ id\ ([0-9]+)\ name\ pass ]]
}

listed() {
	local out

	out=$(nut bpftool net show dev "$NUT")
	echo "$out"
	[[ $out == *"$NUT("*") driver id "* ]]
}

nothing_left() {
	local out

	out=$(nut ip -d link show dev "$NUT")
	echo "$out"
	[[ $out != *xdp* ]]
}

check "ip attaches a program in the driver" \
	ip -n "$NS" link set dev "$NUT" xdpdrv obj "$object" program pass
check "ip -d link shows it, and that it is native" shows
if command -v bpftool >/dev/null; then
	check "bpftool net lists it as the driver's" listed
else
	skip "bpftool net lists it as the driver's" "no bpftool here"
fi
check "the peer answers" all_answered nut ping -q -c 10 -i 0.01 -W 5 "$PEER_IP"
ip -n "$NS" link set dev "$NUT" xdpdrv off
check "detached: nothing is shown" nothing_left
