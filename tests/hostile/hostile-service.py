#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
# timeout: 240
"""A poll that finds no buffers asks for another in a moment. However often that happens,
it does not put off other work: a link that goes without an interrupt is noticed meanwhile."""

import contextlib

from lib import e1k, frames, hostile, xsk


def test(t):
    t.quiet()
    umem = xsk.Umem(t, 64)
    # It wants no wakeups, so the driver has to look by itself; it gives no buffers.
    sock = xsk.Socket(t, umem, flags=xsk.ZEROCOPY)
    keep = xsk.program(t, sock)
    e1k.wait_for(t.has_carrier, "the carrier")
    stop = []

    def wake():
        """One poll after the other, each with the same wish."""
        count = 0
        while not stop:
            with contextlib.suppress(OSError):     # without a carrier it is refused
                sock.wake_tx(always=True)
                count += 1
        return count

    polls = t.statistics()["rx0_polls"]
    waking = e1k.in_background(wake)
    e1k.wait_for(lambda: t.statistics()["rx0_polls"] > polls + 100, "polls")
    hostile.arm("irq-lost")
    hostile.nic("link", up=False)
    gone = e1k.wait_for(lambda: not t.has_carrier(), patience=e1k.PATIENCE / 3)
    stop.append(True)
    count = waking.result()
    t.check(gone, "the link goes under a row of polls: noticed", f"{count} wakeups")
    hostile.nic("link", up=True)
    t.check(e1k.wait_for(t.has_carrier), "and comes back")
    hostile.disarm()
    sock.fill(umem.take(48))
    out = frames.raw(t, "peer")

    def arrived():
        out.send(frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46)))
        return sock.rx.get()

    t.check(e1k.wait_for(arrived), "with buffers it receives")
    del keep


e1k.main(test, plan=3)
