#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The processor that takes the NIC's interrupts, runs its polls and holds its timers goes
offline while TCP runs both ways, and comes back: the traffic goes on, nothing is healed."""

import os

from lib import e1k, traffic

ROUNDS = 8
CPU = 1
ONLINE = f"/sys/devices/system/cpu/cpu{CPU}/online"


def write(path, value):
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))


def take_interrupts(t):
    """Have this processor handle the NIC's line, and so poll and set the timers."""
    write(f"/proc/irq/{t.irqs()[0]}/smp_affinity_list", CPU)


def test(t):
    if not os.path.exists(ONLINE):
        raise e1k.Skip(f"this machine has no processor {CPU} that goes offline")
    t.setup()
    t.defer(write, ONLINE, 1)
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    there = []
    for _ in range(ROUNDS):
        take_interrupts(t)
        stream.flows()
        write(ONLINE, 0)
        there.append(stream.flows())
        write(ONLINE, 1)
        there.append(stream.flows())
    t.check(all(there), f"{ROUNDS} times offline and online: the traffic goes on", there)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=4, bed=False)
