#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""xdp-filter in native mode keeps back what it is told to, counts it, and lets the rest
through."""

import re
import socket

from lib import e1k, traffic, xdp

COUNT = 25


def test(t):
    t.static_neighbours()
    xdp.tool("xdp-loader", "unload", "--all", t.nut)
    t.check(xdp.tool("xdp-filter", "load", "-m", "native", "-p", "allow", t.nut),
            "xdp-filter load")
    t.defer(xdp.tool, "xdp-filter", "unload", t.nut)
    t.equal(xdp.state(t)[0], xdp.NATIVE, "it is in the driver")
    nut, peer = traffic.udp_pair(t)
    port = nut.getsockname()[1]
    other = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    other.bind((e1k.NUT_IP, 0))
    other.settimeout(e1k.PATIENCE)
    sender = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)

    peer.send(b"before")
    nut.settimeout(e1k.PATIENCE)
    t.equal(nut.recv(100), b"before", "nothing is kept back yet")
    t.check(xdp.tool("xdp-filter", "port", port, "-m", "dst", "-p", "udp"), "xdp-filter port")
    for _ in range(COUNT):
        peer.send(b"kept back")
    sender.sendto(b"through", other.getsockname())
    t.equal(other.recv(100), b"through", "another port gets its datagram")
    nut.setblocking(False)
    try:
        seen = nut.recv(100)
    except BlockingIOError:
        seen = None
    t.equal(seen, None, f"{COUNT} datagrams to the port are kept back")
    status = xdp.tool("xdp-filter", "status").out
    t.check(re.search(rf"^ +{port} +dst,udp +{COUNT}$", status, re.MULTILINE),
            "xdp-filter status counts them", status)
    t.check(xdp.tool("xdp-filter", "port", port, "-m", "dst", "-p", "udp", "-r"),
            "the port is free again")
    peer.send(b"after")
    nut.settimeout(e1k.PATIENCE)
    t.equal(nut.recv(100), b"after", "its datagram arrives")


e1k.main(test, plan=9)
