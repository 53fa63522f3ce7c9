#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Attaching, replacing and detaching a program under traffic: no flap of the link, no
packet lost, every byte of TCP right; what may not be replaced is refused."""

import errno

from lib import control, e1k, traffic, xdp

ROUNDS = 10


def test(t):
    first = xdp.Programs("verdict", "one_buffer")["one_buffer"]
    second = xdp.Programs("verdict", "pass")["pass"]
    t.static_neighbours()
    flaps = control.carrier_changes(t)
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    with control.Pinging() as ping:
        for _ in range(ROUNDS):
            for step in (lambda: xdp.attach(t, first), lambda: xdp.attach(t, second),
                         lambda: xdp.detach(t)):
                step()
                if not ping.answered(5):
                    break
        point = f"{ROUNDS} times attached, replaced, detached: no ping is lost"
        if control.platform(t) == "QEMU":
            t.equal(ping.lost(), 0, point)
        else:
            t.skip(point, "this NIC takes new rings by a reset")
    t.check(stream.flows(), "TCP goes on")
    t.check(not stream.stop(), "every byte of it was the right one", *stream.wrong)
    t.equal(control.carrier_changes(t), flaps, "the link did not flap")

    xdp.attach(t, first)
    error, _ = xdp.set_program(t, second, expected=second)
    t.equal(error, errno.EEXIST, "replacing another program than the one there is refused")
    t.equal(xdp.set_program(t, second, expected=first)[0], 0, "replacing that one works")
    error, text = xdp.set_program(t, first, flags=xdp.SKB_MODE)
    t.check(error and text, f"a generic program beside it is refused: {text}")
    t.equal(xdp.state(t)[0], xdp.NATIVE, "the native one is still there")

    t.must(t.link("down"))
    xdp.detach(t)
    xdp.attach(t, first)
    t.must(t.link("up"))
    t.check(t.ping() and xdp.state(t)[0] == xdp.NATIVE, "changed while down: in effect after up")


e1k.main(test, plan=10)
