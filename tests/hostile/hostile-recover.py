#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet
# allow-log: NETDEV WATCHDOG
# timeout: 240
"""A hang that is left alone, and then a NIC whose reset does not end: to recover is
refused with the error, the reporter says so, and once the NIC is whole it is back."""

import socket

from lib import control, e1k, hostile


def reporter(t):
    shown = control.devlink(t, "health", "show", control.handle(t), "reporter", "tx")
    return shown["health"][control.handle(t)][0]


def test(t):
    t.quiet()
    args = (control.handle(t), "reporter", "tx")
    t.must(e1k.command("devlink", "health", "set", *args, "auto_recover", "false"))
    steps, failed = t.statistics()["heal_resets"], t.statistics()["heal_reset_failures"]
    hostile.arm("tx-stall", until="reset")
    sock = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    sock.sendto(b"x", (e1k.PEER_IP, 9))
    t.check(e1k.wait_for(lambda: reporter(t)["state"] == "error")
            and t.statistics()["heal_resets"] == steps, "a hang is reported and left alone",
            reporter(t))
    hostile.arm("reset-stuck")
    result = e1k.command("devlink", "health", "recover", *args)
    t.check(not result and "timed out" in result.out, "a reset that does not end: refused", result)
    shown = reporter(t)
    t.check(shown["state"] == "error" and not shown["recover"]
            and t.statistics()["heal_reset_failures"] > failed, "it is not called healthy", shown)
    t.equal(control.devlink(t, "health", "diagnose", *args)["running"], False, "nor running")
    hostile.disarm()
    t.check(e1k.wait_for(lambda: reporter(t)["state"] == "healthy", patience=120),
            "the NIC is whole: healthy", reporter(t))
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "the peer answers")


e1k.main(test, plan=6)
