#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
# allow-log: NETDEV WATCHDOG
"""Flow control outlives a reset in which the link did not change: the NIC forgets it, and is
told again."""

from lib import control, e1k

FLOW = ("FCRTL", "FCRTH", "FCTTV", "FCAL", "FCAH", "FCT")


def flow(t):
    """What the NIC knows of flow control."""
    registers = control.registers(t)
    bits = registers["CTRL"] & (control.CTRL_RFCE | control.CTRL_TFCE)
    return {"CTRL": bits, **{name: registers[name] for name in FLOW}}


def test(t):
    t.must(t.on_nut("ethtool", "-A", t.nut, "autoneg", "off", "rx", "on", "tx", "on"))
    t.check(e1k.wait_for(lambda: flow(t)["CTRL"] == control.CTRL_RFCE | control.CTRL_TFCE),
            "pause frames are sent and heeded", flow(t))
    before = flow(t)
    ways = {"by devlink": lambda: e1k.command("devlink", "dev", "reload", control.handle(t)),
            "of the function": lambda: e1k.command(
                "sh", "-c", f"echo 1 >/sys/bus/pci/devices/{t.pci}/reset")}
    for text, way in ways.items():
        t.must(way())
        e1k.wait_for(t.has_carrier, "the carrier")
        t.becomes(lambda: flow(t), before, f"the same after a reset {text}")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=4)
