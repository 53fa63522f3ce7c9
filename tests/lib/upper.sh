# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# For tests that put devices on top of the NIC under test. Sourced after e1k.sh.

# Sourced: what is set here is used by the tests.
# shellcheck disable=SC2034

UP_IP=198.51.100.1 UP_PEER_IP=198.51.100.2

# Needs a kernel module, or can do without if it is built in.
need_module() {
	modprobe "$1" 2>/dev/null || [[ -e /sys/module/$1 ]] ||
		skip_all "this kernel has no $1"
}

# upper_addr DEV PEER_DEV: addresses of a network of their own, and up.
upper_addr() {
	ip -n "$NS" -batch - <<-END || fatal "cannot set up $1"
		link set dev $1 addrgenmode none up
		addr add $UP_IP/24 dev $1
	END
	ip -batch - <<-END || fatal "cannot set up $2"
		link set dev $2 up
		addr add $UP_PEER_IP/24 dev $2
	END
}

# Frames of all sizes, whole and fragmented, get through; a first may be lost.
upper_pings() {
	local size

	wait_for nut ping -q -c 1 -W 2 "${1:-$UP_PEER_IP}" || return
	for size in 0 1400 1472 4000; do
		all_answered nut ping -q -c 10 -i 0.01 -W 10 -s $size "${1:-$UP_PEER_IP}" || return
	done
}

# The peer asks.
upper_pinged() {
	wait_for ping -q -c 1 -W 2 "${1:-$UP_IP}" || return
	all_answered ping -q -c 20 -i 0.01 -W 10 "${1:-$UP_IP}"
}

# A megabyte by TCP, compared: upper_tcp LISTEN_ON [COMMAND-PREFIX...]
upper_tcp() {
	local ip=$1 sum_a sum_b file

	shift
	file=$(mktemp)
	head -c 1000000 /dev/urandom >"$file"
	python3 "$LIB/sink.py" "$ip" >"$file.sum" &
	wait_for grep -q port "$file.sum" || return
	"$@" python3 "$LIB/sink.py" "$ip" "$(sed -n 's/port //p' "$file.sum")" "$file" || return
	wait $!
	sum_a=$(sha256sum <"$file")
	sum_b=$(sed -n 's/sum //p' "$file.sum")
	rm -f "$file" "$file.sum"
	[[ -n $sum_b && ${sum_a%% *} == "$sum_b" ]]
}
