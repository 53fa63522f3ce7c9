#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""docs/examples/xsk-echo answers datagrams from an AF_XDP socket, in zero-copy and in copy
mode, every byte; other traffic is the stack's. Killed, it leaves a NIC that works."""

import os

from lib import control, e1k, traffic, xdp

SIZES = (1, 18, 100, 1000, 1472)
ROUNDS = 40


def echoed(peer, sizes):
    """What is wrong with the answers."""
    wrong = []
    for size in sizes:
        burst = [os.urandom(size) for _ in range(8)]
        for data in burst:
            peer.send(data)
        wrong += xdp.differences([peer.recv(2048) for _ in burst], burst)
    return wrong[:5]


def test(t):
    t.static_neighbours()
    # The example has a socket on the first queue; which one a flow comes by is RSS's choice
    control.set_queues(t, 1)
    nut, peer = traffic.udp_pair(t)
    port = nut.getsockname()[1]
    peer.settimeout(e1k.PATIENCE)
    for options, mode in (((), "zero-copy"), (("-c",), "copy")):
        with xdp.running(f"{xdp.BUILD}/xsk-echo", *options, t.nut, port) as echo:
            t.check(e1k.wait_for(lambda e=echo, m=mode: f"xsk-echo: {t.nut}, {m}\n" in e.said or
                                 e.poll() is not None) and echo.poll() is None,
                    f"{mode}: it runs", *echo.said)
            wrong = echoed(peer, SIZES * ROUNDS)
            t.check(not wrong, f"{mode}: every datagram comes back, every byte", *wrong)
            t.check(t.ping(count=10), f"{mode}: ping is answered by the stack")
        t.equal(echo.said[-1], f"xsk-echo: {8 * ROUNDS * len(SIZES)} packets\n",
                f"{mode}: it saw each once")
    with xdp.running(f"{xdp.BUILD}/xsk-echo", t.nut, port) as echo:
        e1k.wait_for(lambda: echo.said, "the example")
        with traffic.flood(t):
            for _ in range(50):
                peer.send(bytes(100))
            echo.kill()
            echo.wait()
    t.check(e1k.wait_for(lambda: not xdp.state(t)[0]), "killed: the program goes with it")
    stream = traffic.Stream(t)
    t.check(stream.flows() and not stream.stop(), "the NIC works on", *stream.wrong)


e1k.main(test, plan=10)
