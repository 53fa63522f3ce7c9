#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
# allow-log: sysctl could not get directory
"""Probing fails at each of its allocations in turn, with nothing held, or does without
(devlink's reporters). Then the NIC is found as ever."""

import errno
import os

from lib import e1k, faults

# The kernel's words for it: EBUSY where it cannot note that a region is taken, EINVAL where
# it cannot keep a name, ENOBUFS where it cannot tell user space of an interface.
EXPECTED = (errno.ENOMEM, errno.EBUSY, errno.EINVAL, errno.ENOBUFS)


def test(t):
    faults.need(t)
    driver = f"/sys/bus/pci/drivers/{t.drv}"
    failed, without, wrong = 0, 0, []
    with faults.bound(t) as bind:
        for fault in faults.each(bind):
            if fault.error is None:
                without += 1
                faults.write(f"{driver}/unbind", t.pci)
                continue
            failed += 1
            if fault.error.errno not in EXPECTED:
                wrong.append(f"allocation {fault.number}: {fault.error}")
            if os.path.exists(f"{driver}/{t.pci}") or faults.mappings(t):
                wrong.append(f"allocation {fault.number}: something is left")
    t.note(f"{failed} times it failed, {without} times it did without")
    t.check(failed > 20, "it needs memory, and fails where there is none")
    t.check(not wrong, "each time it says so, and nothing is left", *wrong[:20])
    t.adopt()
    t.check(t.ping(), "with memory it is found and the peer answers")


e1k.main(test, plan=3, bed=False)
