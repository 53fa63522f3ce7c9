#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# allow-log: NETDEV WATCHDOG
# timeout: 180
"""Faults that no watchdog of the stack sees: the transmitter stops while few frames
wait, the NIC is masked behind the driver's back. Traffic goes on by itself."""

from lib import e1k, traffic
from lib.registers import IMC, Registers, TCTL, TCTL_EN


def test(t):
    registers = Registers(t.pci)

    def stop_transmitter():
        registers[TCTL] = registers[TCTL] & ~TCTL_EN

    def lose_interrupts():
        registers[IMC] = 0xFFFFFFFF

    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    for name, fault in (("the transmitter stops", stop_transmitter),
                        ("interrupts are lost", lose_interrupts)):
        fault()
        t.check(stream.flows(), f"{name}: the traffic goes on by itself")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=5)
