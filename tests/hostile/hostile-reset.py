#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet, 82574
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""The PCI function is reset under traffic, by sysfs: the driver is asked to let
go and to go on, and writes the whole state anew, VLANs and settings included."""

from lib import control, e1k, traffic

VID = 7
TIMES = 5


def test(t):
    try:
        with open(f"/sys/bus/pci/devices/{t.pci}/reset_method", encoding="ascii") as file:
            methods = file.read().split()
    except OSError:
        methods = []
    if not methods:
        raise e1k.Skip("this function cannot be reset")
    traffic.lay_vlan(t, VID)
    t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", 77))
    before = control.settings(t)
    stream = traffic.Stream(t)
    t.check(stream.flows(1 << 14), "traffic runs")
    good = True
    for _ in range(TIMES):
        with open(f"/sys/bus/pci/devices/{t.pci}/reset", "w", encoding="ascii") as file:
            file.write("1")
        good = good and stream.flows(1 << 14)
    t.check(good, f"reset {TIMES} times ({methods[0]}): the traffic goes on", *stream.wrong)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    e1k.wait_for(t.has_carrier)
    t.equal(control.settings(t), before, "all settings are as before")
    t.check(e1k.wait_for(lambda: t.on_nut("ping", "-q", "-c", 1, "-W", 5, traffic.VLAN_PEER)),
            "the VLAN works")


e1k.main(test, plan=5)
