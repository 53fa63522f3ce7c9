#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
#
# Checksums that QEMU computes for more than the guest would, and TSO with them, are off by
# default: on KVM those of frames that the 8254x sends and those of frames that the 82574L
# receives. They can be switched on. Elsewhere all are on.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 5
setup

# One more time, without what setup() does for other tests.
again() {
	unload && load && adopt
}
check "the driver is loaded again" again

found=$(devlink dev info "pci/$NUT_PCI" | grep -o 'slow-[rt]x-sum')
expected=
# Only x86 can tell; elsewhere the driver assumes KVM.
if [[ $(uname -m) != *86* || $(lscpu) == *"Hypervisor vendor:"*KVM* ]]; then
	expected=slow-tx-sum
	[[ $NIC != e1000e* ]] || expected=slow-rx-sum
fi
check "what the driver takes for slow: ${expected:-nothing}" [ "$found" = "$expected" ]

is() {
	nut ethtool -k "$NUT" | grep -qE "^[[:space:]]*$1: $2( \[|$)"
}
sends=on receives=on
[[ $expected != slow-tx-sum ]] || sends=off
[[ $expected != slow-rx-sum ]] || receives=off
check "checksums of sent frames are $sends" is tx-checksumming "$sends"
check "those of received ones are $receives" is rx-checksumming "$receives"

if [[ $expected ]]; then
	all_on() {
		nut ethtool -K "$NUT" tx on rx on && is tx-checksumming on && is rx-checksumming on &&
			{ [[ $expected != slow-tx-sum ]] ||
				{ nut ethtool -K "$NUT" tso on && is tx-tcp-segmentation on; }; } &&
			nut ping -q -c 3 -W 5 "$PEER_IP"
	}
	check "they can be switched on, TSO, too" all_on
else
	skip "they can be switched on" "they are"
fi
