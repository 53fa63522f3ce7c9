#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""More unicast addresses than the own one are received: a few by the filters of
the chip, many however it can; a stranger's not while the filters suffice."""

from lib import e1k, frames

STRANGER = "02:00:00:00:00:77"


def test_macvlan(t):
    link = ("ip", "-n", "nut", "link")
    t.must(e1k.command(*link, "add", "link", t.nut, "name", "mv", "type", "macvlan",
                       "mode", "bridge"))
    t.must(e1k.command(*link, "set", "dev", "mv", "address", "02:00:00:00:01:01", "up"))
    t.must(e1k.command("ip", "-n", "nut", "addr", "add", "198.51.100.1/24", "dev", "mv"))
    t.must(e1k.command("ip", "addr", "add", "198.51.100.2/24", "dev", t.peer))
    t.check(e1k.wait_for(lambda: e1k.command("ping", "-q", "-c1", "-W5", "198.51.100.1")),
            "the peer pings a macvlan")
    t.must(e1k.command(*link, "del", "mv"))


def test(t):
    test_macvlan(t)
    out = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    marker = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"marker".ljust(46))

    def received(*addresses):
        for dst in addresses:
            out.send(frames.ether(dst, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46)))
        out.send(marker)
        seen = [frame[:6] for frame in into.until(lambda frame: frame == marker)]
        return [dst for dst in addresses if frames.mac(dst) in seen]

    addresses = [f"02:00:00:00:02:{i:02x}" for i in range(40)]
    few = addresses[:8]
    for address in few:
        into.member(frames.PACKET_MR_UNICAST, address)
    t.equal(received(*few, STRANGER), few, "eight addresses and no stranger's")
    t.down_up()
    t.equal(received(*few, STRANGER), few, "the same after down and up")
    for address in addresses[8:]:
        into.member(frames.PACKET_MR_UNICAST, address)
    t.equal(received(*addresses), addresses, "forty addresses, more than the chip's filters")
    for address in addresses[8:]:
        into.member(frames.PACKET_MR_UNICAST, address, leave=True)
    t.equal(received(*addresses, STRANGER), few, "eight again and no stranger's")


e1k.main(test, plan=5)
