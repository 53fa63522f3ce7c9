#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Other names: an alternative name works wherever the name does, an alias is shown, a
new name is taken over everywhere; what cannot be a name is refused."""

import json
import re

from lib import control, e1k

LONG = "a-name-that-is-longer-than-sixteen-bytes"


def ip(*args):
    return e1k.command("ip", "-n", "nut", "link", *args)


def shown(t):
    """What ip shows of the interface, as JSON."""
    out = t.must(e1k.command("ip", "-n", "nut", "-j", "-d", "link", "show", t.nut)).out
    return json.loads(out)[0]


def test(t):
    with control.Pinging() as ping:
        for name in ("other", LONG):
            t.must(ip("property", "add", "dev", t.nut, "altname", name))
        t.equal(sorted(shown(t)["altnames"]), sorted(["other", LONG]), "two alternative names")
        t.check(t.on_nut("ethtool", "-C", LONG, "rx-usecs", 99)
                and re.search(r"^rx-usecs:\s+99$", t.on_nut("ethtool", "-c", t.nut).out, re.M),
                "ethtool asks and sets by it", t.on_nut("ethtool", "-c", LONG))
        t.check(ip("set", "dev", "other", "mtu", 1400) and shown(t)["mtu"] == 1400
                and ip("set", "dev", "other", "mtu", 1500), "ip sets by it")
        for args, why in ((("property", "add", "dev", t.nut, "altname", "other"), "File exists"),
                          (("property", "add", "dev", "lo", "altname", "other"), "File exists"),
                          (("property", "add", "dev", t.nut, "altname", "x" * 128), "altname|policy"),
                          (("property", "del", "dev", t.nut, "altname", "nobody"),
                           "No such file|Invalid argument|altname")):
            result = ip(*args)
            t.check(not result and re.search(why, result.out),
                    f"{args[0]} {args[1]} {args[-1][:20]} of {args[3]}: refused", result)
        t.must(ip("property", "del", "dev", t.nut, "altname", "other", "altname", LONG))
        t.check("altnames" not in shown(t), "both deleted", shown(t))

        alias = "the NIC under test, port 1"
        t.must(t.link("alias", alias))
        t.equal(shown(t).get("ifalias"), alias, "the alias is shown")
        t.check(not t.link("alias", "x" * 256) and shown(t).get("ifalias") == alias,
                "an alias of 256 bytes is refused, the old one stays")
        t.must(t.link("alias", ""))
        t.check("ifalias" not in shown(t), "without alias again", shown(t))
        t.equal(ping.lost(), 0, "not one ping was lost")

    old = t.nut
    t.must(t.link("down"))
    t.must(t.link("name", "renamed0"))
    t.nut = "renamed0"
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "renamed: the peer answers")
    with open("/proc/interrupts", encoding="ascii") as file:
        t.check("renamed0" in file.read(), "renamed: the interrupt line has the new name")
    driver = t.must(t.on_nut("ethtool", "-i", "renamed0")).out
    t.check(f"driver: {t.drv}" in driver and f"bus-info: {t.pci}" in driver,
            "renamed: ethtool finds the same device", driver)
    for name in ("lo", "a/b", "x" * 16, "."):
        t.must(t.link("down"))
        result = t.link("name", name)
        t.check(not result, f"the name {name}: refused", result)
    t.must(t.link("name", old))
    t.nut = old
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "the old name again: the peer answers")


e1k.main(test, plan=20)
