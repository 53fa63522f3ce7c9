#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e, 82574
# timeout: 600
"""Header split on and off, new rings and another MTU with it fail at their allocations and DMA
mappings in turn, with ENOMEM; the old state carries on. With memory failing at random
under TCP no byte is wrong."""

import os
import socket

from lib import e1k, faults, genl, traffic

RINGS_GET, RINGS_SET, HEADER, NAME, SPLIT = 15, 16, 1, 2, 11
OFF, ON = 1, 2
FAILURES = 200


class Split:
    """tcp-data-split, by requests of this very process."""

    def __init__(self, t):
        sock = t.socket("nut", socket.AF_NETLINK, socket.SOCK_RAW, genl.NETLINK_GENERIC)
        self._family = genl.Family(sock, "ethtool")
        self._dev = genl.attribute(HEADER | 0x8000, genl.attribute(NAME, t.nut.encode() + b"\0"))

    def set(self, mode):
        """OFF or ON."""
        self._family.do(RINGS_SET, self._dev + genl.attribute(SPLIT, bytes([mode])))

    def get(self):
        """OFF or ON."""
        return genl.number(self._family.get(RINGS_GET, self._dev)[SPLIT])


def test_changes(t, nic, split):
    """Whatever exchanges rings, to and from header split and with it."""
    echo = faults.Echo(t)

    def works(mode):
        return split.get() == mode and echo() and echo(60)

    faults.each_fails(t, "header split", lambda: split.set(ON), lambda: split.set(OFF),
                      lambda: works(OFF), done=lambda: works(ON))
    split.set(ON)
    faults.each_fails(t, "no header split", lambda: split.set(OFF), lambda: split.set(ON),
                      lambda: works(ON), 3, lambda: works(OFF))
    for text, change, undo in (
            ("new rings with it", lambda: nic.rings(128, 128), lambda: nic.rings(64, 64)),
            ("a long MTU with it", lambda: nic.mtu(9000), lambda: nic.mtu(1500))):
        faults.each_fails(t, text, change, undo, lambda: works(ON), 5)


def test_traffic(t):
    """Failures at random while TCP runs, with it."""
    for mtu in (1500, 9000):
        t.mtu(mtu)
        stream = traffic.Stream(t)
        faults.Random.sweep(t, stream, FAILURES, f"MTU {mtu}")


def test(t):
    if [*map(int, os.uname().release.split(".")[:2])] < [6, 12]:
        raise e1k.Skip("this kernel cannot set header split")
    faults.need(t)
    nic = faults.Nic(t)
    nic.rings(64, 64)
    split = Split(t)
    test_changes(t, nic, split)
    nic.rings(256, 256)
    test_traffic(t)
    nic.up(False)
    t.check(e1k.wait_for(lambda: not faults.mappings(t)), "down: no DMA mapping is left",
            faults.mappings(t))


e1k.main(test, plan=19, bed=False)
