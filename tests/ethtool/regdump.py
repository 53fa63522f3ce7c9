#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The register dump has the documented format: the registers of the table in
docs/use/ethtool.md, in its order, little endian; and asking changes nothing."""

import os
import re
import struct
import subprocess

from lib import control, e1k
from lib.registers import IMS, Registers

DOC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/use/ethtool.md")


def raw_dump(t):
    """The words of ethtool -d."""
    data = subprocess.run(["ip", "netns", "exec", "nut", "ethtool", "-d", t.nut, "raw", "on"],
                          stdout=subprocess.PIPE, check=True).stdout
    return struct.unpack(f"<{len(data) // 4}I", data)


def at_rest(registers):
    """All but those that move with each frame that the stack sends of its own accord."""
    return {name: value for name, value in registers.items()
            if name not in ("RDH", "RDT", "TDH", "TDT")}


def test(t):
    registers = Registers(t.pci)
    t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", 100))
    e1k.wait_for(lambda: not control.ring(t, "tx")["in_flight"])
    with open(DOC, encoding="utf-8") as file:
        rows = re.findall(r"^\| (0x[0-9a-f]+) \| ([A-Z_]+) \|$", file.read(), re.M)
    names = [name for _, name in rows]
    t.equal([int(offset, 16) for offset, _ in rows], list(range(0, 4 * len(rows), 4)),
            "documented: every fourth byte")
    seen = control.registers(t)
    t.equal(names, list(seen), "documented: the same registers as devlink dumps")
    words = raw_dump(t)
    t.equal(len(words), len(names), "the dump's length")
    by_name = dict(zip(names, words))
    t.equal(at_rest(by_name), at_rest(control.registers(t)), "the same values as devlink dumps")
    t.equal(registers[IMS], by_name["IMS"], "IMS: nothing was read in its place")
    t.equal(by_name["ITR"], 100000 // 256, "ITR as set")
    t.equal(by_name["RDLEN"], 256 * 16, "RDLEN as the ring is")
    t.equal(by_name["RCTL"], control.rctl(t), "RCTL as devlink dumps it")
    t.equal(at_rest(dict(zip(names, raw_dump(t)))), at_rest(by_name),
            "asking again gives the same")
    hexa = t.must(t.on_nut("ethtool", "-d", t.nut, "hex", "on")).out
    t.check(re.search(r"0x0000:\s+" + " ".join(f"{b:02x}" for b in struct.pack("<I", words[0])),
                      hexa), "ethtool prints it in hex", hexa)
    with control.Pinging() as ping:
        for _ in range(10):
            raw_dump(t)
        t.equal(ping.lost(), 0, "not one ping was lost")


e1k.main(test, plan=11)
