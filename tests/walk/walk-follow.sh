#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 480
#
# The packet walk waits for packets of others: an answered ping over IPv6 is no drop, a
# filter of several alternatives, a packet that no route leads for, and Chinese.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 6
setup

copy_walk

# "follow COMMAND FILTER OPTION...": what is printed about a packet of the command, which
# is repeated in the NIC's namespace until one was seen.
follow() {
	local command=$1 filter=$2

	shift 2
	ip netns exec "$NS" bash -c "while :; do $command; sleep 0.2; done" >/dev/null 2>&1 &
	out=$(nut "$WALK" --follow "$filter" -d "$NUT" -t 90 "$@" 2>/tmp/walk.err)
	end $!
	echo "$out"
}

shows() {
	local pattern=$1 out

	shift
	out=$(follow "$@")
	[[ $out =~ $pattern ]] || {
		cat /tmp/walk.err
		echo "$out"
		return 1
	}
}

lacks() {
	local pattern=$1 out

	shift
	out=$(follow "$@")
	[[ -n $out && ! $out =~ $pattern ]] || {
		cat /tmp/walk.err
		echo "$out"
		return 1
	}
}

check "an answered ping over IPv6 is not called dropped" \
	lacks 'DROPPED' "ping -6 -q -c 1 $PEER_IP6" 'ip6 and icmp6'
check "a ping over IPv6 shows the functions of IPv6" \
	shows 'icmpv6_rcv' "ping -6 -q -c 1 $PEER_IP6" 'icmp6 and ip6[40] = 129' -p receive
check "a filter with or, not, net and portrange" shows 'udp_sendmsg' \
	"echo x >/dev/udp/$PEER_IP/9" 'tcp or (udp and not net 10.0.0.0/8 and dst portrange 9-10)' -p transmit
check "a packet that no route leads for" shows 'NOT SENT.*ENETUNREACH.*no route' \
	"echo x >/dev/udp/203.0.113.9/53" 'udp and dst host 203.0.113.9'
check "in Chinese" shows '接收' "ping -q -c 1 $PEER_IP" 'icmp' -p receive --lang zh
check "how many probes there are, and how often they were hit" \
	shows 'probes: [0-9]+ armed, [0-9,]+ hits, [0-9]+ missed; [0-9,.]+ hits a packet' \
	"ping -q -c 1 $PEER_IP" 'icmp' -p receive
