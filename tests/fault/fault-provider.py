#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
# timeout: 900
# allow-log: vmalloc error
# allow-log: WARNING: .*__netif_mp_close_rxq
"""A queue is given a provider's memory, and with it new rings, another MTU, is taken down and up:
each fails at its allocations and DMA mappings in turn, with ENOMEM, and the old memory carries
on. If there is none for the way back, the stack says so, and the next ring change is it."""

import errno
import os

from lib import devmem, e1k, faults, traffic

PAGES = 256
SIZE = 1 << 16
FAILURES = 100


class Queue:
    """The second queue, and memory that it has or has not got."""

    def __init__(self, t):
        self._bed = t
        self._echo = faults.Echo(t)
        self.memory = devmem.Memory(PAGES)
        self.binding = None
        self.prepare()

    def prepare(self):
        """The queue has the kernel's memory; bind() is one request from now on."""
        if self.binding:
            self.binding.close()
        self.binding = devmem.Binding(self._bed, self.memory, bind=False)

    def bind(self):
        """Give it this process's."""
        self.binding.bind()

    def _arrives(self, function):
        nut, peer = devmem.connection(self._bed)
        wrong = function(nut, peer)
        nut.close()
        peer.close()
        return not wrong and self._echo()

    def is_ordinary(self):
        """Whether an ordinary socket gets what comes by it; the other queue works, too."""
        return self._arrives(lambda nut, peer: traffic.transfer(peer, nut, os.urandom(SIZE)))

    def is_bound(self):
        """Whether all payload is in the memory, and right; the other queue works, too."""
        return self._arrives(lambda nut, peer: devmem.by_memory(nut, peer, self.memory, SIZE))


def test_changes(t, nic, queue):
    """Whatever exchanges the queue's rings."""
    # The stack calls a failed allocation for the list of free pages EINVAL
    faults.each_fails(t, "giving it memory", queue.bind, queue.prepare, queue.is_ordinary,
                      done=queue.is_bound, other=errno.EINVAL)
    queue.bind()
    for text, change, undo in (
            ("new rings with it", lambda: nic.rings(128, 128), lambda: nic.rings(64, 64)),
            ("a long MTU with it", lambda: nic.mtu(4148), lambda: nic.mtu(1500))):
        faults.each_fails(t, text, change, undo, queue.is_bound, 5)


def test_up(t, nic, queue):
    """Down with the memory, and no memory to come up."""
    nic.up(False)
    failed = 0
    for fault in faults.each(nic.up, 5):
        failed += fault.error is not None
        nic.up(False)
    # What failed above may be a route or an address
    t.down_up()
    t.check(failed > 1 and queue.is_bound(), "down, up fails, up: all comes by the memory",
            f"failed {failed} times")


def test_traffic(t, queue):
    """Failures at random while both queues receive."""
    for kind in ("pages", "skbs", "mappings"):
        stream, wrong = traffic.Stream(t), []
        with faults.Random(kind, 20, FAILURES) as random:
            for _ in range(200):
                nut, peer = devmem.connection(t)
                wrong.append(devmem.by_memory(nut, peer, queue.memory, SIZE))
                nut.close()
                peer.close()
                if not random.left() or any(wrong):
                    break
            left = random.left()
        wrong = [*filter(None, wrong), *stream.stop()]
        t.check(not left and not wrong, f"{FAILURES} allocations of {kind} fail: all payload comes "
                "by the memory, and by the other queue", f"{left} are still to come", *wrong)


def test_way_back(t, nic, queue):
    """The memory goes while there is no other."""
    wrong, size = [], 64
    for fault in faults.each(lambda: queue.binding.close(), 7):
        size ^= 64 ^ 128
        nic.rings(size, 64)
        if not queue.is_ordinary() or devmem.bound(t):
            wrong.append(fault.number)
            break
        queue.prepare()
        queue.bind()
    t.check(not wrong, "taken away, whatever fails: ordinary memory with the next rings", *wrong)


def test(t):
    faults.need(t)
    devmem.arrange(t)
    nic = faults.Nic(t)
    nic.rings(64, 64)
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on"))
    queue = Queue(t)
    test_changes(t, nic, queue)
    queue.prepare()
    queue.bind()
    test_up(t, nic, queue)
    test_traffic(t, queue)
    test_way_back(t, nic, queue)
    t.check(queue.is_ordinary(), "in the end it has the kernel's memory")
    queue.memory.close()
    nic.up(False)
    t.check(e1k.wait_for(lambda: not devmem.bound(t) and not faults.mappings(t)),
            "down: no pool has the memory, no DMA mapping is left", faults.mappings(t))


e1k.main(test, plan=13, bed=False)
