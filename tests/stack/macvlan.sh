#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Virtual interfaces with addresses of their own on top of the NIC, each under
# traffic: macvlan, macvtap and ipvlan; two at once, and gone again.

# shellcheck source=tests/lib/e1k.sh
. "$(dirname "$0")/../lib/e1k.sh"
# shellcheck source=tests/lib/upper.sh
. "$LIB/upper.sh"
for module in macvlan macvtap ipvlan; do
	need_module $module
done
plan 9
setup

ip addr add $UP_PEER_IP/24 dev "$PEER"
add() {
	ip -n "$NS" link add link "$NUT" "$@"
}
use() {
	ip -n "$NS" -batch - <<-END
		link set dev $1 addrgenmode none up
		addr add $UP_IP/24 dev $1
	END
}
mac_is_filtered() {
	! [[ $(ip -n "$NS" -d -o link show dev "$NUT") == *"promiscuity 1"* ]]
}

for mode in bridge private; do
	add name up0 type macvlan mode $mode
	use up0
	check "macvlan $mode: both ends ping" eval "upper_pings && upper_pinged"
	[[ $mode == private ]] || check "macvlan $mode: a megabyte by TCP" \
		upper_tcp "$UP_PEER_IP" nut
	check "macvlan $mode: without promiscuous" mac_is_filtered
	ip -n "$NS" link del up0
done

add name up0 type macvtap mode bridge
ip -n "$NS" link set dev up0 up
tap_echo() {
	python3 - "$(nut cat /sys/class/net/up0/ifindex)" "$PEER" \
		"$(nut cat /sys/class/net/up0/address)" "$(nut sh -c 'cat /sys/class/net/up0/tap*/dev')" <<-'END'
		import os, socket, sys
		index, peer, mac, dev = sys.argv[1:]
		major, minor = map(int, dev.split(":"))
		node = f"/tmp/tap{index}"
		os.mknod(node, 0o20600, os.makedev(major, minor))
		tap = os.open(node, os.O_RDWR)
		os.unlink(node)
		with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5)) as wire:
		    wire.bind((peer, 0x88b5))
		    wire.settimeout(60)
		    own = wire.getsockname()[4]
		    there = bytes.fromhex(mac.replace(":", "")) + own + b"\x88\xb5" + bytes(range(200))
		    wire.send(there)
		    while True:
		        frame = os.read(tap, 65536)
		        if frame.endswith(there):
		            break
		    back = own + frame[-len(there):][:6] + b"\x88\xb5" + bytes(reversed(range(200)))
		    os.write(tap, bytes(len(frame) - len(there)) + back)
		    while wire.recv(65536) != back:
		        pass
	END
}
check "macvtap: a frame to it and one from it" timeout 120 bash -c \
	"$(declare -f tap_echo nut); NS=$NS PEER=$PEER tap_echo"
ip -n "$NS" link del up0

add name up0 type ipvlan mode l2
use up0
check "ipvlan: both ends ping" eval "upper_pings && upper_pinged"
ip -n "$NS" link del up0
# In this mode the NIC's namespace routes, and ARP for the address is not answered.
ip netns add l3
defer "ip netns del l3"
add name up0 type ipvlan mode l3
ip -n "$NS" link set dev up0 netns l3
ip -n l3 -batch - <<-END
	link set dev up0 addrgenmode none up
	addr add $UP_IP/24 dev up0
END
ip -n "$NS" route add $UP_PEER_IP dev "$NUT"
ip neigh replace $UP_IP lladdr "$NUT_MAC" dev "$PEER" nud permanent
l3_pings() {
	wait_for ip netns exec l3 ping -q -c 1 -W 2 $UP_PEER_IP &&
		all_answered ip netns exec l3 ping -q -c 10 -i 0.01 -W 10 -s 4000 $UP_PEER_IP &&
		upper_pinged "$UP_IP"
}
check "ipvlan l3: both ends ping" l3_pings
ip -n l3 link del up0
ip neigh del $UP_IP dev "$PEER"
check "gone again: the peer answers" all_answered nut ping -q -c 5 -i 0.05 -W 5 "$PEER_IP"
