#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""All devices are suspended and resumed without the machine falling asleep, as the kernel
does it for tests: the NIC keeps its power, and goes on as before.

usage: scripts/vm/vm run --disk --peer e1000e -- tests/long/pm-test.py"""

from lib import e1k, power

LEVELS = ("devices", "platform", "processors")


def write(path, word):
    with open(f"/sys/power/{path}", "w", encoding="ascii") as file:
        file.write(word)


def test(t):
    load = power.Load(t)
    t.check(load.stream.flows(), "traffic runs", *load.stream.wrong)
    t.defer(write, "pm_test", "none")
    for level in LEVELS:
        write("pm_test", level)
        write("state", "mem")
        wrong = load.difference()
        t.check(not wrong, f"{level}: all is as before", wrong)
    wrong = load.stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


e1k.main(test, plan=len(LEVELS) + 2)
