#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""XDP_REDIRECT to a CPU by a cpumap: the frames go through that CPU's thread into the
stack, every length and byte, in their order."""

from lib import e1k, frames, xdp

QUEUE = 192


def test(t):
    programs = xdp.Programs("verdict", "one_buffer")
    cpus = programs.map("cpus", "=Ii")
    xdp.attach(t, programs["one_buffer"])
    into = xdp.capturing(frames.capture(t, "nut", frames.ETH_P_TEST))
    send = xdp.sending(frames.raw(t, "peer"))
    before = xdp.counters(t)
    for cpu in (0, 1):
        cpus[cpu] = QUEUE, 0
        wrong = xdp.carried(xdp.SIZES, lambda size, number, cpu=cpu: xdp.frame(
            xdp.REDIRECT, size, xdp.TO_CPU, cpu, number), send, into)
        t.check(not wrong, f"{len(xdp.SIZES)} lengths by CPU {cpu}, every byte", *wrong)
    t.equal(xdp.gained(t, before)["redirect"], 2 * len(xdp.SIZES), "ethtool -S counts them")
    with xdp.flood(t, *8 * [xdp.frame(xdp.REDIRECT, 1000, xdp.TO_CPU, 1)]):
        del cpus[1]
        cpus[1] = QUEUE, 0
        t.check(t.ping(count=10), "the CPU's thread is replaced under traffic")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=5)
