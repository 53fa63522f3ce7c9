#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Features are switched off and on while TCP runs, and not a byte is lost."""

from lib import e1k, traffic

FEATURES = ("rx", "tx", "sg", "tso", "gso", "gro", "rxvlan", "txvlan", "rx-vlan-filter",
            "tx-nocache-copy", "rx-all", "rx-fcs", "highdma")


def test(t):
    stream = traffic.Stream(t)
    t.check(stream.flows(), "traffic runs")
    known = t.must(t.on_nut("ethtool", "-k", t.nut)).out
    long_names = {"rx": "rx-checksumming", "tx": "tx-checksumming", "sg": "scatter-gather",
                  "tso": "tx-tcp-segmentation", "gso": "generic-segmentation-offload",
                  "gro": "generic-receive-offload", "rxvlan": "rx-vlan-offload",
                  "txvlan": "tx-vlan-offload"}
    for feature in FEATURES:
        name = long_names.get(feature, feature)
        state = next((line.split(": ")[1] for line in known.splitlines()
                      if line.strip().startswith(f"{name}: ")), "absent")
        if "fixed" in state or state == "absent":
            t.skip(name, state)
            continue
        other = "off" if state.startswith("on") else "on"
        good = all(t.must(t.features(feature, value)) and stream.flows()
                   for value in (other, state.split()[0]))
        t.check(good, f"{name}: switched, the traffic goes on")
    wrong = stream.stop()
    t.check(not wrong, "every byte was the right one", *wrong)


e1k.main(test, plan=len(FEATURES) + 2)
