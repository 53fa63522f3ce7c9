#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Multicast frames are received while their group is joined, and only then."""

from lib import e1k, frames, model

GROUP, STRANGER = "01:00:5e:11:22:33", "01:00:5e:44:55:66"


def test(t):
    out = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    marker = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"marker".ljust(46))

    def received(*groups):
        """Which of the groups come through."""
        for group in groups:
            out.send(frames.ether(group, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46)))
        out.send(marker)
        seen = [frame[:6] for frame in into.until(lambda frame: frame == marker)]
        return [group for group in groups if frames.mac(group) in seen]

    def kept_out(groups, text):
        """None of them is received."""
        if model.ROW.address_filter:
            t.becomes(lambda: received(*groups), [], text)
        else:
            t.skip(text, "this NIC has no address filter")

    kept_out((GROUP, STRANGER), "no group is received that nobody joined")
    into.member(frames.PACKET_MR_MULTICAST, GROUP)
    t.becomes(lambda: received(GROUP), [GROUP], "the joined group is received")
    kept_out((STRANGER,), "another is not")
    into.member(frames.PACKET_MR_MULTICAST, GROUP, leave=True)
    kept_out((GROUP, STRANGER), "the group that was left is not received")

    many = [f"01:00:5e:{i:02x}:{i * 7 % 256:02x}:{i * 31 % 256:02x}" for i in range(60)]
    for group in many:
        into.member(frames.PACKET_MR_MULTICAST, group)
    t.becomes(lambda: received(*many), many, "sixty groups are received")
    t.down_up()
    t.becomes(lambda: received(*many), many, "sixty groups are received after down and up")
    for group in many:
        into.member(frames.PACKET_MR_MULTICAST, group, leave=True)
    kept_out(many, "sixty groups are left")
    t.becomes(lambda: received("ff:ff:ff:ff:ff:ff"), ["ff:ff:ff:ff:ff:ff"], "broadcast is received")


e1k.main(test, plan=8)
