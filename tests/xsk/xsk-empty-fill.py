#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""A fill ring that is left empty under a flood costs frames, never the NIC: sending goes
on, and after a refill so does receiving, for the socket and for the stack."""

from lib import e1k, frames, traffic, xdp, xsk

COUNT = 128


def test(t):
    umem = xsk.Umem(t, COUNT)
    sock = xsk.Socket(t, umem)
    xsk.program(t, sock)
    t.check(sock.zero_copy, "the socket is zero-copy")
    at_peer = xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST))
    sender = frames.raw(t, "peer")

    def use_up():
        sender.send(xdp.incoming(64))
        sock.receive(1, refill=False, patience=0.1)
        return sock.reap() == COUNT

    for round_ in range(3):
        with xdp.flood(t, *4 * [xdp.incoming(200, round_)]):
            wrong = xdp.carried(xdp.SIZES[:40], xdp.outgoing, sock.send, at_peer)
        t.check(not wrong, f"{round_}: flooded with an empty fill ring: sending works", *wrong)
        e1k.wait_for(lambda: sock.reap() == COUNT, "the sent chunks")
        sock.fill(umem.take(64))
        marker = xdp.incoming(1000, round_)
        seen = []

        def marked(data=marker, into=seen):
            # Two queues: descriptors whose frames are thrown away may be in front
            sender.send(data)
            into.extend(sock.receive(1, patience=1))
            return data in into

        e1k.wait_for(marked)
        t.check(marker in seen, f"{round_}: refilled: the socket receives")
        t.check(t.ping(count=5), f"{round_}: and the stack")
        # All chunks out of the rings again, by frames that are not refilled
        e1k.wait_for(use_up, "all chunks to be used up")
    sock.close()
    stream = traffic.Stream(t)
    t.check(stream.flows() and not stream.stop(), "closed: TCP works, every byte", *stream.wrong)


e1k.main(test, plan=11)
