#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 300
"""Taking the interface up fails at each of its allocations and DMA mappings in
turn: with ENOMEM, and nothing is held. Then it goes up as ever."""

import errno

from lib import e1k, faults


def test(t):
    faults.need(t)
    nic = faults.Nic(t)
    nic.rings(64, 64)
    nic.up(False)
    t.check(e1k.wait_for(lambda: not faults.mappings(t)), "down: no DMA mapping is left",
            faults.mappings(t))

    seen, wrong = [], []
    for fault in faults.each(nic.up):
        seen.append(fault.error)
        if fault.error is None:
            nic.up(False)
        elif fault.error.errno != errno.ENOMEM:
            wrong.append(f"allocation {fault.number}: {fault.error}")
        if not e1k.wait_for(lambda: not faults.mappings(t)):
            wrong.append(f"allocation {fault.number}: still mapped: {faults.mappings(t)}")
            break
    failed = [error for error in seen if error]
    t.note(f"{len(seen)} allocations failed, {len(failed)} times it did not go up")
    # Two rings of descriptors, two of books, the pool, its pages, the interrupt
    t.check(len(failed) > 5, "it needs memory, and fails where there is none")
    t.check(not wrong, "each time with ENOMEM, and nothing is held", *wrong)

    # What failed above may be a route or an address.
    t.down_up()
    t.check(t.ping(), "with memory it goes up and the peer answers")


e1k.main(test, plan=4, bed=False)
