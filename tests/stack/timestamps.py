#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Software time stamps: every datagram sent comes back with the time it was given
to the NIC, every one received has the time it came, and they are in order."""

import socket
import struct
import time

from lib import e1k, traffic

SO_TIMESTAMPING = 37
TX_SOFTWARE, RX_SOFTWARE, SOFTWARE, OPT_ID, OPT_TSONLY = 1 << 1, 1 << 3, 1 << 4, 1 << 7, 1 << 11
COUNT = 20


def stamp(ancillary):
    """Seconds of the software time stamp, or None."""
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPING):
            seconds, nanoseconds = struct.unpack_from("qq", data)
            return seconds + nanoseconds / 1e9 or None
    return None


def ordered(stamps, start, end):
    """Whether they are all there, rise, and lie between the two times."""
    return None not in stamps and [start, *stamps, end] == sorted([start, *stamps, end])


def test(t):
    nut, peer = traffic.udp_pair(t)
    for sock in (nut, peer):
        sock.settimeout(e1k.PATIENCE)

    nut.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING,
                   TX_SOFTWARE | SOFTWARE | OPT_ID | OPT_TSONLY)
    sent, start = [], time.time()
    for i in range(COUNT):
        nut.send(bytes(i))

        def from_error_queue():
            try:
                return nut.recvmsg(0, 512, socket.MSG_ERRQUEUE)
            except BlockingIOError:
                return None

        nut.setblocking(False)
        message = e1k.wait_for(from_error_queue)
        nut.settimeout(e1k.PATIENCE)
        sent.append(message and stamp(message[1]))
    t.check(ordered(sent, start, time.time()), f"{COUNT} datagrams sent", sent)

    def receive(data):
        peer.send(data)
        return stamp(nut.recvmsg(2048, 512)[1])

    nut.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPING, RX_SOFTWARE | SOFTWARE)
    # The kernel does not begin to stamp at once when it is asked.
    e1k.wait_for(lambda: receive(b""))
    start = time.time()
    received = [receive(bytes(i)) for i in range(COUNT)]
    t.check(ordered(received, start, time.time()), f"{COUNT} datagrams received", received)


e1k.main(test, plan=2)
