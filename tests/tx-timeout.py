#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: NETDEV WATCHDOG
# timeout: 180
"""The transmitter stops behind the driver's back; the stack's watchdog tells the
driver, which resets the NIC, and traffic goes on."""

from lib import e1k, traffic
from lib.registers import Registers, TCTL, TCTL_EN

def timeouts(t):
    """How often the stack found the queue stuck."""
    path = f"/sys/class/net/{t.nut}/queues/tx-0/tx_timeout"
    return int(t.must(t.on_nut("cat", path)).out)


def test(t):
    registers = Registers(t.pci)

    def stop_transmitter():
        registers[TCTL] = registers[TCTL] & ~TCTL_EN

    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    for name, fault in (("the transmitter stops", stop_transmitter),
                        ("the transmitter stops again", stop_transmitter)):
        before = timeouts(t)
        # The watchdog looks at a queue that is stopped: it has to fill up first.
        with traffic.flood(t, sides=("nut",), pause=0):
            fault()
            seen = e1k.wait_for(lambda before=before: timeouts(t) > before)
        t.check(seen, f"{name}: the watchdog sees it")
        t.check(stream.flows(), f"{name}: the traffic goes on by itself")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=7)
