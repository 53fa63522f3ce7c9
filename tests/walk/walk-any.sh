#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
#
# The packet walk follows packets of devices that e1k does not drive: of a stock driver, whose
# own steps are unknown or shown by its functions, and of the loopback device.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 4
setup

copy_walk

# "follow DEVICE FILTER OPTION...": outside of the NIC's namespace.
follow() {
	local device=$1 filter=$2

	shift 2
	"$WALK" --follow "$filter" -d "$device" -t 120 "$@" 2>/tmp/any.err || cat /tmp/any.err
}

ping -q -i 0.3 "$NUT_IP" >/dev/null &
sender=$!
# Not "out": check has one of its own.
walked=$(follow "$PEER" icmp)
end $sender
both_ways() {
	[[ $walked == *Receive*icmp_rcv*Transmit*net_dev_start_xmit* ]] || {
		echo "$walked"
		return 1
	}
}
check "the peer's packets are followed, both ways" both_ways
check "what its driver does not tell is unknown" grep -q "unknown: the driver" <<<"$walked"

while :; do
	echo x >/dev/udp/127.0.0.1/9
	sleep 0.3
done 2>/dev/null &
sender=$!
walked=$(follow lo 'udp and dst port 9' -p receive)
end $sender
check "a datagram on the loopback device" grep -q "handed up by the driver virtual" <<<"$walked"
check "it is dropped where nobody listens" grep -q "DROPPED: NO_SOCKET" <<<"$walked"
