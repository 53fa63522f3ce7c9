#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The NIC goes away under traffic with a program attached and others that redirect to
it; the memory of every frame comes back. Afterwards it is there again and works."""

import re

from lib import e1k, traffic, xdp

TRACING = "/sys/kernel/tracing"


def pools_traced(on):
    with open(f"{TRACING}/events/page_pool/page_pool_release/enable", "w",
              encoding="ascii") as file:
        file.write(str(int(on)))


def inflight():
    """How many pages each page pool was waiting for when last asked."""
    with open(f"{TRACING}/trace", encoding="ascii") as file:
        return dict(re.findall(r"page_pool=(\S+) inflight=(-?\d+)", file.read()))


def load(t):
    """Programs on the NIC and on a device that redirects to it."""
    programs = xdp.Programs("verdict", "one_buffer")
    xdp.veth(t)
    programs.map("devices")[0] = xdp.index_of(t, "v0")
    programs.map("cpus", "=Ii")[0] = 64, 0
    xdp.attach(t, programs["one_buffer"])
    back = xdp.Programs("verdict", "to_device")
    back.map("devices")[0] = xdp.index_of(t)
    xdp.detach(t, "v1")
    xdp.attach(t, back["to_device"], "v1")
    return programs, back


def unbind(t):
    with open(f"/sys/bus/pci/drivers/{t.drv}/unbind", "w", encoding="ascii") as file:
        file.write(t.pci)


def bind(t):
    with open(f"/sys/bus/pci/drivers/{t.drv}/bind", "w", encoding="ascii") as file:
        file.write(t.pci)
    t.adopt()


def test(t):
    pools_traced(True)
    t.defer(pools_traced, False)
    # To the device and so back to the NIC, to a CPU, and back at once
    orders = [xdp.frame(xdp.REDIRECT, 200, xdp.TO_DEVICE), xdp.frame(xdp.TX, 1000),
              xdp.frame(xdp.REDIRECT, 600, xdp.TO_CPU)]
    for how, away, again in (("unbound", unbind, bind),
                             ("unloaded", lambda t: e1k.wait_for(lambda: e1k.command(
                                 "rmmod", t.drv), "the module to go"), lambda t: t.setup())):
        programs = load(t)
        with open(f"{TRACING}/trace", "w", encoding="ascii"):
            pass
        with traffic.flood(t, sides=("peer",)), xdp.flood(t, *orders):
            e1k.wait_for(lambda: programs[0].map("seen", "=Q")[xdp.TX] > 100,
                         "frames to reach the program")
            away(t)
        pools = e1k.wait_for(lambda: (seen := inflight()) and set(seen.values()) == {"0"}
                             and seen)
        t.check(pools, f"{how}: the memory of every frame came back", inflight())
        again(t)
        t.check(t.ping(), "there again: the peer answers")


e1k.main(test, plan=4)
