#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 180
"""Every setter of ethtool, ip and devlink is given values just outside what it takes, and far
outside, and combinations of good and bad: each is refused with the right error and
a word why; settings, link and a ping every 10 ms go on as if nothing had been."""

import re

from lib import control, e1k

INVALID, UNSUPPORTED = "Invalid argument", "not supported|unsupported"
READ_ONLY = "Read-only file system"

# what, the error, what is said why (by extack or in the log) or None, the command
ETHTOOL = (
    ("forced 1000 Mb/s", INVALID, "only 10 and 100", "-s {} autoneg off speed 1000 duplex full"),
    ("forced 2500 Mb/s", INVALID, "only 10 and 100", "-s {} autoneg off speed 2500 duplex full"),
    ("forced 11 Mb/s", INVALID, "only 10 and 100", "-s {} autoneg off speed 11 duplex half"),
    ("forced 0 Mb/s", INVALID, "only 10 and 100", "-s {} autoneg off speed 0 duplex full"),
    ("nothing to advertise", INVALID, "no speed left", "-s {} autoneg on advertise 0x2000"),
    ("1000 half", INVALID, "unsupported link mode", "-s {} autoneg on advertise 0x010"),
    ("10000 full", INVALID, "unsupported link mode", "-s {} autoneg on advertise 0x1000"),
    ("a good and a bad mode", INVALID, "unsupported link mode", "-s {} autoneg on advertise 0x1020"),
    ("a fibre port", UNSUPPORTED, "cannot be changed", "-s {} port fibre"),
    ("another PHY", UNSUPPORTED, "cannot be changed", "-s {} phyad 2"),
    ("MDI-X", UNSUPPORTED, "cannot be changed", "-s {} mdix on"),
    ("rx ring 0", INVALID, "at least 64", "-G {} rx 0"),
    ("tx ring 63", INVALID, "at least 64", "-G {} tx 63"),
    ("rx ring 4097", INVALID, "exceeds maximum", "-G {} rx 4097"),
    ("rx ring 2^32-1", INVALID, "exceeds maximum", "-G {} rx 4294967295"),
    ("tx ring 0", INVALID, "at least 64", "-G {} tx 0"),
    ("tx ring 4097", INVALID, "exceeds maximum", "-G {} tx 4097"),
    ("tx ring 2^32-1", INVALID, "exceeds maximum", "-G {} tx 4294967295"),
    ("no ring at all", INVALID, "at least 64", "-G {} rx 0 tx 0"),
    ("a good ring and a bad one", INVALID, "at least 64", "-G {} rx 128 tx 1"),
    ("a mini ring", INVALID, None, "-G {} rx-mini 64"),
    ("a jumbo ring", INVALID, None, "-G {} rx-jumbo 64"),
    ("rx-usecs 16777", INVALID, "at most 16776", "-C {} rx-usecs 16777"),
    ("rx-usecs 2^32-1", INVALID, "at most 16776", "-C {} rx-usecs 4294967295"),
    ("tx-usecs 67108", INVALID, "at most 67107", "-C {} tx-usecs 67108"),
    ("tx-usecs 2^32-1", INVALID, "at most 67107", "-C {} tx-usecs 4294967295"),
    ("good rx-usecs, bad tx-usecs", INVALID, "at most 67107", "-C {} rx-usecs 99 tx-usecs 99999"),
    ("good adaptive, bad rx-usecs", INVALID, "at most", "-C {} adaptive-rx on rx-usecs 99999"),
    ("rx-frames", UNSUPPORTED, None, "-C {} rx-frames 4"),
    ("tx-frames-irq", UNSUPPORTED, None, "-C {} tx-frames-irq 4"),
    ("no channel", INVALID, "no RX or TX|at least one", "-L {} combined 0"),
    ("three channels", INVALID, "exceeds maximum", "-L {} combined 3"),
    ("wake by magic packet", INVALID + "|not supported", None, "-s {} wol g"),
    ("wake by anything", INVALID + "|not supported", None, "-s {} wol pumbag"),
    ("wake by a password", INVALID + "|not supported", None,
     "-s {} wol s sopass 01:02:03:04:05:06"),
    ("writing the EEPROM", READ_ONLY, "writing the EEPROM", "-E {} offset 0 value 1"),
    ("writing the EEPROM's end", READ_ONLY, "writing the EEPROM", "-E {} offset 127 value 1"),
    ("writing behind the EEPROM", "out of bounds", None, "-E {} offset 128 value 1"),
    ("reading behind the EEPROM", INVALID, None, "-e {} offset 128 length 1"),
    ("reset of the PHY alone", UNSUPPORTED, "only be reset together", "--reset {} phy"),
    ("reset of the MAC alone", UNSUPPORTED, "only be reset together", "--reset {} mac"),
    ("large receive offload", "Could not change|Actual changes|not supported", None, "-K {} lro on"),
    ("TSO for IPv6", "Could not change|Actual changes|not supported", None,
     "-K {} tx-tcp6-segmentation on"),
    ("segmentation of UDP", "Could not change|Actual changes|not supported", None,
     "-K {} tx-udp-segmentation on"),
    ("hash indirection to a third queue", UNSUPPORTED + "|Cannot|Invalid", None, "-X {} equal 3"),
    ("energy efficiency", UNSUPPORTED + "|Cannot", None, "--set-eee {} eee on"),
    ("error correction", UNSUPPORTED + "|Cannot", None, "--set-fec {} encoding rs"),
)
# What some NICs do, and how their settings say so.
OFFERED = {
    "wake by magic packet": r"Supports Wake-on: \w*g",
    "wake by anything": r"Supports Wake-on: \w*g",
    "TSO for IPv6": r"tx-tcp6-segmentation: \w+ (?!\[fixed\])",
}
DEVLINK = (
    ("switchdev mode", UNSUPPORTED, "dev eswitch set {} mode switchdev"),
    ("a parameter that is none", INVALID + "|not found", "dev param set {} name x value 1 cmode runtime"),
    ("flashing", "", "dev flash {} file no-such-file"),
    ("recovery by a reporter that is none", INVALID, "health recover {} reporter x"),
    ("a dump of a reporter that is none", INVALID, "health dump show {} reporter x"),
    ("diagnosis by a reporter that is none", INVALID, "health diagnose {} reporter x"),
    ("a test of a reporter without one", UNSUPPORTED, "health test {} reporter tx"),
)
IP = (
    ("MTU 0", "less than", None, "mtu 0"), ("MTU 67", "less than", None, "mtu 67"),
    ("MTU 16111", "greater than", None, "mtu 16111"),
    ("MTU 2^31-1", "greater than", None, "mtu 2147483647"),
    ("no address", "Cannot assign", None, "address 00:00:00:00:00:00"),
    ("a group's address", "Cannot assign", None, "address 33:33:00:00:00:01"),
    ("broadcast", "Cannot assign", None, "address ff:ff:ff:ff:ff:ff"),
    ("an address too short", "length|Invalid", None, "address 02:00:00"),
    ("carrier", UNSUPPORTED, None, "carrier off"),
    ("a negative queue", "out of range", None, "txqueuelen -1"),
    ("a program of VFs", UNSUPPORTED + "|Invalid|No such", None, "vf 0 mac 02:00:00:00:00:01"),
)


