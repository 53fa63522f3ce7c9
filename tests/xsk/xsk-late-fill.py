#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 240
"""A zero-copy socket that does not want to be asked for wakeups, and fills its fill ring
some time after it was bound and the program attached: the driver looks for buffers by
itself, frames arrive. Again and again, for the look that it asks for may come too soon."""

from lib import e1k, frames, xdp, xsk

COUNT = 5
ROUNDS = 12


def attempt(t, again):
    """Whether frames arrive, and what is known of it."""
    umem = xsk.Umem(t, 64)
    sock = xsk.Socket(t, umem, flags=xsk.ZEROCOPY)
    keep = xsk.program(t, sock)
    if again:
        t.down_up()     # a ring that is made with the socket there and no buffers
    e1k.wait_for(t.has_carrier, "the carrier")
    # The driver finds the fill ring empty and looks again now and then; where it does not,
    # this waits in vain, and so will the frames.
    looks = t.statistics()["rx0_xsk_empty"] + 5
    e1k.wait_for(lambda: t.statistics()["rx0_xsk_empty"] >= looks, patience=e1k.PATIENCE / 20)
    sock.fill(umem.take(48))
    out = frames.raw(t, "peer")
    got = []

    def arrived():
        out.send(xdp.incoming(100))
        got.extend(sock.rx.get())
        return len(got) >= COUNT

    good = sock.zero_copy and e1k.wait_for(arrived, patience=e1k.PATIENCE / 4)
    said = f"{len(got)} came, {sock.filling.waiting()} in the fill ring"
    xdp.detach(t)
    sock.close()
    del keep
    return good, said


def test(t):
    t.quiet()
    for text, again in (("attached", False), ("taken up", True)):
        for number in range(1, ROUNDS + 1):
            good, said = attempt(t, again)
            if not good:
                break
        t.check(good, f"{text} and filled late: frames arrive, {ROUNDS} times",
                f"time {number}: {said}")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=3)
