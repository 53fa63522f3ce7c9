#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# root: disk
# peer: e1000e
"""Another kernel is started under traffic (kexec), without firmware that would reset the
NIC: it finds it silent, and the driver takes it up there as ever."""

from lib import nextkernel, traffic

ENABLED = 1 << 1    # RCTL.EN, TCTL.EN


def test(t):
    nextkernel.load()
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs", *stream.wrong)
    with traffic.flood(t):
        nextkernel.jump()


def test_next(t):
    masters, regs = nextkernel.found()
    t.check(not masters, "the next kernel runs: the NIC may not master the bus")
    receives = regs["RCTL"] & ENABLED and regs["RDH"] != regs["RDT"]
    t.check(not receives and not regs["TCTL"] & ENABLED and not regs["IMS"],
            "nothing to receive into, transmitter and interrupts off",
            {name: hex(value) for name, value in regs.items()})
    nextkernel.take_up(t)


nextkernel.main(test, test_next, plan=5)
