#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Where the gateway is behind a bridge with the spanning tree protocol, e1k-switch finds it
# there, and gives the new port the time for which the bridge lets nothing through.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
modprobe bridge 2>/dev/null || skip_all "this kernel has no bridge"
plan 4
setup_stock
defer "ip link del br7 2>/dev/null"

ip addr flush dev wan0
ip -batch - <<END || fatal "cannot make a bridge"
link add br7 type bridge forward_delay 200 hello_time 100 max_age 600 stp_state 1
link set dev wan0 master br7
link set dev br7 up
addr add $NUT_IP/24 dev br7
route add default via $PEER_IP dev br7
END
check "the gateway answers through the bridge" wait_for ping -q -c 1 -W 1 "$PEER_IP"

said=$(e1k_switch to e1k wan0 --timeout 60) || note "exit code $?"
note "$said"
check "e1k drives it" driver_is e1k
check "it gave the gateway twice the forward delay on top" \
	grep -q "$PEER_IP must answer within 64 s" <<<"$said"
check "the gateway answers" wait_for ping -q -c 1 -W 1 "$PEER_IP"
