#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""The driver is asked to let go of the NIC and to go on, and the NIC does not come back at
once: its registers read as ones, or its reset does not end. Up or down meanwhile, or given other
rings, it works again when the NIC does."""

from lib import control, e1k, hostile

ILLS = {"silent": ("read", {"value": 0xffffffff}), "stuck in its reset": ("reset-stuck", {})}


def reset_function(t):
    with open(f"/sys/bus/pci/devices/{t.pci}/reset", "w", encoding="ascii") as file:
        file.write("1")


def test_reconfigure(t):
    """New rings for a NIC that did not come back wait until it does."""
    hostile.arm("reset-stuck")
    told = e1k.command("devlink", "dev", "reload", control.handle(t))
    t.check(not told and "NIC reset failed" in told.out, "a failed reload says why", told.out)
    t.must(t.link("mtu", 9000))
    t.check(not control.diagnose(t, "rx")["running"], "another MTU does not start it")
    hostile.disarm()
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "it comes back, the peer answers")


def test(t):
    path = f"/sys/bus/pci/devices/{t.pci}/reset_method"
    with open(path, encoding="ascii") as file:
        if not file.read().strip():
            raise e1k.Skip("this function cannot be reset")
    for ill, (fault, settings) in ILLS.items():
        failures = t.statistics()["heal_reset_failures"]
        hostile.arm(fault, **settings)
        reset_function(t)
        t.check(e1k.wait_for(lambda: not t.has_carrier()), f"{ill} afterwards: no carrier")
        hostile.disarm()
        t.check(e1k.wait_for(t.has_carrier) and t.ping()
                and t.statistics()["heal_reset_failures"] > failures,
                f"{ill} no more: the failure was counted, the peer answers")

        t.must(t.link("down"))
        hostile.arm(fault, **settings)
        reset_function(t)
        t.check(not t.link("up"), f"{ill}, down: it cannot be taken up")
        hostile.disarm()
        t.check(t.link("up") and e1k.wait_for(t.has_carrier) and t.ping(),
                f"{ill} no more: taken up, the peer answers")


    test_reconfigure(t)


e1k.main(test, plan=11)
