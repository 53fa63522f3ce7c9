#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes, strays
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# allow-log: nobody cared
# timeout: 300
"""Registers that read as ones or as noise, rings that jump, a NIC that somebody else
resets, interrupts lost or in a storm, a reset that does not end. The NIC comes back by
itself; no counter jumps."""

from lib import e1k, hostile, traffic

ICR_ALL, ALL_ONES = 0x1ffff, 0xffffffff
RDH, TDH, RCTL, IMS, RDLEN = 0x2810, 0x3810, 0x0100, 0x00d0, 0x2808
MPC = 0x4010
SANE = 1 << 32


def flows_again(t, stream, what):
    hostile.disarm()
    t.check(stream.flows(1 << 14), f"{what}: the traffic goes on by itself", *stream.wrong)


def struck(fault, times):
    e1k.wait_for(lambda: hostile.struck(fault) >= times, f"{fault} to strike")


def said(text):
    return f": {text}" in e1k.command("dmesg").out


def test_reads(t, stream):
    e1k.command("dmesg", "-C")
    hostile.arm("read", offset=MPC, value=ALL_ONES)
    t.statistics()
    flows_again(t, stream, "one register reads as ones")
    t.check(not said("registers read"), "one register: STATUS still answers",
            e1k.command("dmesg").out)
    hostile.arm("read", value=ALL_ONES)
    e1k.wait_for(lambda: not t.has_carrier(), "the driver to notice")
    t.check(e1k.wait_for(lambda: said("registers read as all ones")), "it is logged")
    flows_again(t, stream, "all registers read as ones")
    t.check(e1k.wait_for(lambda: said("registers readable again")), "that they answer, too")
    hostile.arm("read", seed=1)
    struck("read", 300)
    flows_again(t, stream, "all registers read as noise")
    counters = {n: v for n, v in t.statistics().items() if not n.startswith("mac_")}
    counters |= {n: t.counter(n) for n in ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")}
    t.check(all(v < SANE for v in counters.values()), "no counter of the driver jumped", counters)


def test_state(t, stream):
    """What the NIC forgets, or mistakes, while frames come and go."""
    for what, offset, value in (("the receive head far outside", RDH, 0xfff0),
                                ("the receiver off", RCTL, 0), ("the receive ring gone", RDLEN, 0),
                                ("all interrupts masked", IMS, 0)):
        hostile.nic("poke", offset=offset, value=value)
        flows_again(t, stream, what)
    hostile.nic("reset")
    flows_again(t, stream, "a reset behind the driver's back")


def test_interrupts(t, stream):
    for what, fault in (("interrupts are lost", {"fault": "irq-lost", "count": 200}),
                        ("a storm of causes", {"fault": "irq-storm", "causes": ICR_ALL,
                                               "count": 3000}),
                        ("causes that nobody enabled", {"fault": "irq-storm", "causes": 1 << 16,
                                                        "count": 3000})):
        hostile.arm(**fault)
        struck(fault["fault"], 30)
        flows_again(t, stream, what)
    hostile.arm("irq-stuck")
    t.check(stream.flows(1 << 14), "the line is stuck: the traffic goes on", *stream.wrong)
    flows_again(t, stream, "the line was stuck")


def test_reset(t, stream):
    failed = t.statistics()["heal_reset_failures"]
    hostile.arm("reset-stuck")
    told = t.on_nut("ethtool", "--reset", t.nut, "all")
    t.check(not told and t.statistics()["heal_reset_failures"] > failed,
            "a reset that does not end fails, and is counted", told)
    flows_again(t, stream, "a reset that did not end")
    hostile.arm("phy", how="dead")
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))
    flows_again(t, stream, "a reset while the PHY is dead")


def test_heads(t):
    """The NIC writes to, or sends again with checksums made right, what old descriptors
    point at: memory of others by now. Who talks meanwhile may be told anything; who comes
    later not."""
    for what, offset in (("receive", RDH), ("transmit", TDH)):
        with traffic.flood(t):
            hostile.nic("poke", offset=offset, value=77)
            hostile.survived(t, f"the {what} head elsewhere")
        stream = traffic.Stream(t)
        t.check(stream.flows(1 << 14) and not stream.stop(),
                f"the {what} head was elsewhere: a new stream is whole", *stream.wrong)


def test(t):
    stream = traffic.Stream(t)
    t.check(stream.flows(1 << 14), "traffic runs")
    test_reads(t, stream)
    test_state(t, stream)
    test_interrupts(t, stream)
    test_reset(t, stream)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    test_heads(t)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=27)
