# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests of e1k-switch, which works where a machine's interfaces usually are:
# the stock driver has the NIC, here; its peer is in the network namespace "far".
# Sourced after e1k.sh, which cleans up what is set up here.

# Sourced: what is set here is used by the tests.
# shellcheck disable=SC2034

# Before the test says how many points it has.
modprobe -n e1000 2>/dev/null || skip_all "this kernel has no e1000"

FAR=far

nut_carrier() {
	[[ $(cat "/sys/class/net/$NUT/carrier" 2>/dev/null) == 1 ]]
}

e1k_switch() {
	/e1k/tools/switch/e1k-switch --module "$E1K_KO" "$@"
}

# The driver of the NIC under test.
driver_is() {
	[[ $(basename "$(readlink "/sys/bus/pci/devices/$NUT_PCI/driver")") == "$1" ]]
}

undo_stock() {
	unload
	modprobe -r e1000
	echo >"/sys/bus/pci/devices/$NUT_PCI/driver_override"
	ip netns del "$FAR"
	# A driver takes the NIC only when it is loaded: nothing is left to do.
}

# Instead of setup. The interface gets a name that no driver would give it.
setup_stock() {
	PEER=$(iface_of "$PEER_MAC") || fatal "no interface has $PEER_MAC"
	unload
	ip netns del "$FAR" 2>/dev/null
	modprobe e1000 || fatal "cannot load e1000"
	wait_for iface_of "$NUT_MAC" || fatal "e1000 made no interface for $NUT_MAC"
	NUT=$(iface_of "$NUT_MAC")
	NUT_PCI=$(basename "$(readlink -f "/sys/class/net/$NUT/device")")
	ip link set dev "$NUT" name wan0
	NUT=wan0
	defer undo_stock
	ip netns add "$FAR"
	ip link set dev "$PEER" netns "$FAR"
	ip -n "$FAR" -batch - <<-END || fatal "cannot set up $PEER"
		link set dev lo up
		link set dev $PEER mtu 1500 up
		addr add $PEER_IP/24 dev $PEER
		addr add $PEER_IP6/64 dev $PEER nodad
	END
	ip -batch - <<-END || fatal "cannot set up $NUT"
		addr add $NUT_IP/24 dev $NUT
		addr add $NUT_IP6/64 dev $NUT nodad
		link set dev $NUT up
	END
	wait_for nut_carrier || fatal "$NUT has no carrier"
}

# hook COMMAND: once e1k has the NIC, and before it is configured, e1k-switch asks
# udevadm to settle. For once, that does this.
hook() {
	mkdir -p /tmp/bin
	PATH=/tmp/bin:$PATH
	# shellcheck disable=SC2016 # expanded by the program
	printf '#!/bin/sh\nrm "$0"\n%s\n' "$1" >/tmp/bin/udevadm
	chmod +x /tmp/bin/udevadm
}

# What ip says about the NIC and what is on it, without what comes and goes:
# numbers of interfaces, counters, remaining times, states, link-local addresses.
picture() {
	{
		ip -o addr show
		ip -o -d link show
		ip -4 -o route show table all
		ip -6 -o route show table all
		ip neigh show nud permanent
		ip rule show
		bridge vlan show
		bridge fdb show | grep static
		grep . "/proc/sys/net/ipv4/conf/$NUT/"{rp_filter,accept_local}
	} | sed -E 's/^[0-9]+: //; s/ (linkdown|tentative|dead)//g; s/NO-CARRIER,//; s/,(LOWER_UP|M-DOWN)//g
		s/(if|link-netnsid |port_no 0x|port_id 0x|designated_port )[0-9a-f]+//g
		s/[0-9]+sec//g; s/(timer|_id) +[0-9.a-f:]+//g; s/ state [A-Z]+//; s/ +/ /g
		s/(minmtu|maxmtu|tso_max_size|tso_max_segs|gso_max_size|gro_max_size|qdisc) [0-9a-z_]+//g' |
		grep -v "$SHARE_MAC\|$SHARE_PEER_MAC\|fe80::\|ff00::" | sort
}
