#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""After an offline self-test the NIC does not come back from its reset: the test fails, the
interface is not there for anybody until the NIC is, then it works again by itself."""

from lib import e1k, hostile


def test(t):
    hostile.arm("reset-stuck")
    result = t.on_nut("ethtool", "-t", t.nut, "offline")
    t.check(not result and "FAIL" in result.out, "the self-test fails", result)
    settings = t.on_nut("ethtool", "-g", t.nut)
    t.check(not settings and "No such device" in settings.out,
            "the interface is detached: nothing is asked of it", settings)
    t.check(not t.has_carrier(), "it has no carrier")
    hostile.disarm()
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "the NIC is back: the peer answers")
    t.check(t.on_nut("ethtool", "-g", t.nut), "and it can be asked")


e1k.main(test, plan=5)
