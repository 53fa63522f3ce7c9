#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ethtool's questions are answered, and truthfully.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 14
setup

# says PATTERN... -- COMMAND...: every pattern is in what the command prints.
says() {
	local patterns=() pattern out

	while [[ $1 != -- ]]; do
		patterns+=("$1")
		shift
	done
	shift
	out=$(nut "$@" 2>&1) || { echo "$out"; return 1; }
	for pattern in "${patterns[@]}"; do
		grep -qE -- "$pattern" <<<"$out" || { echo "$out"; echo "no '$pattern'"; return 1; }
	done
}

# The first six bytes of the EEPROM are the address.
eeprom_has_mac() {
	local bytes

	bytes=$(nut ethtool -e "$NUT" raw on length 6 | od -An -tx1 | tr -d ' \n')
	echo "$bytes"
	[[ $bytes == "${NUT_MAC//:/}" ]]
}

eeprom_is_whole() {
	local sum

	# Words 0 to 0x3f add up to 0xbaba.
	sum=$(nut ethtool -e "$NUT" raw on length 128 | od -An -v -tu2 -w2 |
		awk '{ sum += $1 } END { printf "%x", sum % 65536 }')
	echo "$sum"
	[[ $sum == baba ]]
}

check "driver" says "^driver: $DRV$" "^bus-info: $NUT_PCI$" "^supports-statistics: yes" \
	-- ethtool -i "$NUT"
check "link settings" says "Speed: 1000Mb/s" "Duplex: Full" "Auto-negotiation: on" \
	"Port: Twisted Pair" "1000baseT/Full" "100baseT/Full" "10baseT/Half" \
	"MDI-X: off .auto" "Link detected: yes" -- ethtool "$NUT"
check "ring sizes" says "^RX:[[:space:]]+4096" "^TX:[[:space:]]+4096" -- ethtool -g "$NUT"
check "coalescing" says "^rx-usecs:[[:space:]]+[0-9]+" -- ethtool -c "$NUT"
check "pause" says "^Autonegotiate:" "^RX:" "^TX:" -- ethtool -a "$NUT"
# Not offered where the emulation's is wrong
tso=on
nut ethtool -k "$NUT" | grep -q "tx-tcp-segmentation: off .fixed" && tso=off
check "features" says "^scatter-gather: on" "^tcp-segmentation-offload: $tso" \
	"^rx-vlan-offload: on" "^tx-vlan-offload: on" "^generic-receive-offload: on" \
	-- ethtool -k "$NUT"
check "register dump" says "^" -- ethtool -d "$NUT"
check "register dump in raw has all registers" \
	test "$(nut ethtool -d "$NUT" raw on | wc -c)" -ge 64
check "EEPROM: the MAC address" eeprom_has_mac
check "EEPROM: the checksum" eeprom_is_whole
check "time stamps in software" says "software-transmit" "software-receive" -- ethtool -T "$NUT"
check "statistics" says "rx0_polls: [0-9]" "tx0_doorbells: [0-9]" -- ethtool -S "$NUT"
nut ethtool -s "$NUT" msglvl 0x37
check "message level" says "0x00000037" -- ethtool "$NUT"
ip -n "$NS" link set dev "$NUT" down
check "the same questions while down" says "Link detected: no" -- ethtool "$NUT"
