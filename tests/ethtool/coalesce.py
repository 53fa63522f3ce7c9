#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: throttling
"""Interrupts are spaced as asked on every model: the registers hold what ethtool
tells, the change takes no link down and loses no packet."""

import re

from lib import control, e1k, traffic

ITR_NS, DELAY_NS = 256, 1024
ADAPTIVE = re.compile(r"Adaptive RX: (\w+)\s+TX: (\w+)")


def coalesce(t):
    """rx-usecs, tx-usecs, adaptive-rx, adaptive-tx"""
    out = t.must(t.on_nut("ethtool", "-c", t.nut)).out
    usecs = [int(re.search(rf"^{name}-usecs:\s+(\d+)", out, re.M)[1]) for name in ("rx", "tx")]
    return (*usecs, *ADAPTIVE.search(out).groups())


def change(t, *args):
    t.must(t.on_nut("ethtool", "-C", t.nut, *args))


def spacing(t):
    """What ITR has."""
    return control.registers(t)["ITR"]


def units(usecs, ns):
    """A register's value may be rounded either way."""
    return usecs * 1000 // ns, -(-usecs * 1000 // ns)


def test_tx(t, ping, msix):
    for tx in (0, 1, 50, 1000, 67107):
        if tx and msix:
            for text in ("ethtool and TADV say so", "the peer answers"):
                t.skip(f"tx-usecs {tx}: {text}", "MSI-X has no such delay")
            continue
        change(t, "tx-usecs", tx)
        seen = control.registers(t)
        t.check(coalesce(t)[1] == tx and seen["TADV"] in units(tx, DELAY_NS)
                and seen["TIDV"] in (0, *units(tx, DELAY_NS)),  # QEMU: write-only
                f"tx-usecs {tx}: ethtool and TADV say so", coalesce(t),
                f"TIDV {seen['TIDV']}, TADV {seen['TADV']}")
        t.check(ping.answered(20), f"tx-usecs {tx}: the peer answers")


def test(t):
    msix = len(t.irqs()) > 1
    # With it a queue's interrupts are all spaced by rx-usecs
    own = 0 if msix else 3
    control.set_queues(t, 1)
    changes = control.carrier_changes(t)
    with control.Pinging() as ping:
        for rx in (0, 1, 20, 128, 1000, 16776):
            change(t, "rx-usecs", rx)
            itr = control.registers(t)["ITR"]
            t.check(coalesce(t)[0] == rx and itr in units(rx, ITR_NS),
                    f"rx-usecs {rx}: ethtool and ITR say so", coalesce(t), f"ITR {itr}")
        change(t, "rx-usecs", 20)
        test_tx(t, ping, msix)
        change(t, "rx-usecs", 77, "tx-usecs", own)
        t.equal(coalesce(t), (77, own, "off", "off"), "both at once")
        t.equal(ping.lost(), 0, "not one ping was lost")
    t.equal(control.carrier_changes(t), changes, "the link was up all the while")

    t.down_up()
    seen = control.registers(t)
    t.check(seen["ITR"] in units(77, ITR_NS) and seen["TADV"] in units(own, DELAY_NS),
            "they outlive down and up", seen)
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))
    seen = control.registers(t)
    t.check(seen["ITR"] in units(77, ITR_NS) and seen["TADV"] in units(own, DELAY_NS),
            "they outlive a reset", seen)
    e1k.wait_for(t.has_carrier, "the carrier")
    changes += 2

    both = "off" if msix else "on"
    change(t, "adaptive-rx", "on", "adaptive-tx", both)
    t.equal(coalesce(t)[2:], ("on", both), "adaptive: ethtool says so")
    stream = traffic.Stream(t)
    fixed = units(77, ITR_NS)
    t.check(e1k.wait_for(lambda: stream.flows() and spacing(t) not in fixed),
            "adaptive: traffic moves the spacing")
    change(t, "adaptive-rx", "off", "adaptive-tx", "off")
    seen = control.registers(t)
    t.check(stream.flows() and spacing(t) in fixed and seen["TADV"] in units(own, DELAY_NS),
            "adaptive no more: what was set is used again", seen)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)

    t.must(t.link("down"))
    change(t, "rx-usecs", 50)
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    changes += 2
    t.check(control.registers(t)["ITR"] in units(50, ITR_NS), "what was set while down is used")
    t.check(e1k.wait_for(lambda: control.carrier_changes(t) >= changes), "carrier is counted")


e1k.main(test, plan=27)
