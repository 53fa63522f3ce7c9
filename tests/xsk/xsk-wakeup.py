#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""need_wakeup tells the truth: the TX ring wants a call, the fill ring only after it ran
dry, and a socket that calls only when told loses nothing."""

from lib import e1k, frames, xdp, xsk

COUNT = 256


def test(t):
    umem = xsk.Umem(t, COUNT)
    sock = xsk.Socket(t, umem)
    xsk.program(t, sock)
    sender = frames.raw(t, "peer")
    at_peer = xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST))
    t.check(sock.zero_copy, "the socket is zero-copy")
    t.check(sock.tx.needs_wakeup(), "idle: the TX ring wants a call")

    wrong = xdp.carried(xdp.SIZES, xdp.outgoing, sock.send, at_peer)
    t.check(not wrong, "sent, with calls only when told to", *wrong)
    sock.sent()

    e1k.wait_for(lambda: sock.reap() == COUNT, "the sent chunks")
    sock.fill(umem.take(32))
    t.check(sock.receive(0) == [] and e1k.wait_for(lambda: sock.poll() or True),
            "an open socket with chunks waits")
    wrong = xdp.carried(xdp.SIZES, xdp.incoming, xdp.sending(sender), sock.receiving)
    t.check(not wrong, "received, with calls only when told to", *wrong)

    def used_up():
        sender.send(xdp.incoming())
        sock.receive(1, refill=False, patience=0.1)
        return sock.filling.needs_wakeup() and not sock.filling.waiting()

    t.check(e1k.wait_for(used_up), "all chunks used, none refilled: the fill ring wants a call")
    sock.fill(umem.take(32))
    marker = xdp.incoming(500)
    sender.send(marker)
    seen = []
    e1k.wait_for(lambda: seen.extend(sock.receive(1, patience=1)) or marker in seen)
    t.check(marker in seen, "refilled and told so: frames arrive again")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=8)
