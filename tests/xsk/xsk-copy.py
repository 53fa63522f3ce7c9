#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""AF_XDP in copy mode behind a native program: receive and send, every byte."""

from lib import e1k, xsk


def test(t):
    umem = xsk.Umem(t, 128)
    sock = xsk.Socket(t, umem, xsk.COPY)
    t.check(not sock.zero_copy, "the socket is in copy mode")
    xsk.program(t, sock)
    sock.fill(umem.take(64))
    xsk.carries(t, sock)
    sock.sent()
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=4)
