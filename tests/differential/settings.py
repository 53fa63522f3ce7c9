#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
"""Every setting is taken or refused as by the stock driver, with the same error, and shows
the same afterwards."""

import re

import both
from compare import Facts
from lib import e1k

# What the kernel says of an errno; what a driver says besides is its own affair.
ERROR = re.compile(r"(Invalid argument|Operation not supported|Device or resource busy|"
                   r"Numerical result out of range|No such device|Operation not permitted|"
                   r"Cannot allocate memory|Network is down|Input/output error|"
                   r"No such file or directory|Cannot assign requested address|"
                   r"No data available|Protocol not supported)")


def outcome(result):
    """Done, or the error in the kernel's words."""
    if result:
        return "done"
    said = ERROR.search(result.out)
    return f"refused: {said[1] if said else result.out.strip()}"


def ethtool(show, fields, *wishes):
    """A scenario: each wish, its outcome, and what then is shown of the fields that it is
    about, the last of each name."""
    def apply(t) -> Facts:
        found: Facts = {}
        for wish in wishes:
            option, *values = wish.split()
            found[wish] = outcome(t.on_nut("ethtool", option, t.nut, *values))
            e1k.wait_for(t.has_carrier)
            shown = dict(line.strip().split(":", 1) for line in
                         t.on_nut("ethtool", *show, t.nut).out.splitlines()[1:] if ":" in line)
            for field in fields:
                found[f"{wish}: {field}"] = shown.get(field, "").strip()
        found["the peer answers"] = bool(t.ping())
        return found
    return apply


def features(t) -> Facts:
    """Each feature that the driver lets one change, off and on, or on and off."""
    found: Facts = {}
    for line in t.must(t.on_nut("ethtool", "-k", t.nut)).out.splitlines()[1:]:
        name, _, was = line.strip().partition(": ")
        if "fixed" in was:
            continue
        for value in ("off", "on") if was.startswith("on") else ("on", "off"):
            result = t.features(name, value)
            shown = dict(line.strip().split(": ", 1) for line in
                         t.on_nut("ethtool", "-k", t.nut).out.splitlines()[1:])
            found[f"{name} {value}"] = f"{outcome(result)}, then {shown[name]}"
    found["the peer answers"] = bool(t.ping())
    return found


def link(t) -> Facts:
    """ip link set: MTU, addresses, queue length, flags."""
    found: Facts = {}
    wishes = [f"mtu {mtu}" for mtu in (0, 45, 46, 67, 68, 1501, 9000, 16110, 16111, 65535)]
    wishes += ["mtu 1500", "address 52:54:00:e1:00:09", "address 01:00:5e:00:00:01",
               "address 00:00:00:00:00:00", "address 52:54:00:e1:00:01",
               "address ff:ff:ff:ff:ff:ff", "txqueuelen 0",
               "txqueuelen 500", "txqueuelen 1000", "promisc on", "promisc off", "allmulticast on",
               "allmulticast off", "arp off", "arp on", "multicast off", "multicast on",
               "vf 0 mac 52:54:00:e1:00:09", "alias x", "numtxqueues 2", "gso_max_size 65536",
               "carrier off", "carrier on", "xdp off", "protodown on", "protodown off"]
    for state in ("up", "down"):
        t.must(t.link(state))
        for wish in wishes:
            found[f"{state}: {wish}"] = outcome(t.link(*wish.split()))
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    found["the peer answers"] = bool(t.ping())
    return found


def others(t) -> Facts:
    """Commands that few drivers know."""
    found: Facts = {}
    for wish in ("-p NIC 1", "-r NIC", "-E NIC magic 0x100e8086 offset 0 length 1 value 0",
                 "-E NIC magic 1 offset 0 length 1 value 0", "-L NIC combined 1",
                 "-L NIC combined 2", "-L NIC rx 1 tx 1", "-X NIC equal 1",
                 "-N NIC flow-type tcp4 dst-port 80 action 0", "-N NIC rx-flow-hash tcp4 sdfn",
                 "-U NIC delete 0", "--set-eee NIC eee on", "-f NIC x", "--set-priv-flags NIC x on",
                 "--set-fec NIC encoding off", "--reset NIC all", "-s NIC wol g", "-s NIC wol d",
                 "-s NIC wol x", "-s NIC msglvl 0xffff", "-s NIC msglvl 7", "-s NIC phyad 1",
                 "-s NIC port fibre", "-s NIC port tp", "-s NIC xcvr external",
                 "-s NIC mdix on", "-s NIC mdix auto", "-s NIC mdix off", "-t NIC online",
                 "-t NIC offline", "-t NIC external_lb", "-d NIC raw on", "-e NIC length 4",
                 "-e NIC offset 1000 length 4", "-S NIC", "-w NIC data x",
                 "--set-tunable NIC rx-copybreak 128", "--get-tunable NIC rx-copybreak"):
        result = t.on_nut("ethtool", *[t.nut if word == "NIC" else word for word in wish.split()])
        found[wish] = outcome(result)
        e1k.wait_for(t.has_carrier)
    found["the peer answers"] = bool(t.ping())
    return found


both.main({
    "settings, features": features,
    "settings, rings": ethtool(("-g",), ("RX", "TX"),
                               *(f"-G rx {n}" for n in (0, 48, 81, 100, 4096, 4097)),
                               *(f"-G tx {n}" for n in (0, 48, 81, 4096, 5000)),
                               "-G rx-mini 8", "-G rx-jumbo 8", "-G rx 256 tx 256"),
    "settings, moderation": ethtool(("-c",), (), *(f"-C rx-usecs {n}" for n in (
        0, 1, 3, 4, 5, 9, 10, 20, 10000, 10001, 100000)),
        "-C tx-usecs 10", "-C tx-usecs 0", "-C rx-frames 5", "-C tx-frames 5",
        "-C adaptive-rx on", "-C adaptive-tx on", "-C rx-usecs-irq 5", "-C rx-usecs 3"),
    "settings, pause": ethtool(("-a",), ("Autonegotiate", "RX", "TX"),
                               "-A rx off", "-A tx off", "-A rx on tx on", "-A autoneg off",
                               "-A rx off tx on", "-A rx on tx off", "-A autoneg on",
                               "-A rx on tx on"),
    "settings, link": ethtool((), ("Speed", "Duplex", "Auto-negotiation",
                                   "Advertised link modes"),
                              "-s autoneg off speed 10 duplex half",
                              "-s autoneg off speed 10 duplex full",
                              "-s autoneg off speed 100 duplex half",
                              "-s autoneg off speed 100 duplex full",
                              "-s autoneg off speed 1000 duplex half",
                              "-s autoneg off speed 2500 duplex full", "-s autoneg on",
                              "-s speed 100",
                              "-s advertise 0x1", "-s advertise 0x8", "-s advertise 0x10",
                              "-s advertise 0x20", "-s advertise 0x800000", "-s advertise 0x0",
                              "-s autoneg on advertise 0x2f", "-s autoneg on",
                              "-s autoneg off speed 1000 duplex full"),
    "settings, ip link": link,
    "settings, others": others,
})
