#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 120
"""A NIC whose registers read as ones is taken down, and a reset of the PCI function brings it
back: the driver initialises it then, at the first attempt."""

from lib import e1k, hostile


def test(t):
    with open(f"/sys/bus/pci/devices/{t.pci}/reset_method", encoding="ascii") as file:
        if not file.read().strip():
            raise e1k.Skip("this function cannot be reset")
    hostile.arm("read", value=0xffffffff)
    t.check(e1k.wait_for(lambda: not t.has_carrier()), "silent: no carrier")
    t.must(t.link("down"))
    before = t.statistics()
    hostile.disarm()
    with open(f"/sys/bus/pci/devices/{t.pci}/reset", "w", encoding="ascii") as file:
        file.write("1")
    after = t.statistics()
    t.equal([after[name] - before[name] for name in ("heal_reset_failures", "heal_resets")],
            [0, 0], "the function was reset: no attempt failed, none was repeated")
    t.check(t.link("up") and e1k.wait_for(t.has_carrier) and t.ping(), "the peer answers")


e1k.main(test, plan=3)
