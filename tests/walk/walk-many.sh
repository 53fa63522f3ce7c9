#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
#
# The packet walk follows many packets: as many as --count says, or with --live until Ctrl-C.
# Each hop has its figures, the slowest packet is there whole, drops are counted, and lines
# of JSON are written while it runs.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
plan 7
setup

copy_walk
OUT=/tmp/many

# "in_json FILE EXPRESSION": of Python, about what was read from it.
in_json() {
	python3 -c 'import json, sys
made = json.load(open(sys.argv[1]))[0]
sys.exit(0 if eval(" ".join(sys.argv[2].split())) else str(made["many"])[:2000])' "$@"
}

# "appears TEXT FILE": in a file that grows. The probes are to be armed first, on a slow machine.
appears() {
	local i

	for ((i = 0; i < 200; i++)); do
		grep -q "$1" "$2" 2>/dev/null && return
		sleep 1
	done
	return 1
}

# Pings that are answered, and datagrams to a closed port. Not many: each event
# costs a slow guest dearly.
traffic() {
	while :; do
		ping -q -c 1 "$NUT_IP" >/dev/null
		echo x >"/dev/udp/$NUT_IP/9"
		sleep 1
	done
}

traffic 2>/dev/null &
sender=$!
nut "$WALK" --follow icmp -d "$NUT" -t 200 --count 3 -p receive \
	--json $OUT.json --pcapng $OUT.pcapng --lines $OUT.lines --trace $OUT.trace >$OUT.text 2>&1
check "--count follows as many as it says" in_json $OUT.json \
	'made["many"]["packets"] == 3 and len(made["walks"]) == 1'
check "each hop has its figures, and so has the whole way" in_json $OUT.json \
	'all(hop["least"] <= hop["median"] <= hop["p99"] <= hop["most"] for hop in made["many"]["hops"]) and
	{"icmp_rcv", "e1k_rx_deliver"} <= {hop["function"] for hop in made["many"]["hops"]}'
check "tcpdump reads the packets" grep -q "echo request" <(tcpdump -nr $OUT.pcapng 2>&1)

check "what the probes cost: hits that the kernel counted, and at least a dozen a packet" in_json $OUT.json \
	'made["probes"]["hits"] >= 12 * made["many"]["packets"] and made["probes"]["armed"] > 50 and
	made["probes"]["hits_a_packet"] > 12'

# While it runs: a line that says what became of a packet, before it is told to end.
# Not by nut(): a function would run in a shell of its own.
ip netns exec "$NS" env --default-signal=INT "$WALK" --follow 'icmp or udp' -d "$NUT" --live -p receive \
	--json $OUT.live --lines $OUT.live.lines >$OUT.live.text 2>&1 &
walk=$!
check "--live writes lines while it runs" appears '"outcome": "dropped"' $OUT.live.lines
kill -INT "$walk"
wait "$walk"
check "Ctrl-C ends it, and all that was found is the result" in_json $OUT.live \
	'made["many"]["packets"] > 1 and made["many"]["outcomes"]["dropped"] >= 1'
check "drops are counted by reason and place" grep -Eq '[0-9]+  NO_SOCKET' $OUT.live.text
end $sender
