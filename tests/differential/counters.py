#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 300
"""After the same frames ip -s -s link shows what it shows with the stock driver."""

import both
from compare import Facts, NoLess
from lib import e1k, frames

NUT, PEER = e1k.NUT_MAC, e1k.PEER_MAC
# The stock driver asks the NIC every other second.
ROUNDS = 250
MARKER = frames.ether(NUT, PEER, frames.ETH_P_TEST, b"marker".ljust(46))


def grown(t, act, restless=()) -> Facts:
    """By how much each counter grows while act(counters) goes on."""
    counters = both.Counters(t)
    before = counters.settled(ROUNDS, restless)
    act()
    after = counters.settled(ROUNDS, restless)
    return {name: after[name] - before[name] for name in after}


def receive(t, *sent):
    """Ten of each; not one may be lost for want of room."""
    t.quiet()
    t.peer_link("mtu", 9000)
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut")

    def act():
        for frame in sent:
            for _ in range(10):
                out.send(frame)
            out.send(MARKER)
            into.until(lambda got: got == MARKER)

    return grown(t, act)


def send(t, *sizes):
    t.quiet()
    out, into = frames.raw(t, "nut"), frames.capture(t, "peer", frames.ETH_P_TEST)

    def act():
        for size in sizes:
            for _ in range(10):
                out.send(frames.ether(PEER, NUT, frames.ETH_P_TEST, bytes(size)))
                into.next()

    return grown(t, act)


def pings(t):
    t.quiet()
    return grown(t, lambda: t.must(t.on_nut("ping", "-c", 20, "-i", "0.02", "-s", 3000,
                                            e1k.PEER_IP)))


def test_frame(dst, size=100):
    return frames.ether(dst, PEER, frames.ETH_P_TEST, bytes(size - frames.ETH_HLEN))


def without_link(t):
    """Frames for a NIC whose cable is pulled."""
    t.quiet()
    out = frames.raw(t, "nut")

    def act():
        t.cable(False)
        e1k.wait_for(lambda: not t.has_carrier(), "no carrier")
        for _ in range(10):
            out.send(frames.ether(PEER, NUT, frames.ETH_P_TEST, bytes(100)))
        t.cable(True)
        e1k.wait_for(t.has_carrier, "the carrier")

    return grown(t, act)


def flood(t):
    """More than the ring holds between two polls: what is missed is no error. With the stock
    driver QEMU goes on to count the same frames as missed, again and again."""
    t.quiet()
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", "80"))
    e1k.wait_for(t.has_carrier, "the carrier")
    out = frames.raw(t, "peer")
    frame = test_frame(NUT)

    def act():
        for _ in range(3000):
            out.send(frame)

    seen = grown(t, act, restless=("rx_missed_errors",))
    return {"frames that came": NoLess(seen["rx_packets"]), "rx_errors": seen["rx_errors"]}


both.main({
    "counters, unicast in": lambda t: receive(t, test_frame(NUT), test_frame(NUT, 60),
                                              test_frame(NUT, 1514)),
    "counters, broadcast in": lambda t: receive(t, test_frame("ff:ff:ff:ff:ff:ff")),
    "counters, multicast in": lambda t: receive(t, test_frame("33:33:00:00:00:01"),
                                                test_frame("01:00:5e:00:00:01")),
    "counters, multicast that nobody joined": lambda t: receive(
        t, test_frame("01:00:5e:44:55:66")),
    "counters, PAUSE in": lambda t: receive(t, frames.ether(
        "01:80:c2:00:00:01", PEER, 0x8808, b"\0\x01\0\0" + bytes(42))),
    "counters, tagged in": lambda t: receive(t, frames.vlan(test_frame(NUT), 5)),
    "counters, too long in": lambda t: receive(t, test_frame(NUT, 1530), test_frame(NUT, 4000)),
    "counters, out": lambda t: send(t, 10, 46, 1000, 1500),
    "counters, pings": pings,
    "counters, without a link": without_link,
    "counters, a flood": flood,
})
