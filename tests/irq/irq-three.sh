#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# machine: pc
# guest: own
#
# Three NICs on one interrupt line, all of them busy, two of them this driver's: each is
# served, and one that goes leaves the others at work.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/share.sh
. "$(dirname "$0")/../lib/share.sh"

THIRD_MAC=52:54:00:e1:00:09 THIRD_IP=198.51.100.3

setup
share_setup
plan 6

# On the wire of the second one. Four slots apart is the same line.
"$QMP" netdev_add '{"type": "hubport", "id": "hub-third", "hubid": 1}' >/dev/null
"$QMP" device_add "{\"driver\": \"e1000\", \"id\": \"third\", \"netdev\": \"hub-third\",
	\"mac\": \"$THIRD_MAC\", \"addr\": \"0xc\", \"romfile\": \"\"}" >/dev/null
wait_for iface_of "$THIRD_MAC" || fatal "the third NIC did not come"
THIRD=$(iface_of "$THIRD_MAC")
third_pci=$(basename "$(readlink -f "/sys/class/net/$THIRD/device")")
ip netns add third
defer "ip netns del third"
ip link set dev "$THIRD" netns third
ip -n third addr add "$THIRD_IP/24" dev "$THIRD"
ip -n third link set dev "$THIRD" up

third_answers() {
	all_answered ip netns exec third ping -q -f -c 200 -W 5 "$SHARE_PEER_IP"
}
third_goes() {
	"$QMP" device_del '{"id": "third"}' >/dev/null
	"$QMP" x-wait-event '{"event": "DEVICE_DELETED", "data": {"device": "third"}}' >/dev/null
}

before=$(complaints)
check "three drivers share line $irq" line_has "$share_pci" "$third_pci"
check "the third one answers" wait_for third_answers
check "all carry traffic at the same time" all_at_once nut_answers share_answers third_answers
check "one goes meanwhile: the others carry traffic" all_at_once nut_answers share_answers third_goes
check "then they still do" all_at_once nut_answers share_answers
check "the kernel did not give up on the line" test "$(complaints)" = "$before"
