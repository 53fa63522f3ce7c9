#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
"""Healing needs no memory: a reset by devlink succeeds whatever fails. The self-test
may fail without memory, and the NIC carries traffic afterwards in any case."""

import errno

from lib import e1k, faults, genl

RECOVER = 58
BUS_NAME, DEV_NAME, REPORTER_NAME = 1, 2, 115


def test(t):
    faults.need(t)
    nic = faults.Nic(t)
    nic.rings(64, 64)
    echo = faults.Echo(t)

    devlink = genl.Family(t.socket("peer", genl.AF_NETLINK, genl.SOCK_RAW, genl.NETLINK_GENERIC),
                          "devlink")
    who = ((BUS_NAME, b"pci\0"), (DEV_NAME, t.pci.encode() + b"\0"), (REPORTER_NAME, b"tx\0"))
    count, wrong = 0, []
    for fault in faults.each(lambda: devlink.do(RECOVER, who)):
        count += 1
        # Without memory for the request itself nothing has begun.
        if fault.error and fault.error.errno not in (errno.ENOBUFS, errno.ENOMEM):
            wrong.append(f"allocation {fault.number}: {fault.error}")
        if not echo():
            wrong.append(f"allocation {fault.number}: no traffic any more")
            break
    t.note(f"{count} allocations failed")
    t.check(not wrong, "a reset needs no memory", *wrong)

    failed, wrong = 0, []
    results = []
    for fault in faults.each(lambda: results.append(nic.selftest()), step=5):
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


e1k.main(test, plan=3, bed=False)
