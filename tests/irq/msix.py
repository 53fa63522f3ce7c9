#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""MSI-X: an interrupt for the queue, one for the rest. From the one to the end of its poll
nothing is masked and nothing unmasked; a change of the link comes by the other."""

import os
import time

from lib import control, e1k, tracing
from lib.registers import IMS, Registers

RXQ0 = 1 << 20
PINGS = 100


def counts():
    """How often each line interrupted, and its names."""
    rows = {}
    cpus = len([name for name in os.listdir("/sys/devices/system/cpu") if name[3:].isdigit()])
    with open("/proc/interrupts", encoding="ascii") as file:
        for line in file:
            number, _, rest = line.partition(":")
            words = rest.split()
            if number.strip().isdigit():
                rows[int(number)] = (sum(int(n) for n in words[:cpus]), words[-1])
    return rows


def test(t):
    control.set_queues(t, 1)
    queue, *_, other = t.irqs()
    rows = counts()
    t.equal((rows[queue][1], rows[other][1]), (f"{t.nut}-TxRx-0", t.nut), "two lines, by name")
    # Far above QEMU's own spacing: no timed polls
    t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", 1000))
    # The first frames sent show that completions need no interrupt
    t.must(t.on_nut("ping", "-q", "-c", 40, "-i", 0.01, "-W", 5, e1k.PEER_IP))
    registers = Registers(t.pci)
    t.check(registers[IMS] & RXQ0, "reception is enabled", hex(registers[IMS]))
    before = counts()
    with tracing.Trace("e1k/e1k_irq", "e1k/e1k_irq_mask", "e1k/e1k_irq_unmask",
                       "e1k/e1k_poll_end") as trace:
        t.must(t.on_nut("ping", "-q", "-c", PINGS, "-i", 0.01, "-W", 5, e1k.PEER_IP))
    seen = [event for _, event, _ in trace.events()]
    after = counts()
    # On a busy host pings that are late go out together, and one interrupt serves several
    # answers. Timed polls would leave one in 25.
    t.check(after[queue][0] - before[queue][0] >= PINGS // 2, "answers interrupt",
            before[queue], after[queue])
    t.check(after[other][0] == before[other][0], "the other line was quiet",
            before[other], after[other])
    t.equal((seen.count("e1k_irq_mask"), seen.count("e1k_irq_unmask")), (0, 0),
            "the NIC was never masked")
    t.check(seen.count("e1k_poll_end") <= 2 * seen.count("e1k_irq") + 10,
            "no interrupt for nothing polled", seen.count("e1k_poll_end"), seen.count("e1k_irq"))
    t.check(registers[IMS] & RXQ0, "reception is still enabled", hex(registers[IMS]))

    changes = control.carrier_changes(t)
    t.defer(t.cable, True)
    t.cable(False)
    t.check(e1k.wait_for(lambda: control.carrier_changes(t) > changes), "the pulled cable is seen")
    t.check(counts()[other][0] > after[other][0], "by the other line", counts()[other])
    t.cable(True)
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "put back: the peer answers")
    time.sleep(0.1)
    quiet = counts()[other][0]
    t.must(t.on_nut("ping", "-q", "-c", 20, "-i", 0.01, "-W", 5, e1k.PEER_IP))
    t.equal(counts()[other][0], quiet, "and the other line is quiet again")


e1k.main(test, plan=11)
