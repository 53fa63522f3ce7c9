#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# needs: link_events
#
# The cable is pulled and put back: the carrier follows, listeners hear of
# it, and traffic runs again.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 14
setup

no_carrier() {
	! has_carrier
}
has_events() {
	(($(grep -c "$1" "$events") >= $2))
}
link_detected() {
	[[ $(nut ethtool "$NUT") == *"Link detected: $1"* ]]
}
pings() {
	all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"
}

events=$(mktemp)
defer "rm -f $events"
ip -n "$NS" -o monitor link dev "$NUT" >"$events" &
defer "end $!"
defer "cable nut on >/dev/null"

check "ethtool sees the link" link_detected yes
check "the speed is 1000 Mb/s, full duplex" grep -qz "1000Mb/s.*Full" <(nut ethtool "$NUT")
for i in 1 2; do
	cable nut off >/dev/null
	check "pulled: the carrier is lost ($i)" wait_for no_carrier
	check "pulled: ethtool sees no link ($i)" link_detected no
	cable nut on >/dev/null
	check "put back: the carrier is there ($i)" wait_for has_carrier
	check "put back: the peer answers ($i)" wait_for pings
done
check "the loss of carrier was told" wait_for has_events NO-CARRIER 2
check "its return was told" wait_for has_events LOWER_UP 2

# Faster than the driver looks: the last state counts.
for _ in 1 2 3 4 5; do
	cable nut off >/dev/null
	cable nut on >/dev/null
done
check "after fast changes the carrier is there" wait_for has_carrier
check "after fast changes the peer answers" wait_for pings
