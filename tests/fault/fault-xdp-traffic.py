#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
# allow-log: Illegal XDP return value
# allow-log: page_pool_release_retry
# timeout: 300
"""Programs come and go under frames of all verdicts while pages, skbs and DMA mappings fail
at random: every change takes effect or says ENOMEM, it never stalls for good, and the memory
of every frame comes back in the end. With frames in one buffer and in several."""

import errno
import itertools

from lib import e1k, faults, traffic, xdp

FAILURES = 50


def test(t):
    faults.need(t)
    pools = xdp.Pools(t)
    xdp.veth(t)
    orders = [xdp.frame(verdict, 300, what) for verdict in (xdp.ABORTED, xdp.DROP, xdp.TX, 200)
              for what in range(2)]
    orders += [xdp.frame(xdp.REDIRECT, 300, what) for what in (xdp.TO_DEVICE, xdp.TO_CPU)]
    pools.forget()
    for mtu, name in ((1500, "one_buffer"), (4000, "frags")):
        programs = xdp.Programs("verdict", name)
        programs.map("devices")[0] = xdp.index_of(t, "v0")
        programs.map("cpus", "=Ii")[0] = 64, 0
        t.mtu(mtu)
        changes = itertools.cycle((programs[name], -1))
        stream, wrong = traffic.Stream(t), set()
        with xdp.flood(t, *orders, *[xdp.frame(xdp.TX, mtu)] * 4):
            for kind in ("pages", "skbs", "mappings"):
                with faults.Random(kind, 20, FAILURES) as random:
                    def failed():
                        wrong.add(xdp.set_program(t, next(changes))[0])
                        # Other buffers: QEMU's NIC receives nothing for a second.
                        return stream.flows(1 << 14) and not random.left() or stream.wrong
                    done = e1k.wait_for(failed, patience=3 * e1k.PATIENCE)
                    left = random.left()
                t.check(done and wrong <= {0, errno.ENOMEM} and not stream.wrong,
                        f"MTU {mtu}: {FAILURES} allocations of {kind} fail while programs come "
                        "and go", f"{left} are still to come", wrong, *stream.wrong)
            t.check(stream.flows(1 << 18), f"MTU {mtu}: with memory TCP runs as before")
        t.check(not stream.stop(), f"MTU {mtu}: every byte of it was the right one",
                *stream.wrong)
        xdp.set_program(t, -1)
    t.must(t.link("down"))
    t.check(pools.empty(), "down: the memory of every frame came back", pools.inflight())


e1k.main(test, plan=11, bed=False)
