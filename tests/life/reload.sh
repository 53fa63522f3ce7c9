#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
#
# Fifty times the module is unloaded and loaded under traffic. Each time the NIC
# appears, goes up, and is taken away while frames come in.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 2
setup

cycles=50

# As many broadcasts as there is time for: they need no neighbour.
ping -q -f -b 192.0.2.255 >/dev/null 2>&1 &
defer "end $!"

reload() {
	local i name

	for ((i = 1; i <= cycles; i++)); do
		# Looking at what the driver counted takes longer than the rest of it
		E1K_NICSTATE='' unload || return
		! iface_of "$NUT_MAC" || return
		load || return
		wait_for iface_of "$NUT_MAC" || return
		name=$(iface_of "$NUT_MAC")
		ip link set dev "$name" addrgenmode none up || return
		# Mostly as fast as it can be done, now and then with frames.
		if ((i % 10 == 0)); then
			wait_for receives "$name" || return
		fi
	done
}

receives() {
	(($(<"/sys/class/net/$1/statistics/rx_packets") > 0))
}

check "the module was loaded $cycles times" reload
adopt
check "the peer answers" all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"
