#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
"""New rings, another MTU, a feature that needs other buffers: each fails at each of
its allocations and DMA mappings in turn, with ENOMEM, and the old state carries on."""

import errno

from lib import e1k, faults


def test(t):
    faults.need(t)
    nic = faults.Nic(t)
    nic.rings(64, 64)
    rx_all = nic.feature_bit("rx-all")
    echo = faults.Echo(t)

    def mtu():
        return int(t.on_nut("cat", f"/sys/class/net/{t.nut}/mtu").out)

    operations = (
        ("new rings", lambda: nic.rings(128, 128), lambda: nic.rings(64, 64), nic.ring_sizes),
        ("a long MTU", lambda: nic.mtu(9000), lambda: nic.mtu(1500), mtu),
        ("rx-all", lambda: nic.feature(rx_all, 1), lambda: nic.feature(rx_all, 0),
         lambda: "rx-all: on" in t.on_nut("ethtool", "-k", t.nut).out),
    )
    for name, change, undo, state in operations:
        failed, wrong, before = 0, [], state()
        # Large buffers are an allocation and a mapping each: of those not every one.
        for fault in faults.each(change, step=5 if "MTU" in name else 1):
            if fault.error:
                failed += 1
                if fault.error.errno != errno.ENOMEM:
                    wrong.append(f"allocation {fault.number}: {fault.error}")
            undo()
            if state() != before:
                wrong.append(f"allocation {fault.number}: it is {state()}")
            if not echo():
                wrong.append(f"allocation {fault.number}: no traffic any more")
                break
        t.check(failed > 2 and not wrong,
                f"{name}: ENOMEM each time, and traffic goes on", f"failed {failed} times", *wrong)
        t.check(state() != before and echo(), f"{name}: done when there is memory")
        undo()

    nic.up(False)
    t.check(e1k.wait_for(lambda: not faults.mappings(t)), "down: no DMA mapping is left",
            faults.mappings(t))


e1k.main(test, plan=7, bed=False)
