#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""While interrupts do not come the driver polls for them. They come again: it sees that, and
an idle NIC is left alone."""

import time

from lib import e1k, hostile


def test(t):
    t.quiet()
    hostile.arm("irq-lost")

    def polled():
        t.on_nut("ping", "-q", "-c", 1, "-W", 1, e1k.PEER_IP)
        return t.statistics()["heal_polls"] >= 2

    t.check(e1k.wait_for(polled), "without interrupts it polls", t.statistics())
    hostile.disarm()
    t.check(t.ping(count=5), "with them the peer answers")

    def idle():
        """Whether nothing polls for several times as long as a poll in their stead waits."""
        before = t.statistics()["rx0_polls"]
        time.sleep(0.5)
        return t.statistics()["rx0_polls"] == before

    t.check(e1k.wait_for(idle, patience=e1k.PATIENCE / 3), "nothing polls an idle NIC any more")


e1k.main(test, plan=3)
