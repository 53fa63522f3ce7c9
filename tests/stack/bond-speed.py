#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: phy_writes
"""A bond follows the speed of the NIC, also where the link stays while the speed changes: it
asks for that only when it is told that something has changed."""

from lib import e1k


def speed(dev):
    """What sysfs tells; in the namespace of the NIC under test."""
    out = e1k.command("ip", "netns", "exec", "nut", "cat", f"/sys/class/net/{dev}/speed").out
    return out.strip()


def test(t):
    link = ("ip", "-n", "nut", "link")
    made = e1k.command(*link, "add", "bond9", "type", "bond", "mode", "active-backup",
                       "miimon", 100)
    if not made:
        raise e1k.Skip(f"no bonding: {made.out.strip()}")
    t.defer(e1k.command, *link, "del", "bond9")
    t.must(t.link("down"))
    t.must(t.link("master", "bond9"))
    t.must(e1k.command(*link, "set", "dev", "bond9", "up"))
    t.becomes(lambda: speed("bond9"), "1000", "the bond has the NIC's speed")
    for args, expected in ((("autoneg", "off", "speed", "100", "duplex", "full"), "100"),
                           (("autoneg", "off", "speed", "10", "duplex", "half"), "10"),
                           (("autoneg", "on"), "1000")):
        t.must(t.on_nut("ethtool", "-s", t.nut, *args))
        t.becomes(lambda: speed("bond9"), expected, f"{' '.join(args)}: the bond follows")


e1k.main(test, plan=4)
