#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What every test needs: TAP output, the test bed, and its cleaning up.
#
# Sourced by a shell test:
#	. "$(dirname "$0")/../lib/e1k.sh"
#	plan 2
#	setup
#	check "the peer answers" ping -c 1 "$PEER_IP"
# Called by lib/e1k.py as a program: "e1k.sh setup" and so on.
#
# setup leaves the NIC under test, $NUT, in the network namespace "nut" and its
# peer, $PEER, in the one the test was started in, both up and with addresses.
# Every test loads the module anew, so that none inherits a setting of another.

# Sourced: what is set here is used by the tests.
# shellcheck disable=SC2034

E1K_KO=${E1K_KO:-/e1k/e1k.ko}
NUT_MAC=${NUT_MAC:-52:54:00:e1:00:01}
PEER_MAC=${PEER_MAC:-52:54:00:e1:00:02}
SHARE_MAC=${SHARE_MAC:-52:54:00:e1:00:03}
SHARE_PEER_MAC=${SHARE_PEER_MAC:-52:54:00:e1:00:04}
NUT_IP=192.0.2.1 NUT_IP6=2001:db8::1
PEER_IP=192.0.2.2 PEER_IP6=2001:db8::2
DRV=${E1K_KO##*/} DRV=${DRV%%.ko*}
NS=nut
LIB=$(dirname "${BASH_SOURCE[0]}")
QMP=$LIB/../../scripts/vm/qmp

# --- TAP ------------------------------------------------------------------

tap_planned=0 tap_done=0 tap_failed=0
deferred=()

plan() {
	tap_planned=$1
	echo "TAP version 13"
	echo "1..$tap_planned"
	trap finish EXIT
}

# Declared here, before the work, so that a test which stops in the middle
# does not look like one that passed.
finish() {
	local i

	for ((i = ${#deferred[@]} - 1; i >= 0; i--)); do
		eval "${deferred[i]}"
	done
	cleanup
	if ((tap_done < tap_planned)); then
		echo "Bail out! only $tap_done of $tap_planned were reported"
		exit 1
	fi
	exit $((tap_failed > 0))
}

# Run a command line when the test ends, the last one first.
defer() {
	deferred+=("$1")
}

note() {
	local text="$*"

	echo "# ${text//$'\n'/$'\n'# }"
}

ok() {
	echo "ok $((++tap_done)) - $1"
}

not_ok() {
	echo "not ok $((++tap_done)) - $1"
	tap_failed=$((tap_failed + 1))
}

skip() {
	echo "ok $((++tap_done)) - $1 # SKIP $2"
}

# check TEXT COMMAND...: ok if the command succeeds, else show what it said.
check() {
	local text=$1 out rc=0

	shift
	out=$("$@" 2>&1) || rc=$?
	if ((rc == 0)); then
		ok "$text"
		return 0
	fi
	not_ok "$text"
	note "exit code $rc: $*"
	[[ -z $out ]] || note "$out"
	return 1
}

# check_fails TEXT PATTERN COMMAND...: ok if the command is refused and says
# something that matches the extended regular expression.
check_fails() {
	local text=$1 pattern=$2 out rc=0

	shift 2
	out=$("$@" 2>&1) || rc=$?
	if ((rc != 0)) && grep -qE "$pattern" <<<"$out"; then
		ok "$text"
		return 0
	fi
	not_ok "$text"
	note "exit code $rc, wanted a failure that says '$pattern': $*"
	[[ -z $out ]] || note "$out"
	return 1
}

# Instead of plan, when the test makes no sense here.
skip_all() {
	echo "TAP version 13"
	echo "1..0 # SKIP $*"
	exit 4
}

fatal() {
	note "$*" >&2
	exit 1
}

# wait_for COMMAND...: until it succeeds. The limit is for a guest that is
# hopelessly stuck; nothing is concluded from how long it took.
wait_for() {
	local i

	for ((i = 0; i < 600 * ${E1K_PATIENCE:-1}; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	note "waited in vain for: $*"
	return 1
}

# --- the test bed -----------------------------------------------------------

# The name of the interface with this MAC address, in this namespace.
iface_of() {
	local dir mac

	for dir in /sys/class/net/*; do
		read -r mac 2>/dev/null <"$dir/address" || continue
		# A VLAN or macvlan may carry the address of its parent.
		if [[ $mac == "$1" && -e $dir/device ]]; then
			echo "${dir##*/}"
			return 0
		fi
	done
	return 1
}

# Run a command where the NIC under test lives (with its sysfs).
nut() {
	ip netns exec "$NS" "$@"
}

is_loaded() {
	[[ -d /sys/module/$DRV ]]
}

load() {
	local dep

	insmod "$E1K_KO" 2>/dev/null && return
	for dep in $(modinfo -F depends "$E1K_KO" | tr , ' '); do
		modprobe "$dep" || return
	done
	insmod "$E1K_KO"
}

# A frame that one CPU received and another freed waits on the first for its next
# softirq of the network. The driver gone, DMA debugging takes its page for lost.
free_deferred() {
	local cpu

	[[ -d /sys/kernel/debug/dma-api ]] || return 0
	for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
		taskset -c "${cpu##*cpu}" ping -q -c 1 -W 5 127.0.0.1 >/dev/null
	done
}

# A reset of the device behind a removal may take a moment.
unload() {
	is_loaded || return 0
	free_deferred
	# The runner's: what the driver has counted goes with it.
	if [[ -n ${E1K_NICSTATE-} ]]; then
		# shellcheck source=scripts/vm/nicstate.sh
		. "$E1K_NICSTATE"
		nicstate look
	fi
	wait_for rmmod "$DRV"
}

has_carrier() {
	[[ $(ip -n "$NS" -o link show dev "$NUT") == *LOWER_UP* ]]
}

peer_has_carrier() {
	[[ $(ip -o link show dev "$PEER") == *LOWER_UP* ]]
}

# Take the NIC from where its driver put it to where the tests want it.
adopt() {
	wait_for iface_of "$NUT_MAC" || fatal "no interface has $NUT_MAC"
	NUT=$(iface_of "$NUT_MAC")
	NUT_PCI=$(readlink -f "/sys/class/net/$NUT/device")
	NUT_PCI=${NUT_PCI##*/}
	ip link set dev "$NUT" netns "$NS" || fatal "cannot move $NUT to $NS"
	# Without link-local addresses nothing is on the wire that no test sent.
	ip -n "$NS" -batch - <<-END || fatal "cannot set up $NUT"
		link set dev lo up
		link set dev $NUT addrgenmode none
		addr add $NUT_IP/24 dev $NUT
		addr add $NUT_IP6/64 dev $NUT nodad
		link set dev $NUT up
	END
	wait_for has_carrier || fatal "$NUT has no carrier"
}

# On KVM some offloads of QEMU's NICs are off by default (tests/ethtool/slow-offloads.sh looks
# at that). Tests find them as they are elsewhere.
all_offloads() {
	local known

	known=$(devlink dev info "pci/$NUT_PCI" 2>/dev/null)
	if [[ $known == *slow-[rt]x-sum* ]]; then
		nut ethtool -K "$NUT" rx on tx on tso on >/dev/null || fatal "$NUT keeps its offloads off"
	fi
}

setup() {
	PEER=$(iface_of "$PEER_MAC") || fatal "no interface has $PEER_MAC"
	ip netns del "$NS" 2>/dev/null
	unload || fatal "cannot unload $DRV"
	load || fatal "cannot load $E1K_KO"
	ip netns add "$NS" || fatal "cannot make the namespace $NS"
	# A test may have been killed before it could undo what it did here.
	echo 0 >"/proc/sys/net/ipv6/conf/$PEER/disable_ipv6"
	ip -batch - <<-END || fatal "cannot set up $PEER"
		addr flush dev $PEER
		link set dev $PEER mtu 1500 addrgenmode none
		addr add $PEER_IP/24 dev $PEER
		addr add $PEER_IP6/64 dev $PEER nodad
		link set dev $PEER up
	END
	adopt
	all_offloads
	# e1000e takes seconds to see its link: as long as ARP goes on asking.
	wait_for peer_has_carrier || fatal "$PEER has no carrier"
}

# Unloading first saves the wait for the namespace to give the NIC back.
cleanup() {
	unload
	ip netns del "$NS" 2>/dev/null
	# The environment's PEER is the peer's model.
	if PEER=$(iface_of "$PEER_MAC"); then
		ip addr flush dev "$PEER"
		ip link set dev "$PEER" down
	fi
}

# --- small things that several tests use -------------------------------------

# End a child and wait until it has: what it held is given back then.
end() {
	kill "$1" && wait "$1" 2>/dev/null
}

# Pull the cable of a NIC, or put it back: cable nut off
cable() {
	local up=true

	[[ $2 == on ]] || up=false
	"$QMP" set_link "{\"name\": \"$1\", \"up\": $up}"
}

# none_missing FILE: ping said that there were replies, and that none was missing when
# a later one came.
none_missing() {
	awk '/bytes from/ && match($0, /icmp_seq=[0-9]+/) {
		n++; seq = substr($0, RSTART + 9, RLENGTH - 9) + 0; if (seq > last) last = seq
	} END { exit !n || n < last }' "$1"
}

# Succeeds if the ping command that follows got every reply. For the last ones ping waits
# two round trips, whatever -W says, and then calls them lost: they are, if a later one
# came, or if none of many tries gets them all.
all_answered() {
	local args=() arg out i

	for arg; do
		case $arg in
		-q) ;;	# every reply has to be seen
		-f) args+=(-i 0) ;;
		*) args+=("$arg") ;;
		esac
	done
	for ((i = 0; i < 20; i++)); do
		out=$("${args[@]}" 2>&1)
		[[ $out == *" 0% packet loss"* ]] && return
		none_missing - <<<"$out" || break
	done
	echo "$out"
	return 1
}

# A counter of ip -s link, for instance: counter rx_packets
counter() {
	nut cat "/sys/class/net/$NUT/statistics/$1"
}

# The number of the NIC's interrupt, with MSI-X the queue's.
nut_irq() {
	local device=/sys/bus/pci/devices/$NUT_PCI messages

	# The directory stays when they are gone
	messages=$(find "$device/msi_irqs" -type f -printf '%f\n' 2>/dev/null | sort -n)
	if [[ $messages ]]; then
		head -n 1 <<<"$messages"
	else
		cat "$device/irq"
	fi
}

has_received() {
	(($(counter rx_packets) >= $1))
}

# "copy_walk": copy e1k-walk to where Python can keep what it has compiled, for tests that
# start it often; sets WALK.
copy_walk() {
	mkdir -p /tmp/walk/tools
	cp -r "$LIB/../../tools/walk" /tmp/walk/tools/
	cp -r "$LIB/../../src" /tmp/walk/
	WALK=/tmp/walk/tools/walk/e1k-walk
}

# Ping the peer as fast as it goes; on return answers come: $pinging is the process.
keep_pinging() {
	local enough=$(($(counter rx_packets) + 10))

	ip netns exec "$NS" ping -q -f "$PEER_IP" >/dev/null 2>&1 &
	pinging=$!
	wait_for has_received "$enough"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
	case ${1-} in
	setup | adopt)
		PEER=$(iface_of "$PEER_MAC")
		"$1"
		echo "NUT=$NUT PEER=$PEER DRV=$DRV NUT_PCI=$NUT_PCI"
		;;
	load | cleanup)
		"$1"
		;;
	*)
		echo "usage: $0 setup|adopt|load|cleanup" >&2
		exit 2
		;;
	esac
fi
