#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
# guest: own
# machine: pc
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""The NIC is unplugged and plugged in again by the hypervisor, and its driver taken away
and given back by sysfs, under traffic, over and over.

E1K_TEST_PLUG=N does it more often."""

import json
import os

from lib import e1k, traffic


def qmp(t, command, **arguments):
    t.must(e1k.command(e1k.QMP, command, json.dumps(arguments)))


def unplug(t):
    qmp(t, "device_del", id="nut")
    qmp(t, "x-wait-event", event="DEVICE_DELETED", data={"device": "nut"})


def plug(t):
    qmp(t, "device_add", driver=os.environ["NIC"], id="nut", netdev="hub-nut",
        mac=e1k.NUT_MAC, addr="0x4", romfile="")


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def test(t):
    times = int(os.environ.get("E1K_TEST_PLUG") or 4)
    good = True
    for _ in range(times):
        with traffic.flood(t):
            unplug(t)
            good = good and not os.path.exists(f"/sys/bus/pci/devices/{t.pci}/net")
        plug(t)
        t.adopt()
        good = good and t.ping()
    t.check(good, f"unplugged and plugged in {times} times: the peer answers each time")

    driver = f"/sys/bus/pci/drivers/{t.drv}"
    for _ in range(times):
        with traffic.flood(t):
            write(f"{driver}/unbind", t.pci)
        write(f"{driver}/bind", t.pci)
        t.adopt()
        good = good and t.ping()
    t.check(good, f"unbound and bound {times} times: the peer answers each time")
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


e1k.main(test, plan=4)
