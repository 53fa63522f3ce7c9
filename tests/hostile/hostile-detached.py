#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""While the driver had to let go of the NIC, as during the recovery from an error of the bus,
nobody who only looks reaches its registers: devlink's dump, ethtool, taking the interface down."""

from lib import control, e1k, hostile

# Registers that only those who look read: the receive ring's base, a counter
RDBAL, GPRC = 0x2800, 0x4074


def look(t):
    """Everything that shows something of the NIC."""
    for reporter in ("rx", "tx"):
        e1k.command("devlink", "health", "dump", "clear", control.handle(t), "reporter", reporter)
        e1k.command("devlink", "health", "dump", "show", control.handle(t), "reporter", reporter)
        e1k.command("devlink", "health", "diagnose", control.handle(t), "reporter", reporter)
    t.on_nut("ethtool", "-d", t.nut)
    t.on_nut("ip", "-s", "link", "show", "dev", t.nut)


def test(t):
    with open(f"/sys/bus/pci/devices/{t.pci}/reset_method", encoding="ascii") as file:
        if not file.read().strip():
            raise e1k.Skip("this function cannot be reset")
    hostile.arm("read", offset=RDBAL, value=0)
    look(t)
    t.check(hostile.struck("read") > 0, "a NIC that is there is looked at")
    hostile.arm("reset-stuck")
    with open(f"/sys/bus/pci/devices/{t.pci}/reset", "w", encoding="ascii") as file:
        file.write("1")
    t.check(e1k.wait_for(lambda: not t.has_carrier()), "the NIC does not come back: no carrier")
    hostile.arm("read", offset=RDBAL, value=0)
    look(t)
    t.equal(hostile.struck("read"), 0, "its registers are not read by who looks")
    hostile.arm("read", offset=GPRC, value=0)
    t.must(t.link("down"))
    t.equal(hostile.struck("read"), 0, "nor when it is taken down")
    hostile.disarm()
    t.check(t.link("up") and e1k.wait_for(t.has_carrier) and t.ping(),
            "it is back: taken up, the peer answers")


e1k.main(test, plan=5)
