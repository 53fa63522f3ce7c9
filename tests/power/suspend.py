#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# root: disk
# peer: e1000e
"""The machine sleeps (S3, its NIC without power) and wakes under traffic: TCP goes on,
all settings, addresses and VLANs are as before."""

from lib import e1k, power


def sleep(t):
    """Asleep until the button is pressed, from outside."""
    power.qmp(t, "x-after", event="SUSPEND", execute="system_wakeup")
    with open("/sys/power/state", "w", encoding="ascii") as file:
        file.write("mem")


def test(t):
    if "[deep]" not in e1k.command("cat", "/sys/power/mem_sleep").out:
        raise e1k.Skip("this machine has no S3")
    load = power.Load(t)
    t.check(load.stream.flows(), "traffic runs", *load.stream.wrong)
    sleep(t)
    wrong = load.difference()
    t.check(not wrong, "slept under traffic: all is as before", wrong)
    wrong = load.stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)

    t.must(t.link("down"))
    sleep(t)
    t.must(t.link("up"))
    t.check(t.ping(), "asleep while it was down: taken up it works")


e1k.main(test, plan=4)
