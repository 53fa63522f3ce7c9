#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A new MAC address, set up or down, is sent from and received at; the old one is
not any more."""

from lib import e1k, frames


def test(t):
    out = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    at_peer = frames.capture(t, "peer")

    def received(mac, old):
        """Whether frames to mac come through and those to the old address do not."""
        marker = frames.ether(mac, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46))
        if old:
            out.send(frames.ether(old, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46)))
        out.send(marker)
        return len(into.until(lambda frame: frame == marker)) == 1

    def sent_from(mac):
        """Whether echo requests carry the address, and are answered."""
        e1k.command("ip", "neigh", "flush", "dev", t.peer)
        list(at_peer.waiting())
        return t.ping() and all(frame[6:12] == frames.mac(mac) for frame in at_peer.waiting())

    # The first is not looked for again: it ends like the groups that every host
    # joins, and QEMU's hash table does not tell unicast from multicast.
    old = None
    for mac, how in (("02:00:00:00:31:07", "running"), ("02:00:00:00:42:19", "down"),
                     (e1k.NUT_MAC, "running")):
        if how == "down":
            t.must(t.link("down"))
        t.must(t.link("address", mac))
        if how == "down":
            t.must(t.link("up"))
            e1k.wait_for(t.has_carrier, "carrier")
        t.check(received(mac, old), f"{mac} set while {how}: received, the old one not")
        t.check(sent_from(mac), f"{mac} set while {how}: sent from")
        old = mac


e1k.main(test, plan=6)
