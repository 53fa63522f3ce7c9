#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
# root: disk
# peer: e1000e
"""The running machine moves into another QEMU under traffic: TCP goes on, all settings,
addresses and VLANs are as before."""

from lib import e1k, power

TIMES = 2


def test(t):
    load = power.Load(t)
    t.check(load.stream.flows(), "traffic runs", *load.stream.wrong)
    for i in range(TIMES):
        power.qmp(t, "x-migrate")
        wrong = load.difference()
        t.check(not wrong, f"moved {i + 1} times: all is as before", wrong)
    wrong = load.stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


e1k.main(test, plan=TIMES + 2)
