#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
# What e1k-switch does at boot: it gives e1k the NICs that are to persist, leaves others
# alone, and carries over what one that is in use already has.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/switch.sh
. "$LIB/switch.sh"
plan 9
setup_stock
RULES=/etc/udev/rules.d/60-e1k-switch.rules
defer "rm -f $RULES"

# keep VENDOR: as e1k-switch to e1k --persist writes it.
keep() {
	mkdir -p "${RULES%/*}"
	echo "ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"$NUT_PCI\", ATTR{vendor}==\"$1\"," \
		"ATTR{device}==\"$(cat "/sys/bus/pci/devices/$NUT_PCI/device")\", TAG+=\"systemd\"," \
		'ENV{SYSTEMD_WANTS}+="e1k-switch.service"' >"$RULES"
}
has_address() {
	ip -o addr show dev wan0 | grep -q "$NUT_IP/24"
}

check "nothing persists: nothing is done" e1k_switch apply
keep 0x1234
check "another model sits there now: nothing is done" e1k_switch apply
check "e1000 drives it" driver_is e1000
keep "$(cat "/sys/bus/pci/devices/$NUT_PCI/vendor")"
check "in use: it is switched" e1k_switch apply
check "with its name and address" has_address
check "back to e1000, not in use" e1k_switch back wan0
keep "$(cat "/sys/bus/pci/devices/$NUT_PCI/vendor")"
ip link set dev wan0 down
check_fails "a module that cannot be had: it stays" "not found|No such file" \
	/e1k/tools/switch/e1k-switch --module /tmp/none.ko apply
check "not in use: it is switched" e1k_switch apply
check "e1k drives it" driver_is "$DRV"
