#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The driver finds its NIC, gives it up and takes it back, by module and by sysfs.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 12
setup

dev=/sys/bus/pci/devices/$NUT_PCI
drivers=/sys/bus/pci/drivers
# Where the driver only gets a NIC that is named, it was: see scripts/vm/guest-init.
override=$(<"$dev/driver_override")
[[ $override == "$DRV" ]] || override=
stranger=0000:00:00.0	# the machine's own bridge

bound_to() {
	[[ $(basename "$(readlink "$dev/driver")") == "$1" ]]
}

is_free() {
	[[ ! -e $dev/driver ]]
}

has_no_interface() {
	! iface_of "$NUT_MAC"
}

# What a driver holds while it is bound is named after it.
holds_nothing() {
	! grep -H "$DRV" /proc/iomem /proc/interrupts
}

knows_alias() {
	local pattern

	while read -r pattern; do
		# shellcheck disable=SC2053 # it is a pattern
		[[ $(<"$dev/modalias") == $pattern ]] && return
	done < <(modinfo -F alias "$E1K_KO")
	return 1
}

put() {
	echo "$1" >"$2"
}

check "the driver is bound to the NIC" bound_to "$DRV"
if [[ $override ]]; then
	skip "the module's aliases name this NIC" "it was given to the driver"
else
	check "the module's aliases name this NIC" knows_alias
fi
check "the MAC address is the permanent one" \
	test "$(nut ethtool -P "$NUT")" = "Permanent address: $NUT_MAC"
check "the peer answers" all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"

put "$NUT_PCI" "$drivers/$DRV/unbind"
check "unbind takes the interface away while it is up" is_free
check "nothing of the NIC is held after unbind" holds_nothing

put no-such-driver "$dev/driver_override"
check_fails "driver_override keeps the driver away" "No such device" \
	put "$NUT_PCI" "$drivers/$DRV/bind"
put "$DRV" "$dev/driver_override"
put "$NUT_PCI" /sys/bus/pci/drivers_probe
check "driver_override brings it back" bound_to "$DRV"
put "$override" "$dev/driver_override"
adopt
check "the peer answers again" all_answered nut ping -q -c 3 -i 0.05 -W 5 "$PEER_IP"

put "$DRV" "/sys/bus/pci/devices/$stranger/driver_override"
check_fails "a device of another kind is refused" "No such device" \
	put "$stranger" "$drivers/$DRV/bind"
put "" "/sys/bus/pci/devices/$stranger/driver_override"

unload
check "unloading takes the interface away while it is up" has_no_interface
load
check "loading brings it back" wait_for iface_of "$NUT_MAC"
