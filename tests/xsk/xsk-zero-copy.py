#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Zero-copy AF_XDP: frames of every length received into and sent from the program's own
memory, in chunks of 2048 and 4096 bytes with and without headroom, and unaligned; every
byte compared, and between them the stack has its traffic."""

import mmap

from lib import e1k, frames, traffic, xdp, xsk

# Size, headroom, and where chunks begin that are not aligned
SHAPES = ((2048, 0, None), (4096, 512, None), (2048, 0, 0), (3000, 0, 777))
COUNT = 128
FEW = 24


def in_order(t, sock, text):
    """Frames come in the chunks in the order in which these were given. One that the
    stack got in between may have had a chunk, too."""
    given = sock.umem.take(2 * FEW)
    sock.fill(given)
    xdp.sending(frames.raw(t, "peer"))([xdp.incoming()] * FEW)
    sock.receive(FEW, refill=False)
    places = [given.index(chunk) for chunk in sock.umem.free[-FEW:]]
    t.equal(places, sorted(places), f"{text}: chunks are used in the order they were given")


def test(t):
    for chunk, headroom, offset in SHAPES:
        if offset is None:
            umem = xsk.Umem(t, COUNT, chunk, headroom)
            text = f"{chunk}, headroom {headroom}"
        else:
            umem = xsk.Umem(t, COUNT, chunk, headroom, xsk.UNALIGNED, mmap.PAGESIZE, offset)
            text = f"unaligned {chunk} at {offset}"
        sock = xsk.Socket(t, umem)
        t.check(sock.zero_copy, f"{text}: the socket is zero-copy")
        programs = xsk.program(t, sock)
        in_order(t, sock, text)
        sock.fill(umem.take(64 - FEW))
        xsk.carries(t, sock, f"{text}: ")
        sock.sent()
        stream = traffic.Stream(t)
        t.check(stream.flows(1 << 14) and not stream.stop(),
                f"{text}: TCP through the stack, every byte", *stream.wrong)
        e1k.wait_for(lambda s=sock, u=umem: s.reap() == COUNT - 64)
        t.equal(len(umem.free), COUNT - 64, f"{text}: every chunk that was sent came back")
        sock.close()
        xdp.detach(t)
        del programs
    t.check(t.ping(), "without a socket: the peer answers")


e1k.main(test, plan=6 * len(SHAPES) + 1)
