#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""The NIC is unbound and the module unloaded while a zero-copy socket is bound and frames
flood it. The socket is told, nothing leaks or crashes, and a new one works."""

import os

from lib import e1k, frames, xdp, xsk


def driver(t, action):
    with open(f"/sys/bus/pci/drivers/{t.drv}/{action}", "w", encoding="ascii") as file:
        file.write(t.pci)


def test(t):
    at_peer = None
    for round_, (how, away, again) in enumerate((
            ("unbound", lambda: driver(t, "unbind"), lambda: (driver(t, "bind"), t.adopt())),
            ("unloaded", lambda: e1k.wait_for(lambda: e1k.command("rmmod", t.drv),
                                              "the module to go"), t.setup),
            ("for the last time unbound", lambda: driver(t, "unbind"),
             lambda: (driver(t, "bind"), t.adopt())))):
        umem = xsk.Umem(t, 128)
        sock = xsk.Socket(t, umem)
        programs = xsk.program(t, sock)
        sock.fill(umem.take(64))
        at_peer = frames.capture(t, "peer", frames.ETH_P_TEST)
        with xdp.flood(t, *4 * [xdp.incoming(300)]):
            works = sock.zero_copy and sock.receive(20)
            sock.send([xdp.outgoing(500, i) for i in range(30)])
            works = works and at_peer.next()
            t.check(works, f"{round_}: a zero-copy socket works")
            away()
        try:
            sock.wake_tx(always=True)
            told = "nothing"
        except OSError as error:
            told = os.strerror(error.errno)
        t.check(told != "nothing", f"{how}: sending is refused: {told}")
        again()
        sock.close()
        del programs
        t.check(t.ping(), "there again: the peer answers")


e1k.main(test, plan=9)
