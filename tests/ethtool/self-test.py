#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 180
"""ethtool -t tells the truth: all is well, up or down and under traffic, a pulled
cable is seen, and afterwards everything is as it was."""

import re

from lib import control, e1k, model, traffic

TESTS = {"Registers", "EEPROM", "Interrupt", "Loopback", "Link"}


def self_test(t, mode):
    """(verdict, results by name)"""
    out = t.on_nut("ethtool", "-t", t.nut, mode).out
    results = {name.split()[0]: int(value) for name, value in
               re.findall(r"^(\w+ .*?)\t ?(-?\d+)$", out, re.M)}
    verdict = re.search(r"result is (\w+)", out)
    return verdict and verdict[1], results


def passes(t, mode, text):
    t.equal(self_test(t, mode), ("PASS", dict.fromkeys(TESTS, 0)), text)


def test(t):
    # Something to be lost: filters, moderation, rings, features.
    model.moderate(t, 50)
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 512, "tx", 128))
    t.must(t.features("gro", "off", "rx-fcs", "on"))
    for args in (("add", "link", t.nut, "name", "vl", "type", "vlan", "id", 7),
                 ("set", "dev", "vl", "up")):
        t.must(e1k.command("ip", "-n", "nut", "link", *args))
    e1k.wait_for(t.has_carrier, "carrier")
    before, rctl = control.settings(t), control.rctl(t)

    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    changes = control.carrier_changes(t)
    passes(t, "online", "online under traffic")
    t.equal(control.carrier_changes(t), changes, "online the link stays up")
    for i in (1, 2, 3):
        passes(t, "offline", f"offline under traffic ({i})")
        t.check(stream.flows(), f"the traffic goes on ({i})")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.equal(control.settings(t), before, "all settings are as before")
    t.equal(control.rctl(t), rctl, "RCTL is as before")
    t.equal(control.registers(t)["ITR"], 50000 // 256 if model.ROW.throttling else 0,
            "ITR is as before")

    pulled_cable(t)

    t.must(t.link("down"))
    # If that took a reset the link may be gone for seconds, and the test says so.
    e1k.wait_for(lambda: not self_test(t, "online")[1]["Link"], "the link")
    passes(t, "online", "online while down")
    passes(t, "offline", "offline while down")
    t.check("state DOWN" in e1k.command("ip", "-n", "nut", "link", "show", t.nut).out,
            "it stays down")
    t.must(t.link("up"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "up again: the peer answers")


def pulled_cable(t):
    """The link fails, and nothing else that can be tested without it."""
    if not model.ROW.link_events:
        for text in ("online", "offline", "put back"):
            t.skip(f"cable pulled, {text}", "the link of this NIC is always up")
        return
    t.cable(False)
    t.defer(t.cable, True)
    e1k.wait_for(lambda: not t.has_carrier(), "the loss of the carrier")
    verdict, results = self_test(t, "online")
    t.check(verdict == "FAIL" and results.pop("Link", 0)
            and results == dict.fromkeys(TESTS - {"Link"}, 0),
            "cable pulled, online: the link fails, nothing else", verdict, results)
    verdict, results = self_test(t, "offline")
    t.check(verdict == "FAIL" and results.pop("Link", 0)
            and not results["Registers"] and not results["EEPROM"] and not results["Interrupt"],
            "cable pulled, offline: the link fails, registers, EEPROM and interrupt do not",
            verdict, results)
    t.cable(True)
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "put back: the peer answers")


e1k.main(test, plan=20)
