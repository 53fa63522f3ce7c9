#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: address_filter
"""More unicast addresses than the own one are received: up to fourteen by the filters of
the chip, more however it can; a stranger's not while the filters suffice, or again."""

from lib import control, e1k, frames

STRANGER = "02:00:00:00:00:77"
FILTERS = 14   # one of the fifteen that are used has the own address


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

    def ask(wanted, leave=False):
        for address in wanted:
            into.member(frames.PACKET_MR_UNICAST, address, leave=leave)

    # None with the hash of a group that every host joins: QEMU would let it in.
    addresses = [f"02:00:00:00:f2:{i:02x}" for i in range(40)]
    fit = addresses[:FILTERS]
    rctl = control.rctl(t)
    ask(addresses[:1])
    t.becomes(lambda: received(*addresses[:2], STRANGER), addresses[:1],
              "one address and no stranger's")
    ask(addresses[1:FILTERS])
    t.becomes(lambda: received(*addresses, STRANGER), fit,
              f"{FILTERS}, all the chip's filters: no stranger's")
    t.down_up()
    t.becomes(lambda: received(*addresses, STRANGER), fit, "the same after down and up")
    more = addresses[:FILTERS + 1]
    for _ in range(2):
        ask(more[-1:])
        t.becomes(lambda: received(*more, STRANGER), [*more, STRANGER],
                f"{FILTERS + 1}: all of them, and what is for others too")
        ask(more[-1:], leave=True)
        t.becomes(lambda: received(*addresses, STRANGER), fit, f"{FILTERS} again: no stranger's")
    ask(addresses[FILTERS:])
    t.becomes(lambda: received(*addresses), addresses, "forty addresses")
    # One of the first is given up: the last, which found no filter, stays.
    ask(addresses[:FILTERS + 12], leave=True)
    t.becomes(lambda: received(*addresses, STRANGER), addresses[FILTERS + 12:],
              "only the last ones are left")
    ask(addresses[FILTERS + 12:], leave=True)
    t.becomes(lambda: received(*addresses, STRANGER), [], "none")
    t.equal(control.rctl(t), rctl, "RCTL is as before")


e1k.main(test, plan=12)
