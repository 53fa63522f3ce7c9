#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ethtool -s msglvl decides which messages the driver logs: those of the link, by name
# and by number.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 5
setup
defer "cable nut on >/dev/null"

# What the driver logs while the cable is pulled and put back.
flap() {
	dmesg -C
	cable nut off >/dev/null
	wait_for eval "! has_carrier" || return
	cable nut on >/dev/null
	wait_for has_carrier || return
	# The driver holds the lock that this needs until it has said all.
	ip -n "$NS" link set dev "$NUT" txqueuelen 1000
	dmesg | grep "$NUT"
}
logged() {
	local out

	out=$(flap)
	echo "$out"
	[[ $out == *"link is down"*"link is up, 1000 Mb/s full duplex"* ]]
}
silent() {
	local out

	out=$(flap)
	echo "$out"
	has_carrier && [[ $out != *"link is"* ]]
}

check "at first the link is logged" logged
nut ethtool -s "$NUT" msglvl link off
check "without it, it is not" silent
check "the others are still on" eval "nut ethtool $NUT | grep -w tx_err"
nut ethtool -s "$NUT" msglvl 0x4
check "by number: it is logged again" logged
nut ethtool -s "$NUT" msglvl 0
check "nothing is asked for: nothing is said" silent
