#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# allow-log: NETDEV WATCHDOG
# timeout: 180
"""Faults that no watchdog of the stack sees: the transmitter stops while few frames
wait, the NIC is masked behind the driver's back, or while it only receives. Traffic goes
on by itself."""

from lib import e1k, frames, traffic
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
    test_receiving(t, lose_interrupts)


def test_receiving(t, lose_interrupts):
    """Nothing is sent, so no watchdog of the stack helps. A poll that happens to end just
    then unmasks the NIC: then there is nothing to heal."""
    t.quiet()
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut", frames.ETH_P_TEST)
    frame = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46))

    def healed():
        """How many polls it took to have a frame again; None if none came."""
        before = t.statistics()["heal_polls"]
        lose_interrupts()
        out.send(frame)
        return t.statistics()["heal_polls"] - before if into.next() else None

    for name in ("while it only receives", "and again"):
        polls = next((polls for polls in (healed() for _ in range(10)) if polls != 0), 0)
        t.equal(polls, 1, f"interrupts are lost {name}: one poll for it heals")


e1k.main(test, plan=7)
