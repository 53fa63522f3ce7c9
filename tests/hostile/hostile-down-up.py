#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes, strays
# allow-log: nobody cared
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""A reset fails while the interface is up, and it is taken down before the NIC has come back.
Whatever asked for the reset, once the NIC answers the interface can be taken up and works."""

from lib import control, e1k, hostile

ILLS = {"silent": ("read", {"value": 0xffffffff}), "stuck in its reset": ("reset-stuck", {})}


def by_sysfs(t):
    """A reset of the PCI function."""
    with open(f"/sys/bus/pci/devices/{t.pci}/reset", "w", encoding="ascii") as file:
        file.write("1")


def by_ethtool(t):
    return t.on_nut("ethtool", "-t", t.nut, "offline")


def by_devlink(t):
    return e1k.command("devlink", "dev", "reload", control.handle(t))


def test(t):
    t.setup()
    with open(f"/sys/bus/pci/devices/{t.pci}/reset_method", encoding="ascii") as file:
        if not file.read().strip():
            raise e1k.Skip("this function cannot be reset")
    for ill, (fault, settings) in ILLS.items():
        for way in (by_sysfs, by_ethtool, by_devlink):
            t.setup()       # each begins with a driver that has seen nothing
            hostile.arm(fault, **settings)
            way(t)
            t.must(t.link("down"))
            refused = not t.link("up")
            hostile.disarm()
            up = t.link("up")
            t.check(refused and up and e1k.wait_for(t.has_carrier) and t.ping(),
                    f"{ill}, {way.__name__}, down: taken up when it answers, the peer answers",
                    f"taken up before it answered: {not refused}", up)


e1k.main(test, plan=6, bed=False)
