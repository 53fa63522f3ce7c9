#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Frames that XDP redirects from another device to the NIC under test leave it, every
length and byte, alone and mixed with what the stack sends. While the interface is down
they are refused, not kept and not fatal."""

from lib import e1k, frames, traffic, xdp


def test(t):
    # Attached, so that the NIC has what it needs for frames of XDP.
    xdp.attach(t, xdp.Programs("verdict", "pass")["pass"])
    xdp.veth(t)
    programs = xdp.Programs("verdict", "to_device")
    programs.map("devices")[0] = xdp.index_of(t)
    xdp.detach(t, "v1")
    xdp.attach(t, programs["to_device"], "v1")
    send = xdp.sending(xdp.sender_on(t, "v0"))
    capture = frames.capture(t, "peer", frames.ETH_P_TEST)
    at_peer = xdp.capturing(capture)
    before = xdp.counters(t)

    wrong = xdp.carried(xdp.SIZES, xdp.outgoing, send, at_peer)
    t.check(not wrong, f"{len(xdp.SIZES)} lengths leave, every byte", *wrong)
    t.equal(xdp.gained(t, before)["xmit"], len(xdp.SIZES), "ethtool -S counts them")
    stream = traffic.Stream(t)
    t.check(stream.flows(), "TCP runs over the same queue")
    wrong = xdp.carried(xdp.SIZES[::3], xdp.outgoing, send, at_peer)
    t.check(not wrong, "frames leave in between, every byte", *wrong)
    t.check(not stream.stop(), "every byte of TCP was the right one", *stream.wrong)

    t.must(t.link("down"))
    send([xdp.outgoing(number=number) for number in range(100)])
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    t.check(t.ping(), "down while frames come: up again, the peer answers")
    traffic.drain(capture.sock)
    wrong = xdp.carried(xdp.SIZES[::7], xdp.outgoing, send, at_peer)
    t.check(not wrong, "and frames leave again", *wrong)


e1k.main(test, plan=7)
