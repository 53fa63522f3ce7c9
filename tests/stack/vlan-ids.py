#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The edges of the VLAN ids: 0, 1, 31, 32, 4094 are received while they are wanted,
their neighbours are not; 4095 and what is no id at all is refused."""

import re

from lib import e1k, frames

IDS = (0, 1, 31, 32, 63, 2048, 4094)
ALL = sorted({near for vid in IDS for near in (vid - 1, vid, vid + 1) if 0 <= near < 4096} | {4095})
REFUSED = (("4095", "Invalid VLAN id"), ("4096", "Invalid VLAN id"), ("65536", "invalid"),
           ("-1", "invalid"))


def vlan(t, verb, vid):
    args = {"add": ("add", "link", t.nut, "name", f"vl{vid}", "type", "vlan", "id", vid),
            "up": ("set", "dev", f"vl{vid}", "addrgenmode", "none", "up"),
            "del": ("del", "dev", f"vl{vid}")}[verb]
    return e1k.command("ip", "-n", "nut", "link", *args)


def test(t):
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut")
    plain = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"tagged".ljust(46))
    marker = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"marker".ljust(46))

    def received():
        """Which of all the ids come through."""
        list(into.waiting())
        for vid in ALL:
            out.send(frames.vlan(plain, vid))
        out.send(marker)
        seen = into.until(lambda frame: frame == marker)
        return [int.from_bytes(frame[14:16], "big") for frame in seen if frame[18:24] == b"tagged"]

    # The stack's VLANs add id 0, priority tags, to every device that comes up.
    t.must(e1k.command("modprobe", "8021q"))
    t.down_up()
    t.equal(received(), [0], "without a VLAN only priority tags are received")
    wanted = [0]
    for vid in IDS:
        t.must(vlan(t, "add", vid))
        t.must(vlan(t, "up", vid))
        wanted = sorted({*wanted, vid})
        t.equal(received(), wanted, f"VLAN {vid} is received too, its neighbours are not")
    for vid, why in REFUSED:
        result = vlan(t, "add", vid)
        t.check(not result and re.search(why, result.out), f"VLAN {vid} is refused", result)
    result = vlan(t, "add", 1)
    t.check(not result and "File exists" in result.out, "VLAN 1 again is refused", result)
    t.equal(received(), wanted, "after the refusals the same are received")
    t.down_up()
    for vid in IDS:     # went down with the NIC
        t.must(vlan(t, "up", vid))
    t.equal(received(), wanted, "after down and up the same are received")
    t.must(t.features("rx-vlan-filter", "off"))
    t.equal(received(), ALL, "without the filter all are received")
    t.must(vlan(t, "del", 4094))
    t.must(t.features("rx-vlan-filter", "on"))
    wanted.remove(4094)
    t.equal(received(), wanted, "with it again: what is wanted then")
    for vid in IDS[:-1]:
        t.must(vlan(t, "del", vid))
    t.equal(received(), [0], "all deleted: only priority tags")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=1 + len(IDS) + len(REFUSED) + 7)
