#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet, 82574
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""A reset clears what the NIC filters by, and it is written anew: an own address that the
EEPROM does not have, further addresses, groups, VLANs. What was not wanted stays out."""

from lib import control, e1k, frames, traffic

VID = 7
OWN, OTHER, STRANGER = "02:00:00:00:11:11", "02:00:00:00:22:22", "02:00:00:00:33:33"
GROUP, STRANGE_GROUP = "33:33:00:00:12:34", "33:33:00:00:56:78"


def by_sysfs(t):
    with open(f"/sys/bus/pci/devices/{t.pci}/reset", "w", encoding="ascii") as file:
        file.write("1")


def by_devlink(t):
    t.must(e1k.command("devlink", "dev", "reload", control.handle(t)))


def by_ethtool(t):
    t.on_nut("ethtool", "-t", t.nut, "offline")     # whatever its verdict


def test(t):
    traffic.lay_vlan(t, VID)
    t.must(t.link("address", OWN))
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut")
    into.member(frames.PACKET_MR_UNICAST, OTHER)
    into.member(frames.PACKET_MR_MULTICAST, GROUP)
    named = {"own": OWN, "EEPROM's": e1k.NUT_MAC, "other": OTHER, "stranger's": STRANGER,
             "group": GROUP, "strange group": STRANGE_GROUP}
    made = {name: frames.ether(dst, e1k.PEER_MAC, frames.ETH_P_TEST, name.encode().ljust(46))
            for name, dst in named.items()}
    for vid in (VID, VID + 1):
        made[f"VLAN {vid}"] = frames.vlan(frames.ether(
            OWN, e1k.PEER_MAC, frames.ETH_P_TEST, b"tagged".ljust(46)), vid)
    marker = frames.ether("ff:ff:ff:ff:ff:ff", e1k.PEER_MAC, frames.ETH_P_TEST,
                          b"marker".ljust(46))
    wanted = ["own", "other", "group", f"VLAN {VID}"]

    def received():
        list(into.waiting())
        for frame in made.values():
            out.send(frame)
        out.send(marker)
        seen = into.until(lambda frame: frame == marker)
        return [name for name, frame in made.items() if frame in seen]

    t.becomes(received, wanted, "what is wanted is received, and nothing else")
    for way in (by_sysfs, by_devlink, by_ethtool):
        way(t)
        e1k.wait_for(t.has_carrier, "the carrier")
        t.becomes(received, wanted, f"the same after a reset {way.__name__.replace('_', ' ')}")
    t.down_up()
    # The VLAN went down with the NIC, its id stays registered.
    t.becomes(received, wanted, "the same after down and up")


e1k.main(test, plan=5)
