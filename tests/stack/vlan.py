#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""VLAN tags are put in and taken out, by the NIC or by the stack, with every bit
of them; the VLAN filter keeps out all others."""

import itertools

from lib import e1k, frames
from lib.registers import CTRL, CTRL_VME, Registers

VID, OTHER_VID, PCP = 5, 6, 3


def make_vlans(t):
    """VLAN 5 on both sides, its frames with priority 3."""
    for args, dev, ip in ((["-n", "nut"], t.nut, "198.51.100.1/24"),
                          ([], t.peer, "198.51.100.2/24")):
        link = ["ip", *args, "link"]
        t.must(e1k.command(*link, "add", "link", dev, "name", "vl", "type", "vlan",
                           "id", VID, "egress-qos-map", f"0:{PCP}"))
        t.must(e1k.command(*link, "set", "dev", "vl", "addrgenmode", "none", "up"))
        t.must(e1k.command("ip", *args, "addr", "add", ip, "dev", "vl"))
    t.defer(e1k.command, "ip", "link", "del", "vl")


def tagged(frame, tci):
    """Whether the frame carries this tag."""
    return frame[12:16] == bytes((0x81, 0, tci >> 8, tci & 255))


def test_offloads(t):
    """With every combination of the offloads the wire is the same, and the NIC is told."""
    registers = Registers(t.pci)
    seen_by_peer = frames.capture(t, "peer")
    seen_by_nut = frames.capture(t, "nut")
    for rx, tx in itertools.product(("on", "off"), repeat=2):
        name = f"rxvlan {rx}, txvlan {tx}"
        result = t.features("rxvlan", rx, "txvlan", tx)
        if not result:
            for _ in range(4):
                t.skip(name, "not changeable")
            continue
        t.equal(bool(registers[CTRL] & CTRL_VME), rx == "on", f"{name}: CTRL.VME")
        t.check(e1k.wait_for(lambda: t.on_nut("ping", "-q", "-c1", "-W5", "198.51.100.2")),
                f"{name}: ping over the VLAN")
        list(seen_by_peer.waiting())
        list(seen_by_nut.waiting())
        t.on_nut("ping", "-q", "-c", 5, "-i", "0.01", "-W5", "198.51.100.2")
        for capture, way in ((seen_by_peer, "from"), (seen_by_nut, "to")):
            seen = [frame for frame in capture.waiting() if frame[16:18] == b"\x08\0"]
            t.check(len(seen) == 5 and all(tagged(f, PCP << 13 | VID) for f in seen),
                    f"{name}: five frames {way} the NIC with the right tag",
                    *(f[:20].hex() for f in seen))
    t.features("rxvlan", "on", "txvlan", "on")


def test_lengths(t):
    """A tagged frame may be four bytes longer, a short one is padded."""
    macs = {"nut": (e1k.PEER_MAC, e1k.NUT_MAC), "peer": (e1k.NUT_MAC, e1k.PEER_MAC)}
    for sender, receiver, way in (("nut", "peer", "from"), ("peer", "nut", "to")):
        out, into = frames.raw(t, sender), frames.capture(t, receiver)
        wrong = []
        for size in (18, 46, 59, 60, 61, 64, 1513, 1514, 1517, 1518):
            plain = frames.ether(*macs[sender], frames.ETH_P_TEST,
                                 bytes(i % 251 for i in range(size - 4 - frames.ETH_HLEN)))
            frame = frames.vlan(plain, 5 << 13 | VID)
            out.send(frame)
            seen = into.until(lambda f: f[16:18] == b"\x88\xb5")[-1]
            if seen[:size] != frame or seen[size:].strip(b"\0"):
                wrong.append(f"{size}: {seen[:64].hex()} ({len(seen)} bytes)")
        t.check(not wrong, f"tagged frames of 18 to 1518 bytes {way} the NIC", *wrong)


def test_filter(t):
    """What belongs to another VLAN is not received while the filter is on."""
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut")
    plain = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(50))
    mine, other = frames.vlan(plain, VID), frames.vlan(plain, OTHER_VID)

    def received():
        list(into.waiting())
        out.send(other)
        out.send(mine)
        return len(into.until(lambda frame: tagged(frame, VID)))

    if "rx-vlan-filter: on" not in t.on_nut("ethtool", "-k", t.nut).out:
        t.skip("a foreign VLAN is filtered", "no VLAN filter")
        t.skip("a foreign VLAN is received when it is added", "no VLAN filter")
        t.skip("a foreign VLAN is filtered when it is gone", "no VLAN filter")
        return
    t.equal(received(), 1, "a foreign VLAN is filtered")
    link = ("ip", "-n", "nut", "link")
    t.must(e1k.command(*link, "add", "link", t.nut, "name", "vl6", "type", "vlan", "id", OTHER_VID))
    t.must(e1k.command(*link, "set", "dev", "vl6", "up"))
    t.equal(received(), 2, "a foreign VLAN is received when it is added")
    t.must(e1k.command(*link, "del", "vl6"))
    t.equal(received(), 1, "a foreign VLAN is filtered when it is gone")


def test(t):
    make_vlans(t)
    test_offloads(t)
    test_lengths(t)
    test_filter(t)


e1k.main(test, plan=21)
