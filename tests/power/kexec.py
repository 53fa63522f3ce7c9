#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# root: disk
# peer: e1000e
"""Another kernel is started under traffic (kexec), without firmware that would reset the
NIC: it finds it silent, and the driver takes it up there as ever."""

from lib import nextkernel, traffic


def test(t):
    nextkernel.load()
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs", *stream.wrong)
    with traffic.flood(t):
        nextkernel.jump()


def test_next(t):
    nut = nextkernel.function()
    t.check(not nextkernel.masters(nut), "the next kernel runs: the NIC may not master the bus")
    nextkernel.enable(nut)
    nextkernel.check_silent(t, nut, "nothing to receive into, transmitter and interrupts off")
    nextkernel.take_up(t)


nextkernel.main(test, test_next, plan=5)
