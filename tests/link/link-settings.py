#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: phy_writes
# timeout: 180
"""Speed and duplex are forced, advertised and negotiated as asked, the peer is
reached at each, and what was set outlives down, up and reset."""

import re

from lib import control, e1k, model

# ethtool's bits of the modes to advertise
MODES = {"10baseT/Half": 1, "10baseT/Full": 2, "100baseT/Half": 4, "100baseT/Full": 8,
         "1000baseT/Full": 0x20}


def link(t):
    """(speed, duplex, autoneg) as ethtool tells them."""
    out = t.must(t.on_nut("ethtool", t.nut)).out
    return tuple(re.search(rf"{name}: (\w+)", out)[1] for name in
                 ("Speed", "Duplex", "Auto-negotiation"))


def becomes(t, *expected):
    """Whether the link becomes so and carries frames."""
    return e1k.wait_for(lambda: link(t) == expected and t.has_carrier()) and t.ping()


def advertised(t):
    """The modes that ethtool says are advertised."""
    out = t.must(t.on_nut("ethtool", t.nut)).out
    part = re.search(r"Advertised link modes:(.*?)Advertised pause", out, re.DOTALL)[1]
    return set(re.findall(r"\d+baseT/\w+", part))


def change(t, *args):
    t.must(t.on_nut("ethtool", "-s", t.nut, *args))


def mac_is_told(t, code, duplex, text):
    """Whether CTRL forces this speed and duplex."""
    ctrl = control.registers(t)["CTRL"]
    t.check(ctrl >> 8 & 3 == code and ctrl & control.CTRL_FRCSPD and ctrl & control.CTRL_FRCDPX
            and bool(ctrl & control.CTRL_FD) == (duplex == "full"), text, f"CTRL {ctrl:#x}")


def test_forced(t):
    for speed, code in (("10", 0), ("100", 1)):
        for duplex in ("half", "full"):
            change(t, "autoneg", "off", "speed", speed, "duplex", duplex)
            t.check(becomes(t, f"{speed}Mb", duplex.capitalize(), "off"),
                    f"forced to {speed} Mb/s {duplex}: so it is, and carries frames",
                    link(t))
            mac_is_told(t, code, duplex, f"forced to {speed} Mb/s {duplex}: the MAC is told")
    e1k.command("dmesg", "-C")
    result = t.on_nut("ethtool", "-r", t.nut)
    log = e1k.command("dmesg").out
    t.check(not result and "cannot restart autonegotiation" in log,
            "a forced link is not negotiated anew, and it is said why", result, log)
    t.down_up()
    t.check(becomes(t, "100Mb", "Full", "off"), "it outlives down and up", link(t))
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))
    t.check(becomes(t, "100Mb", "Full", "off"), "it outlives a reset", link(t))
    mac_is_told(t, 1, "full", "the MAC is told again")
    change(t, "autoneg", "on")
    t.check(becomes(t, "1000Mb", "Full", "on"), "negotiation again", link(t))
    ctrl = control.registers(t)["CTRL"]
    t.check(not ctrl & (control.CTRL_FRCSPD | control.CTRL_FRCDPX),
            "negotiation again: the MAC is not forced", f"CTRL {ctrl:#x}")


def test_advertised(t):
    for modes, speed, duplex in ((("10baseT/Half",), "10Mb", "Half"),
                                 (("10baseT/Half", "10baseT/Full"), "10Mb", "Full"),
                                 (("100baseT/Half", "10baseT/Full"), "100Mb", "Half"),
                                 (("100baseT/Full",), "100Mb", "Full"),
                                 (tuple(MODES), "1000Mb", "Full")):
        change(t, "autoneg", "on", "advertise", hex(sum(MODES[mode] for mode in modes)))
        t.check(becomes(t, speed, duplex, "on"), f"{', '.join(modes)}: {speed}/s {duplex}", link(t))
        t.equal(advertised(t), set(modes), f"{', '.join(modes)}: ethtool says so")
    change(t, "speed", "100", "duplex", "full")
    t.equal(advertised(t), {"100baseT/Full"}, "a speed with negotiation is what is advertised")
    change(t, "advertise", hex(sum(MODES.values())))
    t.check(becomes(t, "1000Mb", "Full", "on"), "all modes again", link(t))


def test_restart(t):
    before = control.carrier_changes(t)
    t.must(t.on_nut("ethtool", "-r", t.nut))
    text = "ethtool -r: the link goes and comes back"
    if model.IS_QEMU:
        t.check(e1k.wait_for(lambda: control.carrier_changes(t) >= before + 2
                             and t.has_carrier()), text)
    else:
        t.skip(text, "the NIC in software negotiates at once")
    t.check(becomes(t, "1000Mb", "Full", "on"), "ethtool -r: as it was", link(t))
    before = control.carrier_changes(t)
    change(t, "autoneg", "on", "advertise", hex(sum(MODES.values())))
    t.check(t.ping(count=20) and control.carrier_changes(t) == before,
            "what is so already takes no link down")
    t.must(t.link("down"))
    t.check(not t.on_nut("ethtool", "-r", t.nut), "ethtool -r is refused while down")
    change(t, "autoneg", "off", "speed", "10", "duplex", "full")
    t.must(t.link("up"))
    t.check(becomes(t, "10Mb", "Full", "off"), "what was set while down is used", link(t))


def test(t):
    test_forced(t)
    test_advertised(t)
    test_restart(t)


e1k.main(test, plan=31)
