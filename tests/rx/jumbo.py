#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Frames longer than 1514 bytes, up to the longest the chip takes, around every
edge of a receive buffer."""

import os

from lib import e1k, frames, model, traffic

LONGEST = model.MAX_MTU


def raw_frames(t, sizes):
    """Send frames of these sizes each way; what is wrong, as a list."""
    wrong = []
    for sender, receiver, way in (("nut", "peer", "from"), ("peer", "nut", "to")):
        macs = (e1k.PEER_MAC, e1k.NUT_MAC) if sender == "nut" else (e1k.NUT_MAC, e1k.PEER_MAC)
        out = frames.raw(t, sender)
        into = frames.capture(t, receiver, frames.ETH_P_TEST)
        for size in sizes:
            frame = frames.ether(*macs, frames.ETH_P_TEST, os.urandom(size - frames.ETH_HLEN))
            out.send(frame)
            seen = into.next()
            if seen != frame:
                wrong.append(f"{size} bytes {way} the NIC: "
                             f"{traffic.difference(seen or b'', frame)}")
        out.close()
        into.sock.close()
    return wrong


def test(t):
    data = os.urandom(3 << 20)
    # Where a frame ends just before, at and after a buffer of any likely size.
    edges = {edge * n + extra for edge in (2048, 4096, 1536, 1514) for n in range(1, 11)
             for extra in range(-5, 6)}
    for mtu in (1501, 2033, 4096, 9000, LONGEST):
        t.mtu(mtu)
        t.check(t.ping(), f"MTU {mtu}: the link still works")
        longest = mtu + frames.ETH_HLEN
        sizes = sorted(edge for edge in edges if 1500 < edge < longest)
        if mtu < LONGEST:   # the edges once, at the largest MTU
            sizes = [longest - 4]
        wrong = raw_frames(t, sizes + [longest - 1, longest])
        t.check(not wrong, f"MTU {mtu}: frames up to {longest} bytes", *wrong[:20])
    for mtu in (LONGEST, 9000):
        t.mtu(mtu)
        nut, peer = traffic.tcp_pair(t)
        wrong = [traffic.transfer(nut, peer, data), traffic.transfer(peer, nut, data)]
        t.check(not any(wrong), f"MTU {mtu}: TCP both ways", *wrong)
    t.mtu(1500)
    wrong = raw_frames(t, [1513, 1514])
    t.check(not wrong, "MTU 1500 again: frames up to 1514 bytes", *wrong)


e1k.main(test, plan=13)
