#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""XDP_TX sends frames of every length back as they came, also while the stack sends
through the same queue, and counts them."""

from lib import e1k, frames, traffic, xdp


def make(size, number):
    return xdp.frame(xdp.TX, size, number=number)


def test(t):
    programs = xdp.Programs("verdict", "one_buffer")
    xdp.attach(t, programs["one_buffer"])
    back = xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST))
    send = xdp.sending(frames.raw(t, "peer"))
    before = xdp.counters(t)
    wrong = xdp.carried(xdp.SIZES, make, send, back, xdp.swapped)
    t.check(not wrong, f"{len(xdp.SIZES)} lengths come back, every byte", *wrong)
    t.equal(xdp.gained(t, before)["tx"], len(xdp.SIZES), "ethtool -S counts them")

    stream = traffic.Stream(t)
    t.check(stream.flows(), "TCP runs over the same queue")
    wrong = xdp.carried(xdp.SIZES[::3], make, send, back, xdp.swapped)
    t.check(not wrong, "frames come back in between, every byte", *wrong)
    t.check(stream.flows(), "TCP still runs")
    t.check(not stream.stop(), "every byte of TCP was the right one", *stream.wrong)


e1k.main(test, plan=6)
