#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""Without message interrupts the 82574 works by its pin, and has them again when it may."""

import os

from lib import control, e1k, traffic

DATA = os.urandom(2 << 20)


def allow(t, messages):
    """Bind the driver anew, with message interrupts or without."""
    device = f"/sys/bus/pci/devices/{t.pci}"
    driver = os.path.realpath(f"{device}/driver")
    for path, text in ((f"{driver}/unbind", t.pci), (f"{device}/msi_bus", str(int(messages))),
                       (f"{driver}/bind", t.pci)):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    t.adopt()


def works(t, how):
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), f"{how}: the peer answers")
    nut, peer = traffic.tcp_pair(t)
    wrong = [traffic.transfer(nut, peer, DATA), traffic.transfer(peer, nut, DATA)]
    t.check(not any(wrong), f"{how}: TCP both ways", *wrong)
    out = t.on_nut("ethtool", "-t", t.nut, "offline").out
    t.check("result is PASS" in out, f"{how}: the self-test passes", out)
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), f"{how}: the peer answers afterwards")


def test(t):
    t.setup()
    t.defer(allow, t, True)
    allow(t, False)
    t.equal(len(t.irqs()), 1, "no message interrupts")
    works(t, "INTx")
    allow(t, True)
    t.equal(len(t.irqs()), control.queues(t)[0] + 1,
            "one for each queue and one for the rest")
    works(t, "MSI-X")


e1k.main(test, plan=10)
