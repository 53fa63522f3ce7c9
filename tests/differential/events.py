#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
"""Listeners on netlink and devices on top hear of the same changes, in the same order, as
from the stock driver; and they work afterwards."""

import socket
import struct

import both
from compare import Facts
from lib import e1k, genl

RTMGRP_LINK, RTM_NEWLINK, RTM_DELLINK = 1, 16, 17
IFLA_IFNAME, IFLA_MTU, IFLA_MASTER, IFLA_OPERSTATE, IFLA_PROMISCUITY = 3, 4, 10, 16, 30
FLAGS = {0x1: "UP", 0x40: "RUNNING", 0x100: "PROMISC", 0x200: "ALLMULTI", 0x10000: "LOWER_UP",
         0x20000: "DORMANT"}
OPERSTATES = ("UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP")
# Linkwatch tells within a second; the stock driver looks at its link every other one.
QUIET = 3
# With something on top: each takes some seconds.
FEW = ("cable pulled", "cable put back", "down", "up", "MTU 4000", "MTU 1500", "ring 512")
UP_IP, UP_PEER_IP = "198.51.100.1", "198.51.100.2"


class Listener:
    """What rtnetlink tells of links in the namespace of the NIC, in words."""

    def __init__(self, t):
        self.nut = t.nut
        self.sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.sock.bind((0, RTMGRP_LINK))

    def _words(self, kind, data):
        family, flags = data[0], struct.unpack_from("=I", data, 8)[0]
        values = genl.attributes(data[16:])
        name = values.get(IFLA_IFNAME, b"?").rstrip(b"\0").decode().replace(self.nut, "NIC")
        if family != socket.AF_UNSPEC or kind not in (RTM_NEWLINK, RTM_DELLINK):
            return None
        shown = [text for bit, text in FLAGS.items() if flags & bit]
        state = OPERSTATES[values.get(IFLA_OPERSTATE, b"\0")[0]]
        mtu, promiscuity = (genl.number(values.get(kind)) for kind in (IFLA_MTU, IFLA_PROMISCUITY))
        gone = "gone " if kind == RTM_DELLINK else ""
        return f"{gone}{name} <{','.join(shown)}> {state} mtu {mtu} promisc {promiscuity}"

    def heard(self):
        """What was told until nothing came for a while; the same twice in a row is once."""
        told: list[str] = []
        self.sock.settimeout(QUIET)
        while True:
            try:
                data = self.sock.recv(1 << 16)
            except TimeoutError:
                return told
            while data:
                length, kind = struct.unpack_from("=IH", data)
                words = self._words(kind, data[16:length])
                if words and (not told or told[-1] != words):
                    told.append(words)
                data = data[(length + 3) & ~3:]


def actions(t):
    """What is done to the NIC, by name."""
    def up():
        t.must(t.link("up"))
        e1k.wait_for(t.has_carrier, "the carrier")

    def cable(on):
        t.cable(on)
        e1k.wait_for(lambda: t.has_carrier() == on, "the carrier to follow the cable")

    def ethtool(*args):
        t.on_nut("ethtool", args[0], t.nut, *args[1:])
        e1k.wait_for(t.has_carrier)

    return {
        "cable pulled": lambda: cable(False),
        "cable put back": lambda: cable(True),
        "down": lambda: t.must(t.link("down")),
        "up": up,
        "promisc on": lambda: t.must(t.link("promisc", "on")),
        "promisc off": lambda: t.must(t.link("promisc", "off")),
        "MTU 4000": lambda: t.must(t.link("mtu", 4000)),
        "MTU 1500": lambda: t.must(t.link("mtu", 1500)),
        "ring 512": lambda: ethtool("-G", "rx", 512),
        "ring 256": lambda: ethtool("-G", "rx", 256),
        "rx-usecs 50": lambda: ethtool("-C", "rx-usecs", 50),
        "rxvlan off": lambda: ethtool("-K", "rxvlan", "off"),
        "rxvlan on": lambda: ethtool("-K", "rxvlan", "on"),
        "speed 100": lambda: ethtool("-s", "autoneg", "off", "speed", 100, "duplex", "full"),
        "autoneg on": lambda: ethtool("-s", "autoneg", "on"),
        "pause off": lambda: ethtool("-A", "rx", "off", "tx", "off"),
        "renegotiate": lambda: ethtool("-r"),
        "self-test online": lambda: ethtool("-t", "online"),
    }


def listened(t, works, names=None) -> Facts:
    """What is told of each action, and whether what is on top works after it."""
    listener, found = Listener(t), {}
    listener.heard()
    for name, act in actions(t).items():
        if names and name not in names:
            continue
        try:
            act()
        except (RuntimeError, TimeoutError) as error:
            found[f"{name}: failed"] = str(error)
        told = listener.heard()
        found[f"{name}: told"] = " -> ".join(told) or "nothing"
        if name not in ("cable pulled", "down"):
            found[f"{name}: works"] = bool(works())
    return found


def alone(t) -> Facts:
    return listened(t, t.ping)


def ip(*args):
    """ip in the namespace of the NIC."""
    return e1k.command("ip", "-n", "nut", *args)


def address(t, upper, there):
    """Addresses for a device on top and the one that answers it."""
    t.must(ip("addr", "add", f"{UP_IP}/24", "dev", upper))
    t.must(ip("link", "set", upper, "addrgenmode", "none", "up"))
    t.must(e1k.command("ip", "addr", "add", f"{UP_PEER_IP}/24", "dev", there))
    t.defer(e1k.command, "ip", "addr", "del", f"{UP_PEER_IP}/24", "dev", there)

    def works():
        return e1k.wait_for(lambda: t.on_nut("ping", "-q", "-c", 1, "-W", 2, UP_PEER_IP),
                            patience=20)
    return works


def vlan(t) -> Facts:
    t.must(ip("link", "add", "link", t.nut, "name", "up0", "type", "vlan", "id", 9))
    t.must(e1k.command("ip", "link", "add", "link", t.peer, "name", "there0", "type", "vlan",
                       "id", 9))
    t.defer(e1k.command, "ip", "link", "del", "there0")
    t.must(e1k.command("ip", "link", "set", "there0", "up"))
    t.defer(e1k.command, "modprobe", "-r", "8021q")
    t.defer(ip, "link", "del", "up0")
    return listened(t, address(t, "up0", "there0"), FEW)


def enslave(t, *kind) -> Facts:
    t.must(ip("link", "add", "up0", *kind))
    t.defer(ip, "link", "del", "up0")
    t.must(ip("link", "set", t.nut, "down"))
    t.must(ip("link", "set", t.nut, "master", "up0"))
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    return listened(t, address(t, "up0", t.peer), FEW)


both.main({
    "events, the NIC alone": alone,
    "events, a VLAN on top": vlan,
    "events, a bond on top": lambda t: enslave(t, "type", "bond", "mode", "active-backup",
                                               "miimon", "100"),
    "events, a bridge on top": lambda t: enslave(t, "type", "bridge"),
})
