#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Promiscuous receives every frame, all-multicast every group; both end when they
are over."""

from lib import e1k, frames

UNICAST, GROUP, BROADCAST = "02:00:00:00:00:77", "01:00:5e:11:22:33", "ff:ff:ff:ff:ff:ff"
EVERY = (UNICAST, GROUP, BROADCAST)


def test(t):
    out = frames.raw(t, "peer")
    into = frames.capture(t, "nut")
    marker = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"marker".ljust(46))

    def received(tci=None):
        """Which addresses come through, in VLAN tci if given."""
        list(into.waiting())
        for dst in EVERY:
            frame = frames.ether(dst, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46))
            out.send(frame if tci is None else frames.vlan(frame, tci))
        out.send(marker)
        seen = [frame[:6] for frame in into.until(lambda frame: frame == marker)]
        return [dst for dst in EVERY if frames.mac(dst) in seen]

    def matches(expected, flag, **kwargs):
        seen = received(**kwargs)
        # A driver may take every group by a full hash table, which some NICs use
        # for unicast too. The stack throws away what is not for it.
        return seen == expected or flag == "allmulticast" and seen == [UNICAST, *expected]

    for flag, expected in (("promisc", list(EVERY)), ("allmulticast", [GROUP, BROADCAST])):
        t.equal(received(), [BROADCAST], f"before {flag}: only broadcast")
        t.must(t.link(flag, "on"))
        t.check(matches(expected, flag), f"with {flag}")
        t.down_up()
        t.check(matches(expected, flag), f"with {flag}, after down and up")
        if flag == "promisc":
            t.check(matches(expected, flag, tci=99), "with promisc: in any VLAN")
        t.must(t.link(flag, "off"))
        t.equal(received(), [BROADCAST], f"after {flag}: only broadcast")


e1k.main(test, plan=9)
