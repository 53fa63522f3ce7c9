#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
"""The NIC goes away under traffic with a program attached and others that redirect to
it; the memory of every frame comes back. Afterwards it is there again and works."""

from lib import e1k, traffic, xdp


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
    pools = xdp.Pools(t)
    # To the device and so back to the NIC, to a CPU, and back at once
    orders = [xdp.frame(xdp.REDIRECT, 200, xdp.TO_DEVICE), xdp.frame(xdp.TX, 1000),
              xdp.frame(xdp.REDIRECT, 600, xdp.TO_CPU)]
    for how, away, again in (("unbound", unbind, bind),
                             ("unloaded", lambda t: e1k.wait_for(lambda: e1k.command(
                                 "rmmod", t.drv), "the module to go"), lambda t: t.setup())):
        programs = load(t)
        pools.forget()
        with traffic.flood(t, sides=("peer",)), xdp.flood(t, *orders):
            e1k.wait_for(lambda: programs[0].map("seen", "=Q")[xdp.TX] > 100,
                         "frames to reach the program")
            away(t)
        t.check(pools.empty(), f"{how}: the memory of every frame came back", pools.inflight())
        again(t)
        t.check(t.ping(), "there again: the peer answers")


e1k.main(test, plan=4)
