#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# More frames come than the driver can take, into the smallest ring: those that
# find no room are lost, nothing else.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"

modprobe pktgen || skip_all "no pktgen"
plan 5
setup
defer "rmmod pktgen"
frames=20000

flood() {
	(
		cd /proc/net/pktgen || exit
		echo rem_device_all >kpktgend_1
		echo "add_device $PEER" >kpktgend_1
		for line in "count $frames" "clone_skb 0" "pkt_size $1" "dst_mac $NUT_MAC" \
			"dst $NUT_IP" "delay 0"; do
			echo "$line" >"$PEER" || exit
		done
		echo start >pgctrl
		echo rem_device_all >kpktgend_1
	)
}
# Frames that the NIC calls too short: QEMU's 82574L counts those that QEMU has padded
undersize() {
	nut ethtool --json -S "$NUT" --groups rmon |
		sed -n 's/.*"etherStatsUndersizePkts": *\([0-9]*\).*/\1/p'
}
received() {
	local errors short

	errors=$(counter rx_errors)
	short=$(undersize)
	echo "$(counter rx_packets) received, $(counter rx_missed_errors) missed," \
		"$errors errors, ${short:-0} short"
	(($(counter rx_packets) > 0 && errors <= ${short:-0}))
}

nut ethtool -G "$NUT" rx 64
wait_for has_carrier
for size in 60 1514; do
	check "a flood of $frames frames of $size bytes" flood $size
	check "the peer answers" wait_for all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"
done
check "frames were received, and the only ones lost were missed, which are no errors" received
