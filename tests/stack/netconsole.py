#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Kernel messages leave by netconsole, which polls the NIC with interrupts off:
alone, and while the transmit ring is full of other traffic."""

import contextlib
import socket

from lib import e1k, frames, netconsole, traffic

def lines_arrive(sock, count, tag):
    """Log a number of lines; those that do not come, as a list."""
    lines = [f"e1k-{tag} {i} {'x' * (i * 13 % 700)}" for i in range(count)]
    for line in lines:
        netconsole.log(line)
    seen, end = b"", f"e1k-{tag} end\n"

    def is_through():
        """Whether a last line came: said until it does, for any may be lost."""
        nonlocal seen
        netconsole.log(end.rstrip())
        with contextlib.suppress(TimeoutError):
            while end.encode() not in seen:
                seen += sock.recv(2048)
        return end.encode() in seen

    sock.settimeout(1)
    e1k.wait_for(is_through)
    return [line for line in lines if line.encode() + b"\n" not in seen]


def test(t):
    sock = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((e1k.PEER_IP, netconsole.PORT))
    # Room for all lines: they are read after all are written.
    sock.setsockopt(socket.SOL_SOCKET, frames.SO_RCVBUFFORCE, 16 << 20)
    netconsole.start(t)
    missing = lines_arrive(sock, 100, "idle")
    t.check(not missing, "a hundred lines arrive", *missing[:5])

    t.must(t.on_nut("ethtool", "-G", t.nut, "tx", 64))
    stream = traffic.Stream(t)
    with traffic.flood(t, sides=("nut",), pause=0):
        stream.flows()
        # netpoll gives a line up when the ring stays full: how many is a matter of luck.
        missing = lines_arrive(sock, 100, "busy")
    t.check(len(missing) < 100, "lines arrive while the ring is full", "none did")
    wrong = stream.stop()
    t.check(not wrong, "the other traffic is not hurt", *wrong)

    missing = lines_arrive(sock, 20, "after")
    t.check(not missing, "twenty lines arrive afterwards", *missing[:5])


e1k.main(test, plan=4)
