#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The transmit delay is changed while the interface is up, from none to some and back:
what is on the ring is taken back, a sender with a small buffer goes on by itself."""

import socket

from lib import e1k

PORT = 7778
DATAGRAMS = 12


def healing(t):
    """The counters of healing steps."""
    return {name: value for name, value in t.statistics().items() if name.startswith("heal_")}


def test(t):
    if len(t.irqs()) > 1:
        raise e1k.Skip("with MSI-X completions have no delay of their own")
    t.quiet()
    t.ping(count=40)    # enough doorbells for the driver to know how the NIC completes
    into = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)
    into.bind((e1k.PEER_IP, PORT))
    into.settimeout(e1k.PATIENCE)
    out = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    # Room for a single datagram: the next one waits until it is taken back.
    out.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2304)
    before = healing(t)
    for usecs in (10, 0, 10, 100, 0):
        t.must(t.on_nut("ethtool", "-C", t.nut, "tx-usecs", usecs))
        seen = []
        for number in range(DATAGRAMS):
            out.sendto(bytes([number]) * 1400, (e1k.PEER_IP, PORT))
            seen.append(into.recv(2000)[0])
        t.check(seen == list(range(DATAGRAMS)) and healing(t) == before,
                f"tx-usecs {usecs}: {DATAGRAMS} datagrams leave without a healing step",
                seen, healing(t), before)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=6)
