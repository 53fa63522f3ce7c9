#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What cannot be done is refused, with the right error and in words, and what was
# runs on: not one ping is lost all the while.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"

state() {
	nut ethtool -g "$NUT"
	nut ethtool -c "$NUT"
	nut ethtool -a "$NUT"
	nut ethtool -k "$NUT"
	ip -n "$NS" -o link show dev "$NUT"
}

inval="Invalid argument"
unsupported="unsupported parameter"
noaddr="Cannot assign requested address"

# what | error | command
table=$(cat <<END
no receive ring|$inval|ethtool -G NUT rx 0
no transmit ring|$inval|ethtool -G NUT tx 0
a receive ring too small|$inval|ethtool -G NUT rx 63
a transmit ring too small|$inval|ethtool -G NUT tx 56
a receive ring too large|$inval|ethtool -G NUT rx 4097
a transmit ring too large|$inval|ethtool -G NUT tx 4104
a huge ring|$inval|ethtool -G NUT rx 4294967295
one good ring, one bad|$inval|ethtool -G NUT rx 128 tx 0
a ring for jumbo frames|$inval|ethtool -G NUT rx-jumbo 64
MTU 0|less than device minimum|ip link set dev NUT mtu 0
MTU 67|less than device minimum|ip link set dev NUT mtu 67
MTU 16111|greater than device maximum|ip link set dev NUT mtu 16111
MTU 65536|greater than device maximum|ip link set dev NUT mtu 65536
the zero MAC address|$noaddr|ip link set dev NUT address 00:00:00:00:00:00
a multicast MAC address|$noaddr|ip link set dev NUT address 01:00:5e:00:00:01
the broadcast MAC address|$noaddr|ip link set dev NUT address ff:ff:ff:ff:ff:ff
coalescing by rate|$unsupported|ethtool -C NUT pkt-rate-low 1000
coalescing of statistics|$unsupported|ethtool -C NUT stats-block-usecs 10
coalescing while in an interrupt|$unsupported|ethtool -C NUT rx-usecs-irq 10
an endless pause between interrupts|$inval|ethtool -C NUT rx-usecs 4294967295
more channels than there are|$inval|ethtool -L NUT combined 3
END
)

rows=$(wc -l <<<"$table")
plan $((rows + 3))
setup

pings=$(mktemp)
before=$(mktemp)
defer "rm -f $pings $before"
state >"$before"
ip netns exec "$NS" ping -i 0.05 "$PEER_IP" >"$pings" &
pid=$!
carriers=$(nut cat "/sys/class/net/$NUT/carrier_changes")

while IFS='|' read -r what error command; do
	# shellcheck disable=SC2086 # it is a command line
	check_fails "$what" "$error" nut ${command//NUT/$NUT}
done <<<"$table"

check "nothing has changed" diff "$before" <(state)
check "the link was up all the while" \
	test "$(nut cat "/sys/class/net/$NUT/carrier_changes")" = "$carriers"
replies=$(wc -l <"$pings")
more_replies() {
	(($(wc -l <"$pings") > replies + 5))
}
wait_for more_replies
kill -INT $pid
wait $pid
check "not one ping was lost, to the end" eval "more_replies && none_missing $pings"
