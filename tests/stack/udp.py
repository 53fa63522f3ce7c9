#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""UDP datagrams arrive, each once, in order and with their bytes."""

import os
import socket

from lib import e1k, traffic

WINDOW = 32     # fewer than any queue on the way holds


def datagrams(sender, receiver, sizes):
    """What is wrong with datagrams of these sizes, in words, or None."""
    noise = os.urandom(65536)
    receiver.settimeout(e1k.PATIENCE)
    for start in range(0, len(sizes), WINDOW):
        batch = [noise[i:i + size] for i, size in enumerate(sizes[start:start + WINDOW])]
        for data in batch:
            sender.send(data)
        for data in batch:
            try:
                wrong = traffic.difference(receiver.recv(1 << 17), data)
            except TimeoutError:
                return f"{len(data)} bytes did not arrive"
            if wrong:
                return wrong
    return None


def test(t):
    for family, name, full in ((socket.AF_INET, "IPv4", 1472), (socket.AF_INET6, "IPv6", 1452)):
        # While an address is asked for, what waits may be overtaken by what comes after
        t.ping(6 if family == socket.AF_INET6 else 4)
        nut, peer = traffic.udp_pair(t, family)
        small = list(range(full + 1))
        large = [full + 1, full + 2, 4000, 9000, 20001, 65507 - 20]
        for sender, receiver, way in ((nut, peer, "from"), (peer, nut, "to")):
            wrong = datagrams(sender, receiver, small)
            t.check(not wrong, f"{name}: 0 to {full} bytes {way} the NIC", wrong)
            wrong = datagrams(sender, receiver, large)
            t.check(not wrong, f"{name}: in fragments {way} the NIC", wrong)


e1k.main(test, plan=8)
