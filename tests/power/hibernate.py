#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# root: disk
# peer: e1000e
"""Hibernation under traffic, but for the image: the devices are frozen, the processors but
one go, and all comes back (pm_test). TCP goes on, all settings, addresses and VLANs are as
before. The guest has no disk that it may write the image to."""

from lib import e1k, power

TEST = "/sys/power/pm_test"


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read()


def test(t):
    if "disk" not in read("/sys/power/state").split():
        raise e1k.Skip("this kernel does not hibernate")
    t.defer(write, TEST, "none")
    load = power.Load(t)
    t.check(load.stream.flows(), "traffic runs", *load.stream.wrong)
    for level in ("devices", "core"):
        write(TEST, level)
        write("/sys/power/state", "disk")
        wrong = load.difference()
        t.check(not wrong, f"frozen and thawed ({level}) under traffic: all is as before", wrong)
    wrong = load.stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)

    t.must(t.link("down"))
    write("/sys/power/state", "disk")
    t.must(t.link("up"))
    t.check(t.ping(), "frozen while it was down: taken up it works")


e1k.main(test, plan=5)
