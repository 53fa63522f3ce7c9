#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: link_events
# timeout: 180
"""Listeners hear of the link: rtnetlink tells each loss and return of the
carrier once and in order, the speed is the new one when it tells, ip monitor shows it,
and ethtool --monitor tells what was set."""

import contextlib
import socket
import struct
import subprocess

from lib import e1k

RTMGRP_LINK, RTM_NEWLINK, IFF_LOWER_UP = 1, 16, 1 << 16


class Events:
    """What rtnetlink tells of the carrier of the NIC: True and False as it changes."""

    def __init__(self, t):
        self.sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.sock.bind((0, RTMGRP_LINK))
        self.index = int(t.must(t.on_nut("cat", f"/sys/class/net/{t.nut}/ifindex")).out)
        self.last, self.told = t.has_carrier(), []

    def read(self, patience):
        self.sock.settimeout(patience)
        with contextlib.suppress(TimeoutError):
            data = self.sock.recv(1 << 16)
            while data:
                length, kind = struct.unpack_from("=IH", data)
                index, flags = struct.unpack_from("=iI", data, 20)
                carrier = bool(flags & IFF_LOWER_UP)
                if kind == RTM_NEWLINK and index == self.index and carrier != self.last:
                    self.told.append(carrier)
                    self.last = carrier
                data = data[(length + 3) & ~3:]
            return True
        return False

    def until(self, count):
        """Wait for a number of changes in all; whether there are no more."""
        while len(self.told) < count and self.read(e1k.PATIENCE):
            pass
        while self.read(0.01):
            pass
        return len(self.told) == count


def speed(t):
    return t.on_nut("cat", f"/sys/class/net/{t.nut}/speed").out.strip()


@contextlib.contextmanager
def listening(args, ready=None):
    """A program that prints what it hears, as a list of lines that grows."""
    lines = []
    with subprocess.Popen(["ip", "netns", "exec", "nut", *args], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as process:
        if ready:
            e1k.wait_for(lambda: ready(process), f"{args[0]}")
        e1k.in_background(lambda: lines.extend(iter(process.stdout.readline, "")))
        try:
            yield lines
        finally:
            process.kill()


def has_socket(family):
    """Whether the process listens on netlink already."""
    def ready(process):
        with open(f"/proc/{process.pid}/net/netlink", encoding="ascii") as file:
            rows = [line.split() for line in file.read().splitlines()[1:]]
        return any(int(row[1]) == family and row[2] == str(process.pid) and int(row[3], 16)
                   for row in rows)
    return ready


def negotiation(lines):
    """How autonegotiation was each time that ethtool --monitor told of settings."""
    return [line.split()[-1] for line in lines if line.startswith("\tAuto-negotiation:")]


def test(t):
    t.defer(t.cable, True)
    events = Events(t)
    with listening(["ip", "-o", "monitor", "link", "dev", t.nut], has_socket(0)) as monitor:
        for i in (1, 2, 3):
            t.cable(False)
            t.check(events.until(2 * i - 1) and not events.last, f"pulled ({i}): told once")
            t.cable(True)
            t.check(events.until(2 * i) and events.last, f"put back ({i}): told once")
        t.check(e1k.wait_for(lambda: sum("NO-CARRIER" in line for line in monitor) >= 3
                             and "LOWER_UP" in monitor[-1]), "ip monitor shows it", *monitor)

    with listening(["stdbuf", "-oL", "ethtool", "--monitor"], has_socket(16)) as monitor:
        told = []
        for wanted, args in (("10", ("autoneg", "off", "speed", "10", "duplex", "half")),
                             ("100", ("autoneg", "off", "speed", "100", "duplex", "full")),
                             ("1000", ("autoneg", "on", "advertise", "0x2f"))):
            changes = len(events.told)
            t.must(t.on_nut("ethtool", "-s", t.nut, *args))
            t.check(e1k.wait_for(lambda: speed(t) == wanted and t.has_carrier()),
                    f"{wanted} Mb/s: sysfs tells the speed", speed(t))
            e1k.wait_for(lambda: not events.read(0.01))
            t.check(events.last and (len(events.told) - changes) % 2 == 0,
                    f"{wanted} Mb/s: the carrier is there, as was told", events.told[changes:])
            # Told at once, so before the link has its new speed
            told.append(args[1])
            t.check(e1k.wait_for(lambda: negotiation(monitor) == told),
                    f"{wanted} Mb/s: ethtool --monitor tells what was set", *monitor)

    changes = len(events.told)
    t.must(t.link("down"))
    t.check(events.until(changes + 1) and not events.last, "down: the carrier is gone, told once")
    t.must(t.link("up"))
    t.check(events.until(changes + 2) and events.last, "up: it is there, told once")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=19)
