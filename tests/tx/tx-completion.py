#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What was sent is let go at once, with no further traffic to push it: a socket's
send queue becomes empty, zero-copy pages come back."""

import fcntl
import socket
import struct

from lib import e1k, frames, traffic

SIOCOUTQ = 0x5411
SO_ZEROCOPY, MSG_ZEROCOPY = 60, 0x4000000


def queued(sock):
    """Bytes (with their overhead) that the socket still answers for."""
    return struct.unpack("i", fcntl.ioctl(sock, SIOCOUTQ, b"\0" * 4))[0]


def test(t):
    t.quiet()
    t.must(t.features("tso", "off"))    # one descriptor for one packet, as near as can be
    nut, _peer = traffic.udp_pair(t)
    for size in (18, 1400):
        stuck = []
        for count in list(range(1, 20)) + [31, 32, 33, 64, 100, 255, 256, 257]:
            for _ in range(count):
                nut.send(bytes(size))
            if not e1k.wait_for(lambda: not queued(nut), patience=20):
                stuck.append(f"{queued(nut)} bytes after {count} datagrams")
        t.check(not stuck, f"{size} bytes: every datagram is let go", *stuck)

    nut.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    back = 0
    for _ in range(10):
        nut.sendmsg([bytes(1000)], [], MSG_ZEROCOPY)

        def notified():
            try:
                nut.recvmsg(0, 512, socket.MSG_ERRQUEUE)
            except BlockingIOError:
                return False
            return True

        nut.setblocking(False)
        back += bool(e1k.wait_for(notified, patience=20))
        nut.setblocking(True)
    t.equal(back, 10, "zero-copy pages come back")

    out = frames.raw(t, "nut")
    for _ in range(50):
        out.send(frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST, bytes(5)))
    t.check(e1k.wait_for(lambda: not queued(out), patience=20), "padded frames are let go")


e1k.main(test, plan=4)
