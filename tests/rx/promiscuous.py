#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: address_filter
"""Promiscuous receives every frame, all-multicast every group; both last as long as
anybody wants them, and are counted."""

import json

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
        # A driver may take every group by a full hash table, which some NICs use
        # for unicast too. The stack throws away what is not for it.
        good = [expected] + [[UNICAST, *expected]] * (flag == "allmulticast")
        return e1k.wait_for(lambda: received(**kwargs) in good, patience=20)

    for flag, expected in (("promisc", list(EVERY)), ("allmulticast", [GROUP, BROADCAST])):
        t.becomes(received, [BROADCAST], f"before {flag}: only broadcast")
        t.must(t.link(flag, "on"))
        t.check(matches(expected, flag), f"with {flag}")
        t.down_up()
        t.check(matches(expected, flag), f"with {flag}, after down and up")
        if flag == "promisc":
            # With a VLAN there is a filter, which keeps out all others
            t.must(e1k.command("ip", "-n", "nut", "link", "add", "link", t.nut, "name", "v5",
                               "type", "vlan", "id", 5))
            t.check(matches(expected, flag, tci=99), "with promisc: in any VLAN")
            t.must(e1k.command("ip", "-n", "nut", "link", "del", "v5"))
        t.must(t.link(flag, "off"))
        t.becomes(received, [BROADCAST], f"after {flag}: only broadcast")
    test_counts(t, received)


def counts(t, kind):
    """How many want it, as ip tells."""
    out = t.must(e1k.command("ip", "-n", "nut", "-j", "-d", "link", "show", t.nut)).out
    return json.loads(out)[0][kind]


def test_counts(t, received):
    """Several who want it at once: it ends with the last."""
    for flag, kind, member in (("promisc", "promiscuity", frames.PACKET_MR_PROMISC),
                               ("allmulticast", "allmulti", frames.PACKET_MR_ALLMULTI)):
        one, other = frames.capture(t, "nut"), frames.capture(t, "nut")
        one.member(member)
        other.member(member)
        t.must(t.link(flag, "on"))
        t.equal(counts(t, kind), 3, f"{flag} for two sockets and the user: three want it")
        one.member(member, leave=True)
        t.must(t.link(flag, "off"))
        t.check(counts(t, kind) == 1 and GROUP in received(), f"{flag} for one is still in force",
                counts(t, kind))
        # Its end takes with it what it asked for.
        other.sock.close()
        t.equal(counts(t, kind), 0, f"{flag}: nobody wants it")
        t.becomes(received, [BROADCAST], f"{flag}: it is over")
        one.sock.close()


e1k.main(test, plan=17)
