#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
"""Several features at once, one of which needs a PHY that does not answer: none of
them is changed, in the driver's word and in the NIC, and traffic goes on."""

import re

from lib import control, e1k, hostile, traffic

RCTL_SBP = 1 << 2


def state(t):
    """Which features are said to be on, and what the NIC does about rx-all."""
    out = t.must(t.on_nut("ethtool", "-k", t.nut)).out
    return re.findall(r"^\s*([\w-]+): on", out, re.M), control.rctl(t) & RCTL_SBP


def test(t):
    stream = traffic.Stream(t)
    t.check(stream.flows(1 << 14), "traffic runs")
    before = state(t)
    for how in ("dead", "error"):
        hostile.arm("phy", how=how)
        result = t.features("rx-all", "on", "loopback", "on")
        t.check(not result or "Could not change" in result.out,
                f"PHY {how}: rx-all and loopback are refused", result)
        t.equal(state(t), before, f"PHY {how}: nothing has changed")
        t.check(stream.flows(1 << 14), f"PHY {how}: the traffic goes on", *stream.wrong)
        hostile.disarm()
        # The stack would try again with the next change: the request is withdrawn.
        t.must(t.features("rx-all", "off", "loopback", "off"))
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.must(t.features("rx-all", "on", "loopback", "on"))
    names, sbp = state(t)
    t.check({"rx-all", "loopback"} <= set(names) and sbp, "the PHY answers: both are on", names)
    t.must(t.features("rx-all", "off", "loopback", "off"))
    hostile.survived(t, "off again")
    t.equal(state(t), before, "off again: as before")


e1k.main(test, plan=11)
