#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a program gets wrong with its socket costs it that socket or frame and no one
else anything: sizes that cannot be, queues that are not there or taken, descriptors that
point nowhere."""

import errno

from lib import control, e1k, frames, xdp, xsk

COUNT = 128


def refused(function):
    """The errno with which it fails, 0 if it does not."""
    try:
        function()
    except OSError as error:
        return error.errno
    return 0


def test(t):
    # With so much headroom no standard frame fits.
    t.check(refused(lambda: xsk.Socket(t, xsk.Umem(t, 64, 2048, 1024))),
            "chunks too small for a frame: no zero-copy")
    umem = xsk.Umem(t, COUNT)
    most, _ = control.queues(t)
    t.equal(refused(lambda: xsk.Socket(t, xsk.Umem(t, 64), queue=most)), errno.EINVAL,
            "a queue that is not there: refused")
    sock = xsk.Socket(t, umem)
    t.equal(refused(lambda: xsk.Socket(t, xsk.Umem(t, 64), patience=0)), errno.EBUSY,
            "another memory on the same queue: refused")
    t.check(sock.zero_copy, "the first socket is zero-copy")

    xsk.program(t, sock)
    sock.fill(umem.take(64))
    size = COUNT * umem.chunk
    wild = [(size, 60, 0), (1 << 40, 60, 0), (2**64 - 64, 128, 0), (size - 30, 60, 0),
            (0, 2049, 0), (2000, 100, 0), (0, 2**32 - 1, 0)]
    before = sock.statistics()[2]
    sock.tx.put(wild)
    # The kernel moves on behind one that is right.
    sock.send([xdp.outgoing()])
    t.check(e1k.wait_for(lambda: sock.sent() and sock.statistics()[2] - before == len(wild)),
            f"{len(wild)} descriptors that point outside: not sent, each counted",
            sock.statistics())
    sock.filling.put([(size,), (1 << 40,), (2**64 - 1,)])
    send = xdp.sending(frames.raw(t, "peer"))
    wrong = xdp.carried(xdp.SIZES, xdp.incoming, send, sock.receiving)
    t.check(not wrong, "wild addresses in the fill ring: passed over", *wrong)
    wrong = xdp.carried(xdp.SIZES, xdp.outgoing, sock.send,
                        xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST)))
    t.check(not wrong, "and the socket sends", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=8)
