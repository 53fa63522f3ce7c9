#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
"""A reset of the NIC, as a hang is healed with, needs no memory: it succeeds whatever
fails. The self-test may fail without memory; the NIC carries traffic afterwards."""

import errno

from lib import e1k, faults

ETHTOOL_RESET = 0x34
DMA_FILTER_OFFLOAD_MAC = 0x3C


def test(t):
    faults.need(t)
    nic = faults.Nic(t)
    nic.rings(64, 64)
    echo = faults.Echo(t)
    t.must(t.ping())

    count, wrong = 0, []
    for fault in faults.each(lambda: nic.ethtool([ETHTOOL_RESET, DMA_FILTER_OFFLOAD_MAC])):
        count += 1
        # The first is the system call's own, before it asks the driver
        if fault.error and fault.number > 1:
            wrong.append(f"allocation {fault.number}: {fault.error}")
        if not echo():
            wrong.append(f"allocation {fault.number}: no traffic any more")
            break
    t.note(f"{count} allocations failed")
    t.check(not wrong, "a reset needs no memory", *wrong)
    t.check(echo(), "after it the traffic goes on")

    failed, wrong, results = 0, [], []
    for fault in faults.each(lambda: results.append(nic.selftest()), step=7):
        if fault.error and fault.error.errno != errno.ENOMEM:
            wrong.append(f"allocation {fault.number}: {fault.error}")
        if fault.error or any(results[-1]):
            failed += 1
        if not echo():
            wrong.append(f"allocation {fault.number}: no traffic any more")
            break
    t.check(failed and not wrong, "a self-test without memory fails and leaves a working NIC",
            f"it failed {failed} times", *wrong)
    t.check(not any(results[-1]), "with memory the self-test passes", results[-1])


e1k.main(test, plan=4, bed=False)
