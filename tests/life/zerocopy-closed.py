#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""A ring of io_uring that has a queue is closed in the midst of traffic, and its process goes on:
what it received was right, the NIC leaves its memory alone, and the queue works as before."""

import hashlib
import os
import socket

from lib import devmem, e1k, traffic, zcrx

TIMES = 4
SIZE = 1 << 18


def closed(t, rings):
    """What is wrong with what came before, and after."""
    ring = zcrx.Ring(t)
    rings.append(ring)
    listener = devmem.listen(t)
    sender = devmem.Sender(t)
    nut = devmem.accept(listener)
    ring.ask(nut)
    wrong = ring.check(sender.data, SIZE)
    if wrong:
        return wrong
    ring.close()
    if not e1k.wait_for(lambda: not devmem.bound(t)):
        return "the queue still has the ring's memory"
    nut.close()
    sender.end()
    nut, peer = devmem.connection(t)
    with nut, peer:
        return traffic.transfer(peer, nut, os.urandom(SIZE))


def sums(rings):
    """What is in the rings' memory."""
    return [hashlib.sha256(ring.memory).digest() for ring in rings]


def test(t):
    devmem.arrange(t)
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on"))
    before, rings = devmem.held(t), []
    stream = traffic.Stream(t, socket.AF_INET6)
    wrong = [closed(t, rings) for _ in range(TIMES)]
    t.check(not any(wrong), f"{TIMES} times what came was right, and the queue works after it",
            *wrong)
    t.becomes(lambda: devmem.held(t), before, "nothing stays mapped")
    left = sums(rings)
    nut, peer = devmem.connection(t)
    wrong = traffic.transfer(peer, nut, os.urandom(1 << 21))
    t.check(not wrong and sums(rings) == left, "nothing is written to the process's memory", wrong)
    nut.close()
    peer.close()
    t.check(stream.flows(), "the other queue goes on")
    wrong = stream.stop()
    t.check(not wrong, "and each of its bytes was right", *wrong)


e1k.main(test, plan=5)
