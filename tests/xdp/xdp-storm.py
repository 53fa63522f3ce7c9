#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""Programs come and go as fast as they can, while frames of all verdicts flood the NIC
and other settings change: nothing is lost of TCP, and the NIC works on."""

import contextlib
import threading

from lib import e1k, traffic, xdp

ROUNDS = 80


@contextlib.contextmanager
def again_and_again(function):
    """Call it from another thread until the block ends."""
    stop = threading.Event()

    def body():
        while not stop.is_set():
            function()

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test(t):
    programs = xdp.Programs("verdict", "one_buffer", "pass")
    xdp.veth(t)
    programs.map("devices")[0] = xdp.index_of(t, "v0")
    programs.map("cpus", "=Ii")[0] = 64, 0
    orders = [xdp.frame(verdict, 300, what) for verdict in (xdp.ABORTED, xdp.DROP, xdp.TX)
              for what in range(2)]
    orders += [xdp.frame(xdp.REDIRECT, 300, what) for what in (xdp.TO_DEVICE, xdp.TO_CPU)]

    def ask():
        t.statistics()
        t.on_nut("ethtool", "-C", t.nut, "rx-usecs", "30")

    def rings():
        t.on_nut("ethtool", "-G", t.nut, "rx", 512)
        t.on_nut("ethtool", "-G", t.nut, "rx", 256)

    stream = traffic.Stream(t)
    with xdp.flood(t, *orders), traffic.flood(t):
        for beside, text in ((ask, "asking and moderation"), (rings, "ring sizes")):
            with again_and_again(beside):
                for i in range(ROUNDS // 2):
                    program = programs["one_buffer" if i % 2 else "pass"]
                    if i % 3 == 2:
                        program = -1
                    t.must(not xdp.set_program(t, program)[0])
            t.check(stream.flows(), f"{ROUNDS // 2} changes beside {text}: TCP goes on",
                    *stream.wrong)
    xdp.attach(t, programs["pass"])
    t.check(not stream.stop(), "every byte of it was the right one", *stream.wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=4)
