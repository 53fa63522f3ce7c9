#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Two sockets share one memory on the one queue: each sends, each receives what the
program gives it, every byte; one closes, the other works on."""

from lib import e1k, frames, xdp, xsk

COUNT = 256


def test(t):
    umem = xsk.Umem(t, COUNT)
    first = xsk.Socket(t, umem)
    second = xsk.Socket(t, umem)
    t.check(first.zero_copy and second.zero_copy, "both sockets are zero-copy")
    programs = xdp.Programs("verdict", "one_buffer")
    sockets = programs.map("sockets", "=i")
    sockets[0], sockets[1] = first.fd, second.fd
    xdp.attach(t, programs["one_buffer"])
    first.fill(umem.take(64))
    send = xdp.sending(frames.raw(t, "peer"))
    at_peer = xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST))

    for entry, sock in enumerate((first, second)):
        wrong = xdp.carried(xdp.SIZES, lambda size, number, entry=entry: xdp.frame(
            xdp.REDIRECT, size, xdp.TO_SOCKET, entry, number), send, sock.receiving)
        t.check(not wrong, f"socket {entry} receives its frames, every byte", *wrong)
        wrong = xdp.carried(xdp.SIZES, xdp.outgoing, sock.send, at_peer)
        t.check(not wrong, f"socket {entry} sends, every byte", *wrong)
    second.close()
    wrong = xdp.carried(xdp.SIZES[::5], lambda size, number: xdp.frame(
        xdp.REDIRECT, size, xdp.TO_SOCKET, 0, number), send, first.receiving)
    t.check(not wrong, "one is closed: the other receives", *wrong)
    wrong = xdp.carried(xdp.SIZES[::5], xdp.outgoing, first.send, at_peer)
    t.check(not wrong, "and sends", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=8)
