#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""The transmitter stops behind the driver's back while the queue is full: the stack's
watchdog sees it and tells the driver, which takes it up. Left to itself, traffic goes on."""

import contextlib
import re

from lib import control, e1k, model, traffic
from lib.registers import Registers, TCTL, TCTL_EN

TRACING = "/sys/kernel/tracing"
# Elsewhere a ring that the NIC may still know is not written anew without a reset.
STEP = "heal_restarts" if model.IS_QEMU else "heal_resets"


def timeouts(t):
    """How often the stack found the queue stuck."""
    path = f"/sys/class/net/{t.nut}/queues/tx-0/tx_timeout"
    return int(t.must(t.on_nut("cat", path)).out)


def write(name, text):
    with open(f"{TRACING}/{name}", "w", encoding="ascii") as file:
        file.write(text)


@contextlib.contextmanager
def traced():
    """What happens in this block is recorded: the watchdog's word, and when in the service
    work the transmitter is healed. Gives a function that reads the events' names."""
    write("trace", "")
    write("kprobe_events", "p:e1k_test/serve e1k_service_work\n"
          "p:e1k_test/look e1k_health_check\np:e1k_test/heal_tx e1k_health_recover_tx")
    write("events/e1k_test/enable", "1")
    write("events/e1k/e1k_tx_hang/enable", "1")

    def seen():
        with open(f"{TRACING}/trace", encoding="utf-8", errors="replace") as file:
            return re.findall(r": (e1k_tx_hang|serve|look|heal_tx): ", file.read())

    try:
        yield seen
    finally:
        write("events/e1k/e1k_tx_hang/enable", "0")
        write("events/e1k_test/enable", "0")
        write("kprobe_events", "")


def auto_recover(t, value):
    t.must(e1k.command("devlink", "health", "set", control.handle(t), "reporter", "tx",
                       "auto_recover", value))


def test(t):
    registers = Registers(t.pci)
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")

    # The ladder may heal before the watchdog looks: it is told to leave the hang alone.
    auto_recover(t, "false")
    before = timeouts(t)
    with traced() as seen, traffic.flood(t, sides=("nut",), pause=0):
        registers[TCTL] = registers[TCTL] & ~TCTL_EN
        t.check(e1k.wait_for(lambda: timeouts(t) > before), "the watchdog sees it")
        t.check(e1k.wait_for(lambda: "e1k_tx_hang" in seen()), "the driver is told", seen())
        # After its own look it would have come to that by itself
        t.check(e1k.wait_for(lambda: "serve heal_tx" in " ".join(
                    event for event in seen() if event != "e1k_tx_hang")),
                "the driver takes it up", seen())
    shown = control.devlink(t, "health", "show", control.handle(t), "reporter", "tx")
    shown = shown["health"][control.handle(t)][0]
    t.check(shown["state"] == "error" and shown["error"] and not shown["recover"],
            "it is reported, and left alone as it was told", shown)
    t.must(e1k.command("devlink", "health", "recover", control.handle(t), "reporter", "tx"))
    auto_recover(t, "true")
    t.check(stream.flows(), "asked to recover, the traffic goes on")

    # Either may come first now
    steps, resets = t.statistics()[STEP], t.statistics()["heal_resets"]
    with traffic.flood(t, sides=("nut",), pause=0):
        registers[TCTL] = registers[TCTL] & ~TCTL_EN
        t.check(e1k.wait_for(lambda: t.statistics()[STEP] > steps),
                f"a full queue that is stuck is healed: {STEP}")
    t.check(stream.flows(), "the traffic goes on by itself")
    if model.IS_QEMU:
        t.equal(t.statistics()["heal_resets"], resets, "the ring restarted, no reset was needed")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=11 if model.IS_QEMU else 10)
