#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A zero-copy socket that does not want to be asked for wakeups, and fills its fill ring
some time after it was bound and the program attached: the driver looks for buffers by
itself, frames arrive."""

from lib import e1k, frames, xdp, xsk

COUNT = 20


def attempt(t, number, program_first):
    umem = xsk.Umem(t, 64)
    sock = xsk.Socket(t, umem, flags=xsk.ZEROCOPY)
    keep = xsk.program(t, sock)
    if program_first:
        t.down_up()     # the ring is made with the socket there and no buffers
    e1k.wait_for(t.has_carrier, "the carrier")
    # The driver has found the fill ring empty, and looks again now and then; where it does
    # not, this waits in vain, and so will the frames.
    looks = t.statistics()["rx0_xsk_empty"] + 5
    e1k.wait_for(lambda: t.statistics()["rx0_xsk_empty"] >= looks, patience=e1k.PATIENCE / 15)
    sock.fill(umem.take(48))
    out = frames.raw(t, "peer")
    got = []

    def arrived():
        out.send(xdp.incoming(100))
        got.extend(sock.rx.get())
        return len(got) >= COUNT

    t.check(sock.zero_copy and e1k.wait_for(arrived, patience=e1k.PATIENCE / 3),
            f"{number}: filled late, frames arrive", f"{len(got)} came, "
            f"fill ring {sock.filling.waiting()}", t.statistics())
    xdp.detach(t)
    sock.close()
    del keep


def test(t):
    t.quiet()
    attempt(t, "attached", False)
    attempt(t, "taken up", True)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=3)
