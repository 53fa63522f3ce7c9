#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Down and up, new rings, unloading: all memory is given back. Twenty times the
# largest rings would show any that are kept. On a kernel that checks each page, freeing
# thousands of large buffers takes seconds, in which nothing is sent.
# allow-log: NETDEV WATCHDOG

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 3
setup

available() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^MemAvailable/ { print $2 }' /proc/meminfo
}
# One ring of 4096 buffers is 8 MiB. Were each round's kept, there would be 160
# less; a few come and go with page pools, sockets and the page allocator.
flat() {
	local before after i

	"$@" || return	# what is allocated once and kept
	before=$(available)
	for ((i = 0; i < 20; i++)); do
		"$@" || return
	done
	after=$(available)
	echo "available: $before KiB before, $after KiB after"
	((before - after < 40960))
}
down_up() {
	ip -n "$NS" link set dev "$NUT" down
	ip -n "$NS" link set dev "$NUT" up
}
new_rings() {
	nut ethtool -G "$NUT" rx 64 && nut ethtool -G "$NUT" rx 4096
}
new_mtu() {
	ip -n "$NS" link set dev "$NUT" mtu 9000 && ip -n "$NS" link set dev "$NUT" mtu 1500
}

nut ethtool -G "$NUT" rx 4096 tx 4096
wait_for has_carrier
ip netns exec "$NS" ping -q -f -s 3000 "$PEER_IP" >/dev/null &
defer "end $!"

check "twenty times down and up" flat down_up
check "twenty times new rings" flat new_rings
check "twenty times another MTU" flat new_mtu
