#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A socket that prefers busy polling, with the NIC's interrupts deferred, receives and
sends every frame; the polls are its own."""

from lib import e1k, frames, xdp, xsk


def test(t):
    for name, value in (("napi_defer_hard_irqs", 1000), ("gro_flush_timeout", 200000000)):
        t.must(t.on_nut("sh", "-c", f"echo {value} >/sys/class/net/{t.nut}/{name}"))
    umem = xsk.Umem(t, 128)
    sock = xsk.Socket(t, umem, busy=True)
    t.check(sock.zero_copy, "the socket is zero-copy")
    xsk.program(t, sock)
    sock.fill(umem.take(64))
    # Each wait of a socket that prefers it polls the NIC.
    wrong = xdp.carried(xdp.SIZES, xdp.incoming, xdp.sending(frames.raw(t, "peer")),
                        sock.receiving)
    t.check(not wrong, f"{len(xdp.SIZES)} lengths received, every byte", *wrong)
    wrong = xdp.carried(xdp.SIZES, xdp.outgoing, sock.send,
                        xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST)))
    t.check(not wrong, f"{len(xdp.SIZES)} lengths sent, every byte", *wrong)
    t.check(t.ping(count=5), "the peer answers")


e1k.main(test, plan=4)
