#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Byte queue limits: a limit is found under traffic, and what is in flight goes
# back to nothing when the NIC is idle, also after the rings were made anew.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 4
setup

bql() {
	nut cat "/sys/class/net/$NUT/queues/tx-0/byte_queue_limits/$1"
}
idle() {
	(($(bql inflight) == 0))
}
has_limit() {
	(($(bql limit) > 0))
}
# Pieces of a datagram that wait for their rest belong to the NIC for that long.
no_fragments() {
	nut grep -q '^FRAG: inuse 0 ' /proc/net/sockstat
}
flood() {
	nut ping -q -f -c 200 -s 8000 -W 5 "$PEER_IP"
}

nut sysctl -qw net.ipv4.ipfrag_time=3
flood >/dev/null
check "there is a limit" has_limit
check "nothing stays in flight" wait_for idle

ip netns exec "$NS" ping -q -f -s 8000 "$PEER_IP" >/dev/null &
pid=$!
for size in 64 4096 256; do
	nut ethtool -G "$NUT" tx $size
	ip -n "$NS" link set dev "$NUT" down
	ip -n "$NS" link set dev "$NUT" up
done
wait_for has_carrier
end $pid
check "nothing stays in flight after resets under traffic" wait_for idle
check "the peer answers" all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"
wait_for no_fragments
