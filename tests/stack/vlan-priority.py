#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Where nothing in the system knows of VLANs (no 8021q), a frame with a priority tag (VLAN id
0) is received as if it had none, and frames of any VLAN are seen by who listens to all: as
the stock driver has it. Once VLANs are in use, those that are not are filtered."""

import os
import struct

from lib import e1k, frames

PRIORITY = 0xA000
IDS = (0, 1, 5, 100, 4094)


def arp():
    """Who has the NIC's address?"""
    return struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, frames.mac(e1k.PEER_MAC),
                       bytes(map(int, e1k.PEER_IP.split("."))), bytes(6),
                       bytes(map(int, e1k.NUT_IP.split("."))))


def test_bridge(t, received):
    """A bridge adds VLANs without 8021q, and so without VLAN 0. As the only port that
    neither floods nor learns, the NIC is not promiscuous."""
    link = ("ip", "-n", "nut", "link")
    t.must(e1k.command(*link, "add", "name", "br0", "type", "bridge", "vlan_filtering", 1))
    t.must(t.link("master", "br0"))
    t.must(t.link("type", "bridge_slave", "flood", "off", "learning", "off"))
    t.must(e1k.command("bridge", "-n", "nut", "vlan", "add", "dev", t.nut, "vid", 5))
    t.becomes(received, [0, 1, 5], "on a bridge with VLANs 1 and 5: those, and priority tags")
    t.must(e1k.command(*link, "del", "br0"))
    t.becomes(received, list(IDS), "without the bridge: all again")


def test(t):
    e1k.command("modprobe", "-r", "8021q")
    if os.path.exists("/sys/module/8021q"):
        raise e1k.Skip("8021q is in use")
    t.setup()
    t.quiet()
    out, answers = frames.raw(t, "peer"), frames.capture(t, "peer", 0x0806)
    ask = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, 0x0806, arp()).ljust(60, b"\0")

    def answered(frame):
        list(answers.waiting())
        out.send(frame)
        reply = answers.next(e1k.PATIENCE / 6)
        return reply is not None and reply[20:22] == b"\0\2"

    t.check(answered(ask), "an ARP request without a tag is answered")
    t.check(answered(frames.vlan(ask, PRIORITY)), "one with a priority tag is, too")

    into = frames.capture(t, "nut")
    plain = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"tagged".ljust(46))
    marker = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"marker".ljust(46))

    def received():
        list(into.waiting())
        for vid in IDS:
            out.send(frames.vlan(plain, vid))
        out.send(marker)
        seen = into.until(lambda frame: frame == marker)
        return [int.from_bytes(frame[14:16], "big") & 0xFFF for frame in seen
                if frame[18:24] == b"tagged"]

    t.equal(received(), list(IDS), "frames of all VLANs are seen")
    t.down_up()
    t.equal(received(), list(IDS), "the same after down and up")
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))
    e1k.wait_for(t.has_carrier)
    t.equal(received(), list(IDS), "the same after a reset")
    test_bridge(t, received)
    t.must(e1k.command("ip", "-n", "nut", "link", "add", "link", t.nut, "name", "v5", "type",
                       "vlan", "id", 5))
    t.defer(e1k.command, "modprobe", "-r", "8021q")
    t.defer(e1k.command, "ip", "-n", "nut", "link", "del", "v5")
    t.becomes(lambda: [vid for vid in received() if vid], [5], "with VLAN 5 added: only that")
    t.check(answered(ask), "the peer is answered")


e1k.main(test, plan=9, bed=False)
