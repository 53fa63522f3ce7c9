#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""A process that receives into memory of its own, a udmabuf or io_uring's, is killed in the midst
of traffic: nothing of it stays mapped, the queue works as before, and the other one loses
nothing."""

import os

from lib import control, devmem, e1k, traffic

TIMES = 4


def killed(t, kind):
    """What is wrong after that, nothing hopefully."""
    process = devmem.another_process(t, kind)
    sender = devmem.Sender(t)
    if not sender.flows():
        return "nothing flows"
    if not devmem.bound(t):
        return "the queue has not the process's memory"
    process.kill()
    process.wait()
    if not e1k.wait_for(lambda: not devmem.bound(t)):
        return "the queue still has the process's memory"
    sender.end()
    nut, peer = devmem.connection(t)
    with nut, peer:
        return traffic.transfer(peer, nut, os.urandom(1 << 17))


def test(t):
    devmem.arrange(t)
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on"))
    before = devmem.held(t)
    with control.Pinging() as pinging:
        for kind in ("devmem", "zcrx"):
            wrong = [killed(t, kind) for _ in range(TIMES)]
            t.check(not any(wrong), f"{kind}: {TIMES} times the queue works after it", *wrong)
            t.becomes(lambda: devmem.held(t), before, f"{kind}: nothing stays mapped")
        t.check(pinging.answered(10), "the other queue works")
        t.equal(pinging.lost(), 0, "and has lost nothing")


e1k.main(test, plan=6)
