#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""The NIC is broken when it is probed: EEPROM, PHY, reset or all registers. The driver
takes it, or refuses it and leaves nothing behind; and takes it when it is whole again.
What it is told by registers of noise it survives."""

import os

from lib import e1k, hostile

ALL_ONES = 0xffffffff
NET_ADDR_RANDOM = 1


def bind(t, to):
    """Unbind or bind; whether the driver has the NIC then."""
    try:
        with open(f"/sys/bus/pci/drivers/{t.drv}/{to}", "w", encoding="ascii") as file:
            file.write(t.pci)
    except OSError:
        pass
    return os.path.exists(f"/sys/bus/pci/drivers/{t.drv}/{t.pci}")


def interface(t):
    """The interface that the NIC has now, its address, and whether the driver made that up."""
    e1k.wait_for(lambda: os.path.isdir(f"/sys/bus/pci/devices/{t.pci}/net"))
    name = os.listdir(f"/sys/bus/pci/devices/{t.pci}/net")[0]
    with open(f"/sys/class/net/{name}/address", encoding="ascii") as file:
        address = file.read().strip()
    with open(f"/sys/class/net/{name}/addr_assign_type", encoding="ascii") as file:
        return name, address, int(file.read()) == NET_ADDR_RANDOM


def try_probe(t, what, fault, taken):
    """Probe a NIC with this fault; then without."""
    bind(t, "unbind")
    hostile.arm(**fault)
    has = bind(t, "bind")
    t.equal(has, taken, f"{what}: the NIC is " + ("taken" if taken else "refused"))
    if has:
        name, address, is_random = interface(t)
        local = int(address.split(":")[0], 16) & 2
        t.check(address != e1k.NUT_MAC and local and is_random,
                f"{what}: it has a random address", address, is_random)
        t.must(e1k.command("ip", "link", "set", "dev", name, "up"))
        t.must(e1k.command("ip", "link", "set", "dev", name, "down"))
    hostile.disarm()
    bind(t, "unbind")
    t.check(bind(t, "bind") and interface(t)[1] == e1k.NUT_MAC,
            f"{what}: taken with its own address when it is whole")


def test(t):
    for what, fault, taken in (
            ("an EEPROM that does not answer", {"fault": "eeprom", "how": "dead"}, True),
            ("an EEPROM of noise", {"fault": "eeprom", "how": "garbage", "seed": 5}, True),
            ("a PHY that does not answer", {"fault": "phy", "how": "dead"}, False),
            ("a PHY that reports errors", {"fault": "phy", "how": "error"}, False),
            ("a reset that does not end", {"fault": "reset-stuck"}, False),
            ("registers that read as ones", {"fault": "read", "value": ALL_ONES}, False)):
        try_probe(t, what, fault, taken)
    for seed in range(4):
        bind(t, "unbind")
        hostile.arm("read", seed=seed)
        bind(t, "bind")
        hostile.disarm()
    bind(t, "unbind")
    t.check(bind(t, "bind"), "registers of noise: taken when it is whole")
    t.adopt()
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=16)
