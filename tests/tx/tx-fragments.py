#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Packets in many small pieces arrive whole: one-byte fragments by sendfile and
MSG_ZEROCOPY, corked writes of odd sizes, large segments made of them, over TCP and
UDP, IPv4 and IPv6."""

import errno
import mmap
import os
import random
import socket
import tempfile

from lib import control, e1k, traffic

UDP_CORK = 1
SO_ZEROCOPY, MSG_ZEROCOPY = 60, 0x4000000
PAGE = mmap.PAGESIZE


class Pieces:
    """Data as pieces that lie apart, so that no two become one fragment."""

    def __init__(self, sizes, seed):
        chance = random.Random(seed)
        self.data, self.views, self.places = b"", [], []
        self.file = tempfile.TemporaryFile()
        pages = mmap.mmap(-1, PAGE * len(sizes))
        for i, size in enumerate(sizes):
            room = PAGE - size
            at = i * PAGE + chance.choice((0, min(1, room), min(3, room), room // 2, room))
            piece = chance.randbytes(size)
            pages[at:at + size] = piece
            self.data += piece
            self.views.append(memoryview(pages)[at:at + size])
            self.places.append((at, size))
        self.file.write(pages)
        self.file.flush()

    def sendfile(self, sock, _data):
        """Each piece a page of the file."""
        for at, size in self.places:
            while size:
                done = os.sendfile(sock.fileno(), self.file.fileno(), at, size)
                at, size = at + done, size - done

    def zerocopy(self, sock, _data):
        """Each piece a page of this process, sixteen in one call."""
        sock.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
        for start in range(0, len(self.views), 16):
            views = self.views[start:start + 16]
            while views:
                try:
                    done = sock.sendmsg(views, [], MSG_ZEROCOPY)
                except OSError as error:
                    if error.errno != errno.ENOBUFS:
                        raise
                    # Too many pages wait for their completion: copy this time.
                    done = sock.sendmsg(views)
                while views and done >= len(views[0]):
                    done -= len(views.pop(0))
                if done:
                    views[0] = views[0][done:]

    def corked(self, sock, _data):
        """Each piece copied, with more to follow."""
        for view in self.views:
            sock.sendmsg([view], [], socket.MSG_MORE)


SHAPES = (
    ("one byte each", lambda: [1] * 400),
    ("1 to 17 bytes", lambda: [1 + i % 17 for i in range(600)]),
    ("one byte before a whole page", lambda: [1, PAGE] * 60),
    ("any size", lambda: [1 + (i * i * 7919) % PAGE for i in range(150)]),
)


def test_tcp(t, family, name, tso):
    wrong = []
    for shape, sizes in SHAPES:
        pieces = Pieces(sizes(), shape)
        for send in (pieces.sendfile, pieces.zerocopy, pieces.corked):
            nut, peer = traffic.tcp_pair(t, family)
            nut.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)

            def send_all(sock, data, send=send):
                send(sock, data)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

            result = traffic.transfer(nut, peer, pieces.data, send_all)
            if result:
                wrong.append(f"{shape}, {send.__name__}: {result}")
            # A zero-copy socket waits for its pages when it closes.
            nut.close()
            peer.close()
    t.check(not wrong, f"TCP over {name}, tso {tso}", *wrong)


def test_datagram(t, family, send, data):
    """Send one of many pieces; what is wrong with it, or None."""
    nut, peer = traffic.udp_pair(t, family)
    with nut, peer:
        peer.settimeout(e1k.PATIENCE)
        nut.setsockopt(socket.IPPROTO_UDP, UDP_CORK, 1)
        try:
            send(nut, None)
        except OSError as error:
            # On newer kernels (6.12) a datagram takes no more pages than an skb has fragments.
            if error.errno == errno.EMSGSIZE and send.__name__ == "sendfile":
                return None
            raise
        nut.setsockopt(socket.IPPROTO_UDP, UDP_CORK, 0)
        try:
            return traffic.difference(peer.recv(1 << 17), data)
        except TimeoutError:
            return "nothing came"


def test_udp(t, family, name):
    wrong = []
    for sizes in ([1] * 16, [1] * 200, list(range(1, 18)), [1, 1400, 1], [700, 1, 700],
                  [1, 3000, 1, 1, 4000], [2] * 700, [PAGE] * 10):
        pieces = Pieces(sizes, str(sizes))
        for send in (pieces.sendfile, pieces.corked):
            result = test_datagram(t, family, send, pieces.data)
            if result:
                wrong.append(f"{len(sizes)} pieces, {send.__name__}: {result}")
    t.check(not wrong, f"UDP over {name}", *wrong)


def test(t):
    for tso in ("on", "off"):
        if tso == "on" and "no-tso" in control.quirks(t):
            for name in ("IPv4", "IPv6"):
                t.skip(f"TCP over {name}, tso on", "this NIC's TSO is wrong")
            continue
        t.must(t.features("tso", tso))
        for family, name in ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6")):
            test_tcp(t, family, name, tso)
    for family, name in ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6")):
        test_udp(t, family, name)


e1k.main(test, plan=6)
