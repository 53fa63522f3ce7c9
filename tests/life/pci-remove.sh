#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The device is removed from its bus under traffic, and found again.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 12
setup

is_unknown() {
	! devlink dev show "pci/$NUT_PCI" 2>/dev/null
}
is_gone() {
	[[ ! -e /sys/bus/pci/devices/$NUT_PCI ]] && ! iface_of "$NUT_MAC"
}

for i in 1 2 3; do
	keep_pinging
	echo 1 >"/sys/bus/pci/devices/$NUT_PCI/remove"
	check "removed: the interface is gone ($i)" wait_for is_gone
	check "devlink knows nothing of it ($i)" is_unknown
	end "$pinging"
	echo 1 >/sys/bus/pci/rescan
	check "rescanned: the driver has it again ($i)" wait_for iface_of "$NUT_MAC"
	adopt
	check "the peer answers ($i)" all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"
done
