#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# root: disk
# peer: e1000e
"""Another kernel is started under traffic (kexec), without firmware that would reset the
NIC: it finds it silent, and the driver takes it up there as ever."""

import sys

from lib import e1k, nextkernel, traffic

PLAN = 5
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
    t.setup()
    stream = traffic.Stream(t)
    t.check(stream.flows(), "taken up by the driver, traffic runs", *stream.wrong)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


if sys.argv[1:] == ["next"]:
    e1k.main(test_next, plan=PLAN, bed=False, done=1)
else:
    e1k.main(test, plan=PLAN)
