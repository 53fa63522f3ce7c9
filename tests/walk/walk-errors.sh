#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 300
#
# The packet walk, used wrongly: a clear message, the exit code that is documented,
# and no probe or buffer left behind. And used rightly, on a packet of another program.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 19
setup

copy_walk
TRACING=/sys/kernel/tracing

clean() {
	! grep -q e1k_walk $TRACING/kprobe_events &&
		! compgen -G "$TRACING/instances/e1k_walk*" >/dev/null
}

# A walk that ends by a signal while it waits. As a job of this shell it would
# ignore Ctrl-C, as there is no terminal.
ended_by() {
	local pid

	# Not by nut(): a function would run in a shell of its own.
	ip netns exec "$NS" env --default-signal=INT "$WALK" --follow 'udp and port 9' -d "$NUT" -t 600 &
	pid=$!
	wait_for grep -q "e1k_walk_$pid" $TRACING/kprobe_events || return
	kill "-$1" "$pid"
	! wait "$pid"
}

ends_with() {
	local wanted=$1 rc=0

	shift
	"$@" || rc=$?
	((rc == wanted))
}

# Not asked for: silence until the packet comes. The probes are said to be armed, and
# what is sent from then on is followed.
sent_when_told() {
	local pid

	nut "$WALK" --follow 'udp and dst port 9' -d "$NUT" -t 60 >/tmp/told.out 2>/tmp/told.err &
	pid=$!
	wait_for grep -q "armed on $NUT: send now" /tmp/told.err &&
		echo x >"/dev/udp/$NUT_IP/9"
	if ! wait "$pid" || ! grep -q udp_rcv /tmp/told.out; then
		cat /tmp/told.err /tmp/told.out
		return 1
	fi
}

# Another program's packet, on its way in and out again.
followed() {
	local out

	# For as long as it takes.
	ping -q -i 0.2 "$NUT_IP" >/dev/null &
	out=$(nut "$WALK" --follow icmp -d "$NUT" -t 60)
	end $!
	[[ $out == *e1k_rx_deliver*icmp_rcv*Transmit*e1k_tx_xmit* ]] || {
		echo "$out"
		return 1
	}
}

check_fails "an unknown scenario" "no scenario 'nonsense'; there are udp" "$WALK" nonsense
check_fails "an unknown lab" "no lab 'nonsense'" "$WALK" --lab nonsense
check_fails "a filter that nobody understands" "'udp and foo' cannot be used" \
	nut "$WALK" --follow 'udp and foo' -d "$NUT"
check_fails "a file that cannot be written" "cannot write .*/x.svg: not allowed" \
	nut "$WALK" --follow udp -d "$NUT" --svg "$LIB/x.svg"
check "exit code 2 for what can never be done" ends_with 2 "$WALK" --follow 'tcp and udp' -d "$NUT"
check "exit code 1 for what cannot be done here" ends_with 1 nut "$WALK" --follow udp -d nosuch
check_fails "an unknown interface" "no interface 'nosuch'" \
	nut "$WALK" --follow udp -d nosuch
check "a walk is killed" ended_by KILL
check_fails "no matching packet in time" "no packet that matches 'udp and port 9'" \
	nut "$WALK" --follow 'udp and port 9' -d "$NUT" -t 2
check "it says when to send, and follows what is sent then" sent_when_told
check "a packet of somebody else is followed" followed
check "nothing is left behind, not even of the one that was killed" clean
check_fails "no rights" "needs root" setpriv --reuid 65534 --clear-groups "$WALK" udp
check "a walk is ended by Ctrl-C" ended_by INT
check "nothing is left behind" clean
check "a walk is told to end" ended_by TERM
check "nothing is left behind" clean
cleanup
check_fails "the module is not loaded" "e1k is not loaded" "$WALK" udp
check "nothing is left behind" clean
