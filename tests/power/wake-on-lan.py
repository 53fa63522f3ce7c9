#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
# root: disk
"""Wake-on-LAN on a NIC that can raise PME: what was set is what the NIC is armed with when
the machine goes to sleep, it stays set afterwards, and nothing is armed if it is off."""

import contextlib
import re

from lib import e1k, tracing

# Bits of WAKE_* in the kernel's ethtool.h, by ethtool's letters
MODES = {"p": 1 << 0, "u": 1 << 1, "m": 1 << 2, "b": 1 << 3, "g": 1 << 5}


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


@contextlib.contextmanager
def probe():
    """An event at each arming, with the modes."""
    tracing.write("kprobe_events", "p:e1k_wake/arm e1k_mac_set_wake modes=%si:x32")
    try:
        yield "e1k_wake/arm"
    finally:
        tracing.write("kprobe_events", "")


def armed(event):
    """Which modes the NIC was armed with while devices slept, without the calls that disarm."""
    with tracing.Trace(event) as trace:
        write("/sys/power/state", "freeze")
    calls = [re.search(r"modes=(0x[0-9a-f]+)", text) for _, name, text in trace.events()
             if name == "arm"]
    return {int(call[1], 16) for call in calls if call} - {0}


def shown(t):
    return re.search(r"\n\s*Wake-on: (\w+)", t.on_nut("ethtool", t.nut).out)[1]


def test(t):
    write("/sys/power/pm_test", "devices")
    write("/sys/module/suspend/parameters/pm_test_delay", "1")
    with probe() as event:
        t.equal(shown(t), "d", "off at first")
        t.equal(armed(event), set(), "off: asleep with nothing armed")
        for letters in ("g", "pumbg"):
            t.must(t.on_nut("ethtool", "-s", t.nut, "wol", letters))
            want = sum(MODES[letter] for letter in letters)
            t.equal(armed(event), {want}, f"{letters}: asleep with that armed")
            t.equal(sorted(shown(t)), sorted(letters), f"{letters}: still set afterwards")
        t.check(not t.on_nut("ethtool", "-s", t.nut, "wol", "s"), "a password is refused")
        t.equal(sorted(shown(t)), sorted("pumbg"), "and what was set stays")
        t.must(t.link("down"))
        t.equal(armed(event), {want}, "asleep while it was down: armed, too")
        t.must(t.link("up"))
        t.must(t.on_nut("ethtool", "-s", t.nut, "wol", "d"))
        t.equal(armed(event), set(), "off again: asleep with nothing armed")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=11)
