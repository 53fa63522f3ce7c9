#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
# root: disk
# peer: e1000e
"""A snapshot is taken under traffic, the NIC is set otherwise, and the machine goes back to
the snapshot: traffic and settings are as they were when it was taken."""

from lib import e1k, power


def test(t):
    load = power.Load(t)
    t.check(load.stream.flows(), "traffic runs", *load.stream.wrong)
    if e1k.json.loads(power.qmp(t, "x-migrate"))["times"] == 1:
        # A life that will never have been; only what goes wrong in it may be reported.
        t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 64, "tx", 64))
        t.must(e1k.command("ip", "-n", "nut", "link", "del", "vlan7"))
        if not load.stream.flows():
            raise RuntimeError("no traffic after the snapshot was taken")
        power.qmp(t, "x-migrate", back=True)
        raise RuntimeError("the machine did not go back")
    wrong = load.difference()
    t.check(not wrong, "gone back: all is as it was", wrong)
    wrong = load.stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


e1k.main(test, plan=3)
