#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# While e1k-switch moves the active NIC of a bond, the other one carries the traffic; then
# the NIC is the active one again, and carries it alone.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
modprobe bonding 2>/dev/null || skip_all "this kernel has no bonding"
modprobe bridge 2>/dev/null || skip_all "this kernel has no bridge"
plan 7
setup_stock
SHARE=$(iface_of "$SHARE_MAC") || skip_all "no second NIC"
SHARE_PEER=$(iface_of "$SHARE_PEER_MAC") || skip_all "nothing on the wire of $SHARE"
defer "ip link del bond7 2>/dev/null"

# The far ends of both wires are ports of a switch.
ip link set dev "$SHARE_PEER" netns "$FAR"
ip -n "$FAR" addr flush dev "$PEER"
ip -n "$FAR" -batch - <<END || fatal "cannot make a switch"
link add sw7 type bridge
link set dev $PEER master sw7
link set dev $SHARE_PEER master sw7 up
addr add $PEER_IP/24 dev sw7
link set dev sw7 up
END
ip addr flush dev wan0
ip -batch - <<END || fatal "cannot make a bond"
link add bond7 type bond mode active-backup miimon 50
link set dev wan0 down
link set dev wan0 master bond7
link set dev $SHARE down
link set dev $SHARE master bond7
link set dev bond7 type bond primary wan0
addr add $NUT_IP/24 dev bond7
link set dev bond7 up
END

both_have_links() {
	local port

	for port in wan0 "$SHARE"; do
		[[ $(cat "/sys/class/net/$port/bonding_slave/mii_status") == up ]] || return 1
	done
}
active() {
	[[ $(cat /sys/class/net/bond7/bonding/active_slave) == "$1" ]]
}
# Without the NIC under test, the instant udev is asked for its name.
hook "ping -q -c 1 -w 60 $PEER_IP && cat /sys/class/net/bond7/bonding/active_slave >/tmp/meanwhile"

wait_for both_have_links || fatal "the bond does not see two links"
check "the NIC is the active one" wait_for active wan0
check "the peer answers" wait_for ping -q -c 1 -W 1 "$PEER_IP"
check "to e1k" e1k_switch to e1k wan0 --ping "$PEER_IP" --timeout 60
check "e1k drives it" driver_is e1k
check "meanwhile the other NIC carried the traffic" grep -qx "$SHARE" /tmp/meanwhile
check "the NIC is the active one again" wait_for active wan0
ip link set dev "$SHARE" down
check "and carries the traffic alone" wait_for ping -q -c 1 -W 1 "$PEER_IP"
