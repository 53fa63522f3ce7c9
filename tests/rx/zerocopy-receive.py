#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e, 82574
"""TCP_ZEROCOPY_RECEIVE with header split: docs/examples/tcp-zerocopy gets every byte mapped where
segments are whole pages, else copied; without header split none is mapped."""

import os
import re
import socket
import zlib

from lib import e1k, frames, xdp

SIZE = 8 << 20
PORT = 7000


def receive(t, port, data):
    """What the example in the NIC's namespace says of the data: mapped, copied, right."""
    with xdp.running(f"{xdp.BUILD}/tcp-zerocopy", port) as server:
        e1k.wait_for(lambda: server.said or server.poll() is not None, "the server")
        peer = t.socket("peer", socket.AF_INET)
        peer.settimeout(e1k.PATIENCE)
        # A sender that waits for room may cut a segment in two
        peer.setsockopt(socket.SOL_SOCKET, frames.SO_SNDBUFFORCE, 64 << 20)
        peer.connect((e1k.NUT_IP, port))
        peer.sendall(data)
        peer.close()
        server.wait(e1k.PATIENCE)
    words = re.search(r"(\d+) bytes mapped, (\d+) copied, adler32 (\w+)", "".join(server.said))
    if not words:
        raise RuntimeError(f"the server said {server.said}")
    return int(words[1]), int(words[2]), int(words[3], 16) == zlib.adler32(data)


def split(t, mode):
    """ethtool -G DEV tcp-data-split MODE."""
    return t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", mode)


def test(t):
    if not split(t, "on") and [*map(int, os.uname().release.split(".")[:2])] < [6, 12]:
        raise e1k.Skip("this kernel cannot set header split")
    data = os.urandom(SIZE)
    port = PORT
    for mtu in (4148, 8244):
        t.mtu(mtu)
        t.must(split(t, "on"))
        port += 1
        mapped, copied, right = receive(t, port, data)
        # Some segments are no whole pages: senders cut them, at the end of a window it seems
        t.check(mapped + copied == SIZE and copied <= SIZE // 64,
                f"MTU {mtu}: of {SIZE} bytes all are mapped, but for a few segments",
                f"{mapped} mapped, {copied} copied")
        t.check(right, f"MTU {mtu}: and right")
        t.must(split(t, "off"))
        port += 1
        mapped, copied, right = receive(t, port, data)
        t.check(not mapped and copied == SIZE and right, f"MTU {mtu}, off: none, and all is right",
                f"{mapped} mapped, {copied} copied, right: {right}")
    t.must(split(t, "on"))
    t.mtu(1500)
    mapped, copied, right = receive(t, port + 1, data)
    t.check(not mapped and copied == SIZE and right, "MTU 1500: none, and all is right",
            f"{mapped} mapped, {copied} copied, right: {right}")


e1k.main(test, plan=7)
