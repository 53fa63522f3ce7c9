#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# iperf3 as a user would run it: TCP both ways, several streams, UDP.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 4
setup

iperf3 -s -B "$PEER_IP" >/dev/null &
defer "end $!"
listens() {
	[[ -n $(ss -Hltn "src $PEER_IP:5201") ]]
}
wait_for listens

check "TCP from the NIC" nut iperf3 -c "$PEER_IP" -n 8M
check "TCP to the NIC" nut iperf3 -c "$PEER_IP" -n 8M -R
check "four streams in both directions" nut iperf3 -c "$PEER_IP" -n 8M -P 4 --bidir
check "UDP from the NIC" nut iperf3 -c "$PEER_IP" -u -b 20M -n 2M
