#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
"""The driver says once what NIC it found, who emulates it and what it does about it:
in the log and in devlink, the same in both, each quirk documented."""

import os
import re

from lib import control, e1k

CHIPS = {"e1000": "82540EM", "e1000-82545em": "82545EM", "e1000-82544gc": "82544GC",
         "e1000e": "82574L"}
TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


def test(t):
    log = t.must(e1k.command("dmesg")).out
    said = re.findall(rf"{t.pci} \S+: (\w+) on (\w+), ([0-9a-f:]+), quirks (\S+)", log)
    info = control.devlink(t, "dev", "info", control.handle(t))["info"][control.handle(t)]
    fixed = info["versions"]["fixed"]
    shown = fixed["quirks"].split(",")

    chip = CHIPS.get(os.environ.get("NIC", "e1000"))
    t.equal(fixed["asic.id"], chip, "devlink: the chip")
    t.equal(fixed["platform"], "QEMU", "devlink: who emulates it")
    t.check(said and said[-1] == (chip, "QEMU", e1k.NUT_MAC, fixed["quirks"]),
            "the log: all of it", said)

    t.must(e1k.command("dmesg", "-C"))
    t.down_up()
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))
    e1k.wait_for(t.has_carrier, "carrier")
    again = e1k.command("dmesg").out
    t.check("quirks" not in again, "the log: not again", again)

    def table(path, begin, row):
        """What is in the rows of a table of a file of the tree."""
        with open(os.path.join(TOP, path), encoding="utf-8") as file:
            _, text = file.read().split(begin, 1)
        return re.findall(row, re.split(r"\n\n|\n};", text.lstrip())[0], re.M)

    documented = table("docs/driver/hardware.md", "| quirk |", r"^\| `([\w-]+)` \| (.*?) \|")
    known = table("src/hw/platform.c", "e1k_quirk_names[", r'"([\w-]+)",')
    t.equal(sorted(name for name, _ in documented), sorted(known),
            "docs/driver/hardware.md explains each that there is")
    qemu = [name for name, where in documented if where.startswith("QEMU")]
    if chip == "82574L":
        # Some of QEMU's others are its own, too
        here = [name for name, where in documented
                if where == "QEMU's 82574L" or (name in qemu and name in shown)]
    else:
        here = [name for name, where in documented
                if where == "QEMU" or where.startswith("QEMU's 8254x")
                or (where.startswith("QEMU ") and name in shown)]
    t.equal(sorted(shown), sorted(here),
            "docs/driver/hardware.md: the same are in force on QEMU")

    out = t.must(t.on_nut("ethtool", "-i", t.nut)).out
    eeprom = info["versions"]["running"]["fw.eeprom"]
    t.check(f"firmware-version: {chip} EEPROM {eeprom}" in out,
            "ethtool -i: chip and EEPROM version as devlink has them", out)
    t.check(re.fullmatch(r"[0-9a-f]{6}-[0-9a-f]{3}", fixed["board.id"]),
            "devlink: the board's part number", fixed["board.id"])
    t.equal(os.path.exists(f"/sys/module/{t.drv}/parameters"), False, "no module parameters")


e1k.main(test, plan=9)
