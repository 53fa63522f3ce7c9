#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# guest: own
"""The kernel is locked down for confidentiality, as with secure boot: the NIC works, and all
that ethtool, devlink and XDP offer for it."""

import os

from lib import control, e1k, traffic, xdp

LOCK = "/sys/kernel/security/lockdown"
LEVEL = "confidentiality"


def lock(t):
    """There is no way back: the guest is for this test alone."""
    e1k.command("mount", "-t", "securityfs", "securityfs", "/sys/kernel/security")
    if not os.path.exists(LOCK):
        raise e1k.Skip("this kernel cannot be locked down")
    with open(LOCK, "w", encoding="ascii") as file:
        file.write(LEVEL)
    with open(LOCK, encoding="ascii") as file:
        t.check(f"[{LEVEL}]" in file.read(), f"the kernel is locked down: {LEVEL}")


def test(t):
    # Loaded before, as a signed one would be.
    lock(t)
    stream = traffic.Stream(t)
    t.check(stream.flows(), "TCP both ways")
    for args in (("-d",), ("-e",), ("-S",), ("-i",), ("-k",)):
        t.check(t.on_nut("ethtool", *args, t.nut), f"ethtool {args[0]}")
    t.check(t.on_nut("ethtool", "-G", t.nut, "rx", 512, "tx", 128), "ethtool -G")
    t.check(t.on_nut("ethtool", "-C", t.nut, "adaptive-rx", "off", "rx-usecs", 77), "ethtool -C")
    t.check(control.dump(t, "rx")["registers"] and control.diagnose(t, "tx")["running"],
            "devlink: a dump and a diagnosis")
    programs = xdp.Programs("verdict", "one_buffer")
    xdp.attach(t, programs["one_buffer"])
    t.check(stream.flows(), "a program is attached, the traffic goes on", *stream.wrong)
    t.down_up()
    t.check(stream.flows(), "down and up, the traffic goes on", *stream.wrong)
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)
    t.check(t.on_nut("ethtool", "-t", t.nut, "offline"), "ethtool -t offline")
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "the peer answers")


e1k.main(test, plan=15)
