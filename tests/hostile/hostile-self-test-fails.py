#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# timeout: 240
"""The self-test fails where the NIC does, and says at which: a register that does not keep
what is written, an EEPROM with wrong words, interrupts that do not come."""

import re

from lib import e1k, hostile

VET = 0x0038
ILLS = {"Registers": ("read", {"offset": VET, "value": 0x1234}),
        "EEPROM": ("eeprom", {"how": "garbage"}),
        "Interrupt": ("irq-lost", {})}


def self_test(t):
    """The verdict, and the results that ought to depend on nothing but the NIC."""
    out = t.on_nut("ethtool", "-t", t.nut, "offline").out
    results = {name: int(value) for name, value in re.findall(r"^(\w+) .*?(-?\d+)$", out, re.M)}
    return out, {name: results.get(name) for name in ILLS}


def test(t):
    _, sound = self_test(t)
    t.equal(sound, dict.fromkeys(ILLS, 0), "a sound NIC passes")
    for ill, (fault, settings) in ILLS.items():
        hostile.arm(fault, **settings)
        out, results = self_test(t)
        hostile.disarm()
        t.check("FAIL" in out and results.pop(ill) and not any(results.values()),
                f"{ill}: this test fails, the others do not", out)
        e1k.wait_for(t.has_carrier, "the carrier")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=5)
