#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""AF_XDP in copy mode behind a native program: receive and send, every byte."""

from lib import e1k, frames, xdp, xsk


def test(t):
    umem = xsk.Umem(t, 128)
    sock = xsk.Socket(t, umem, xsk.COPY)
    t.check(not sock.zero_copy, "the socket is in copy mode")
    xsk.program(t, sock)
    sock.fill(umem.take(64))
    wrong = xdp.carried(xdp.SIZES, xdp.incoming, xdp.sending(frames.raw(t, "peer")),
                        sock.receiving)
    t.check(not wrong, f"{len(xdp.SIZES)} lengths received, every byte", *wrong)
    wrong = xdp.carried(xdp.SIZES, xdp.outgoing, sock.send,
                        xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST)))
    t.check(not wrong, f"{len(xdp.SIZES)} lengths sent, every byte", *wrong)
    sock.sent()
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=4)
