#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
# heals: resets
# allow-log: NETDEV WATCHDOG
# timeout: 400
"""A queue is given a provider's memory and loses it, again and again, while every other control
operation runs and frames come for it; at last the module is unloaded under all of it. Then
the queue takes memory as at first, and no page pool waits for pages.

E1K_TEST_SEED=N repeats an order, E1K_TEST_RACES=N makes it longer (operations)."""

import os
import random
import socket
import subprocess
import threading
import time

from lib import devmem, e1k, frames, genl, rss, storm, traffic

THREADS = 3
PAGES = 256


class Binder:
    """Binds memory to the second queue and releases it, until it is stopped; what it is refused
    depends on what else is going on."""

    def __init__(self, t):
        self._t, self._stop = t, False
        self._memory = devmem.Memory(PAGES)
        self.done = 0
        self._running = e1k.in_background(self._body)
        self._frames = threading.Thread(target=self._send, daemon=True)
        self._frames.start()

    def _body(self):
        t = self._t
        while not self._stop:
            t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on")
            try:
                binding = devmem.Binding(t, self._memory)
            except (OSError, RuntimeError):
                continue
            self.done += 1
            time.sleep(0.1)
            binding.close()

    def _send(self):
        """Frames for that queue, of no connection."""
        sock = frames.raw(self._t, "peer")
        frame = rss.packet(socket.IPPROTO_TCP, e1k.PEER_IP, e1k.NUT_IP, 9, devmem.PORT)
        while not self._stop:
            try:
                sock.send(frame)
            except OSError:
                pass
            time.sleep(0.002)
        sock.close()

    def stop(self):
        """How often it bound."""
        self._stop = True
        self._running.result()
        self._frames.join()
        self._memory.close()
        return self.done


def besides(t):
    """Operations for storm.Storm: what else exchanges this NIC's rings."""
    def tool(option, *args):
        return lambda _: ("ip", "netns", "exec", "nut", "ethtool", option, t.nut, *args)

    return [tool("-G", "tcp-data-split", "off"), tool("-G", "tcp-data-split", "on"),
            tool("-X", "equal", "1"), tool("-X", "equal", "2"), tool("-L", "combined", "1")]


def receives(t):
    """Whether the second queue receives into memory; what is wrong else."""
    devmem.arrange(t)
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on"))
    memory = devmem.Memory(PAGES)
    binding = devmem.Binding(t, memory)
    nut, peer = devmem.connection(t)
    wrong = devmem.by_memory(nut, peer, memory)
    for each in (nut, peer, binding, memory):
        each.close()
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "off"))
    t.features("ntuple", "off")
    t.features("ntuple", "on")
    return wrong


def no_pool_waits(t):
    """Whether each page pool is one that the interface uses."""
    return e1k.wait_for(lambda: all(genl.number(row.get(6)) is None for row in devmem.pools(t)))


def test(t):
    seed = int(os.environ.get("E1K_TEST_SEED") or random.randrange(1 << 30))
    times = int(os.environ.get("E1K_TEST_RACES") or 40)
    t.note(f"seed {seed}, {times} operations")
    devmem.arrange(t)
    tempest = storm.Storm(t, seed, besides(t))
    binder = Binder(t)
    with traffic.flood(t):
        tempest.run(THREADS, storm.count(times))
        t.check(tempest.done == times and tempest.refused < times,
                f"{times} operations came to their end",
                f"{tempest.done} done, {tempest.refused} of them refused")
    t.check(binder.stop(), "meanwhile the queue was given memory", f"{binder.done} times")
    t.check(tempest.calm(), "the link is up, the peer answers")
    t.features("ntuple", "off")
    t.features("ntuple", "on")
    t.equal(receives(t), 0, "the queue is given memory, and each byte comes by it")
    wrong = storm.works(t)
    t.check(not wrong, "every byte arrives by the other memory", *wrong)
    t.check(no_pool_waits(t), "no page pool waits for pages", devmem.pools(t))

    devmem.arrange(t)
    binder = Binder(t)
    with traffic.flood(t):
        e1k.wait_for(lambda: binder.done > 2)
        gone = e1k.wait_for(lambda: subprocess.run(["rmmod", t.drv], check=False,
                                                   capture_output=True).returncode == 0)
    t.check(gone and binder.stop(), "unloaded in the midst of it")
    t.undo()
    t.setup()
    t.check(t.ping() and t.ping(6), "loaded again: the peer answers")
    t.equal(receives(t), 0, "its queue takes memory, too")


e1k.main(test, plan=9)
