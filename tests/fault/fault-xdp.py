#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
# timeout: 300
"""Attaching a program, other rings and another MTU under one, and binding an AF_XDP socket
fail at their allocations and DMA mappings in turn, with ENOMEM; the old state
carries on, and the memory of every frame comes back."""

import os

from lib import e1k, faults, xdp, xsk

LONG = 4000


def test_attach(t, nic, echo):
    """With long frames the program needs other buffers."""
    program = xdp.Programs("verdict", "frags")["frags"]
    index, links = xdp.index_of(t), []

    def detach():
        while links:
            os.close(links.pop())

    nic.mtu(LONG)
    with e1k.namespace():
        faults.each_fails(t, "attaching a program",
                          lambda: links.append(xdp.link(index, program)), detach,
                          lambda: echo() and bool(links) == bool(xdp.state(t)[0]), 3)
    nic.mtu(1500)
    return program


def test_settings(t, nic, echo):
    """What exchanges the rings, while a program is attached."""
    def works():
        return echo() and xdp.state(t)[0] == xdp.NATIVE

    faults.each_fails(t, "new rings under a program", lambda: nic.rings(128, 128),
                      lambda: nic.rings(64, 64), works, 5)
    faults.each_fails(t, "a long MTU under a program", lambda: nic.mtu(LONG),
                      lambda: nic.mtu(1500), works, 5)


def test_bind(t, echo):
    """The socket's memory is mapped, and there are new rings."""
    sock = None

    def fresh():
        nonlocal sock
        if sock:
            sock.close()
        sock = xsk.Socket(t, xsk.Umem(t, 16), ring=16, bind=False)

    fresh()
    # Bound it has no chunks: the stack would wait for its frames, too.
    faults.each_fails(t, "binding an AF_XDP socket", lambda: sock.bind(), fresh, echo, 2,
                      lambda: sock.zero_copy)
    sock.close()
    e1k.wait_for(echo, "the answer")


def test(t):
    faults.need(t)
    pools = xdp.Pools(t)
    nic = faults.Nic(t)
    nic.rings(64, 64)
    echo = faults.Echo(t)
    pools.forget()
    program = test_attach(t, nic, echo)
    xdp.attach(t, program)
    test_settings(t, nic, echo)
    test_bind(t, echo)
    nic.up(False)
    t.check(pools.empty(), "down: the memory of every frame came back", pools.inflight())


e1k.main(test, plan=9, bed=False)
