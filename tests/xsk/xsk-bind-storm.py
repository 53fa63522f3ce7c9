#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""Sockets bind and close again and again while frames flood the NIC and TCP runs: each
receives and sends, the link does not flap, no byte of TCP is wrong."""

from lib import control, e1k, frames, traffic, xdp, xsk

ROUNDS = 15


def test(t):
    t.static_neighbours()
    flaps = control.carrier_changes(t)
    programs = xdp.Programs("verdict", "to_socket")
    sockets = programs.map("sockets", "=i")
    xdp.attach(t, programs["to_socket"])
    at_peer = frames.capture(t, "peer", frames.ETH_P_TEST)
    stream = traffic.Stream(t)
    received = sent = 0
    with xdp.flood(t, *4 * [xdp.incoming(300)]):
        for number in range(ROUNDS):
            umem = xsk.Umem(t, 64, 4096 if number % 2 else 2048)
            sock = xsk.Socket(t, umem)
            sockets[0] = sock.fd
            sock.fill(umem.take(32))
            received += bool(sock.receive(3))
            marker = xdp.outgoing(200, number)
            sock.send([marker])
            sent += marker in at_peer.until(lambda f, m=marker: f == m)
            # Half of them go with frames still on their way.
            if number % 2:
                sock.send([xdp.outgoing(1000, number) for _ in range(8)])
            sock.close()
    t.equal(received, ROUNDS, "each socket received")
    t.equal(sent, ROUNDS, "each socket sent")
    t.check(stream.flows(), "TCP goes on", *stream.wrong)
    t.check(not stream.stop(), "every byte of it was the right one", *stream.wrong)
    t.equal(control.carrier_changes(t), flaps, "the link did not flap")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=6)