def comparable(text):
    """Without statistics and what changes by itself."""
    return re.sub(r"\s+", " ", text)


def refused(t, what, error, why, args):
    """Run the command, and look at what it and the log say."""
    e1k.command("dmesg", "-C")
    result = t.on_nut(*args)
    log = e1k.command("dmesg").out
    good = not result and re.search(error, result.out) and (
        why is None or re.search(why, result.out + log))
    t.check(good, f"{what} is refused" + (", and said why" if why else ""), result,
            f"wanted: {error}; {why}", f"log: {log}")


def test(t):
    before, changes = comparable(control.settings(t)), control.carrier_changes(t)
    with control.Pinging() as ping:
        for what, error, why, line in ETHTOOL:
            if re.search(OFFERED.get(what, "$^"), before):
                t.skip(f"{what} is refused", "this NIC offers it")
                continue
            refused(t, what, error, why, ["ethtool", *line.format(t.nut).split()])
        for what, error, why, line in IP:
            refused(t, what, error, why, ["ip", "link", "set", "dev", t.nut, *line.split()])
        for what, error, line in DEVLINK:
            result = e1k.command("devlink", *line.format(control.handle(t)).split())
            t.check(not result and re.search(error, result.out), f"devlink: {what} is refused",
                    result)
        t.equal(comparable(control.settings(t)), before, "all settings are as before")
        t.equal(control.carrier_changes(t), changes, "the link was up all the while")
        t.check(ping.answered(20), "the peer answers")
        t.equal(ping.lost(), 0, "not one ping was lost")


e1k.main(test, plan=len(ETHTOOL) + len(IP) + len(DEVLINK) + 4)
