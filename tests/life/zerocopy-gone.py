#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""The module is unloaded while a process receives into its memory at a queue: the process lives
on, and when it is dead the next module's queue takes memory as the first one's did."""

from lib import devmem, e1k


def receives(t):
    """Whether the queue receives into memory; what is wrong else."""
    memory = devmem.Memory(devmem.PAGES)
    binding = devmem.Binding(t, memory)
    nut, peer = devmem.connection(t)
    wrong = devmem.by_memory(nut, peer, memory)
    nut.close()
    peer.close()
    binding.close()
    memory.close()
    return wrong


def test(t):
    devmem.arrange(t)
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on"))
    process = devmem.another_process(t)
    sender = devmem.Sender(t)
    t.check(sender.flows(), "a process receives")
    result = e1k.command("rmmod", t.drv)
    t.check(result, "the module goes", result)
    t.check(process.poll() is None, "the process does not")
    process.kill()
    process.wait()
    t.undo()
    t.setup()
    t.check(t.ping() and t.ping(6), "the module comes back, the peer answers")
    devmem.arrange(t)
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on"))
    t.equal(receives(t), 0, "a queue has memory again, and each byte comes by it")


e1k.main(test, plan=5)
