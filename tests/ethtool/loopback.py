#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: loops
"""With the feature "loopback" what the NIC sends comes back to it and does not reach
the wire; without it again, all is as before."""

from lib import control, e1k, frames


def test(t):
    out, back = frames.raw(t, "nut"), frames.capture(t, "nut", frames.ETH_P_TEST)
    wire = frames.capture(t, "peer", frames.ETH_P_TEST)

    def sent(i):
        frame = frames.ether(e1k.NUT_MAC, e1k.NUT_MAC, frames.ETH_P_TEST,
                             bytes([i]) * (100 + 10 * i))
        out.send(frame)
        return frame

    def round_trip(i):
        sent(i)
        return back.next(1)

    before = control.settings(t)
    t.check(t.ping(), "the peer answers")
    t.must(t.features("loopback", "on"))
    t.check(e1k.wait_for(lambda: round_trip(0)), "on: a frame comes back")
    list(back.waiting())
    list(wire.waiting())
    expected = [sent(i) for i in range(1, 101)]
    # One of those that were tried with may come late.
    seen = back.until(lambda frame: frame == expected[-1])
    t.equal([frame for frame in seen if frame[frames.ETH_HLEN]], expected,
            "on: a hundred come back as they were sent")
    t.equal(list(wire.waiting()), [], "on: none reaches the wire")
    t.down_up()
    t.check(e1k.wait_for(lambda: round_trip(0)), "it outlives down and up")
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))
    t.check(e1k.wait_for(lambda: round_trip(0)), "it outlives a reset")
    t.must(t.features("loopback", "off"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "off: the peer answers")
    list(wire.waiting())
    marker = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST, b"marker".ljust(46))
    list(back.waiting())
    sent(5)
    out.send(marker)
    wire.until(lambda frame: frame == marker)
    t.equal(list(back.waiting()), [], "off: nothing comes back")
    t.equal(control.settings(t), before, "all settings are as before")


e1k.main(test, plan=9)
