#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: hostile
# timeout: 240
"""The function is reset by somebody else, and the driver takes the NIC up again as after a
sleep: each allocation on that way fails in turn, and the traffic goes on nevertheless."""

import os

from lib import e1k, faults


def test(t):
    faults.need(t)
    reset = f"/sys/bus/pci/devices/{t.pci}/reset"
    if not os.path.exists(reset):
        raise e1k.Skip("this function cannot be reset")
    nic = faults.Nic(t)
    nic.rings(64, 64)
    t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", 77))
    echo = faults.Echo(t)

    count, wrong = 0, []
    for fault in faults.each(lambda: faults.write(reset, 1)):
        count += 1
        if not echo():
            wrong.append(f"allocation {fault.number}: no traffic any more, {fault.error}")
            break
    t.note(f"{count} allocations failed")
    t.check(count and not wrong, "the NIC comes back whatever fails", *wrong)
    settings = t.must(t.on_nut("ethtool", "-c", t.nut)).out.split("\n")
    t.check(any(line.split() == ["rx-usecs:", "77"] for line in settings), "with its settings",
            *settings)
    t.check(echo(), "traffic goes on")


e1k.main(test, plan=3, bed=False)
