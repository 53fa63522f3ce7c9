#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Bursts with the doorbell held back (xmit_more): every frame that pktgen hands to
# the driver reaches the peer, also the last ones of a burst.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"

modprobe pktgen || skip_all "no pktgen"
plan 8
setup
defer "rmmod pktgen"

frames=4704	# a multiple of every burst: pktgen sends whole ones
at_peer=/sys/class/net/$PEER/statistics/rx_packets
# Nothing else may be on the wire: no IPv6, no neighbour that is asked for.
sysctl -qw "net.ipv6.conf.$PEER.disable_ipv6=1"
nut sysctl -qw "net.ipv6.conf.$NUT.disable_ipv6=1"
ip neigh replace "$NUT_IP" lladdr "$NUT_MAC" dev "$PEER" nud permanent
ip -n "$NS" neigh replace "$PEER_IP" lladdr "$PEER_MAC" dev "$NUT" nud permanent
# What IPv6 said in parting is at the peer when this is answered.
nut ping -q -c 1 "$PEER_IP" >/dev/null

# run BURST SIZE CLONES
run() {
	nut bash -c "cd /proc/net/pktgen
		echo rem_device_all >kpktgend_0
		echo add_device $NUT >kpktgend_0
		for line in 'count $frames' 'burst $1' 'pkt_size $2' 'clone_skb $3' \
			'dst_mac $PEER_MAC' 'dst $PEER_IP' 'delay 0'; do
			echo \"\$line\" >$NUT || exit 1
		done
		echo start >pgctrl
		cat $NUT
		echo rem_device_all >kpktgend_0" >"$log" 2>&1 || { cat "$log"; return 1; }
	cat "$log"
	[[ $(<"$log") == *"errors: 0"*"Result: OK"* ]]
}

# More than asked for if a full ring interrupted a burst
sent() { sed -n 's/.*pkts-sofar: \([0-9]*\).*/\1/p' "$log"; }

all_arrived() {
	(($(<"$at_peer") >= before + $(sent)))
}
exactly_all() {
	wait_for all_arrived
	echo "$(($(<"$at_peer") - before)) of $(sent)"
	(($(sent) >= frames && $(<"$at_peer") == before + $(sent)))
}

log=$(mktemp)
defer "rm -f $log"
while read -r burst size clone ring; do
	name="burst $burst, $size bytes, skb used $((clone + 1)) times, ring $ring"
	nut ethtool -G "$NUT" tx "$ring"
	wait_for has_carrier
	before=$(<"$at_peer")
	check "$name: sent" run "$burst" "$size" "$clone"
	check "$name: all at the peer" exactly_all
done <<-END
	32 60 100000 256
	7 1514 100000 64
	1 60 0 256
	32 42 100000 4096
END
