#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A socket that prefers busy polling, with the NIC's interrupts deferred, receives and
sends every frame; the polls are its own."""

from lib import e1k, xsk


def test(t):
    for name, value in (("napi_defer_hard_irqs", 1000), ("gro_flush_timeout", 200000000)):
        t.must(t.on_nut("sh", "-c", f"echo {value} >/sys/class/net/{t.nut}/{name}"))
    umem = xsk.Umem(t, 128)
    sock = xsk.Socket(t, umem, busy=True)
    t.check(sock.zero_copy, "the socket is zero-copy")
    xsk.program(t, sock)
    sock.fill(umem.take(64))
    # Each wait of a socket that prefers it polls the NIC.
    xsk.carries(t, sock)
    t.check(t.ping(count=5), "the peer answers")


e1k.main(test, plan=4)
