#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
# machine: q35
# bus: port
"""A process that has memory at a queue dies, and another one wants to have the queue, while the
NIC is detached after an error of the bus that was not recovered from: when the NIC is back the
queue has the other one's memory, and works as before when it is given back."""

import errno
import os

from lib import devmem, e1k, power, traffic, zcrx


def detached(t):
    """Whether the driver has let go of the NIC."""
    return "No such device" in t.on_nut("ethtool", "-g", t.nut).out


def refused(t, memory):
    """The error with which the queue does not take this memory."""
    try:
        devmem.Binding(t, memory).close()
    except OSError as error:
        return error.errno
    return 0


def test(t):
    devmem.arrange(t)
    t.must(t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", "on"))
    before = devmem.held(t)
    process = devmem.another_process(t)
    sender = devmem.Sender(t)
    t.check(sender.flows(), "a process receives")
    # The second function has no driver, and with it the bus does not recover
    said = power.qmp(t, "human-monitor-command",
                     **{"command-line": "pcie_aer_inject_error nut-port COMP_TIME"})
    t.check("OK" in said and e1k.wait_for(lambda: detached(t)), "the driver lets go of the NIC",
            said)
    process.kill()
    process.wait()
    t.becomes(lambda: devmem.held(t), before, "the process dies: nothing stays mapped")
    memory = devmem.Memory(devmem.PAGES)
    t.equal(refused(t, memory), errno.ENODEV, "a dma-buf is refused")
    ring = zcrx.Ring(t)
    t.equal(devmem.bound(t), 1, "a ring of io_uring has the queue")
    for path in (f"/sys/bus/pci/devices/{t.pci[:-1]}1/remove",
                 f"/sys/bus/pci/devices/{t.pci}/reset"):
        with open(path, "w", encoding="ascii") as file:
            file.write("1")
    e1k.wait_for(lambda: not detached(t) and t.has_carrier(), "the NIC")
    sender.end()
    listener = devmem.listen(t)
    sender = devmem.Sender(t)
    nut = devmem.accept(listener)
    ring.ask(nut)
    wrong = ring.check(sender.data, 1 << 18)
    t.check(not wrong, "the NIC is back: what comes is in the ring's memory", wrong)
    ring.close()
    e1k.wait_for(lambda: not devmem.bound(t), "the ring's end")
    nut.close()
    sender.end()
    nut, peer = devmem.connection(t)
    wrong = traffic.transfer(peer, nut, os.urandom(1 << 18))
    t.check(not wrong, "the ring is closed: the queue works as before", wrong)


e1k.main(test, plan=7)
