#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: counters
"""The standard groups of ethtool -S (eth-mac, eth-ctrl, rmon, pause) grow by exactly
what crossed the wire; asking twice counts nothing twice. Of a NIC that has few counters
no others are shown."""

import json

from lib import control, e1k, frames

GROUP, BROADCAST = "01:00:5e:11:22:33", "ff:ff:ff:ff:ff:ff"
FCS = 4
BOUNDS = (64, 127, 255, 511, 1023, 16128)
# Each on both sides of a bound of the size classes, without the FCS
SIZES = (60, 61, 123, 124, 251, 252, 507, 508, 1019, 1020, 1514)


# What there is in any case
FEW = {"FramesTransmittedOK", "FramesReceivedOK"}


def groups(t):
    """Every counter by one name."""
    out = json.loads(t.must(t.on_nut("ethtool", "--json", "-S", t.nut, "--all-groups")).out)[0]
    counters = {}
    for group in ("eth-mac", "eth-ctrl", "eth-phy", "rmon"):
        for name, value in out.get(group, {}).items():
            if isinstance(value, list):
                for row in value:
                    counters[f"{name[:2]} {row['low']}-{row['high']}"] = row["val"]
            else:
                counters[name] = value
    return counters


def growth(before, after):
    """What has changed, and by how much."""
    return {name: after[name] - value for name, value in before.items() if after[name] != value}


def expected(way, sizes, kind, classed=FCS, octets=FCS):
    """What these frames add in this direction, RFC 2819 and IEEE 802.3 clause 30.

    QEMU puts received frames into size classes without their FCS (classed=0): one of
    60 bytes is in none. The 82574L of QEMU 7.2 has sent ones so, too, and in the
    octets (octets=0).
    """
    words = {"rx": ("FramesReceivedOK", "OctetsReceivedOK", "FramesReceivedOK"),
             "tx": ("FramesTransmittedOK", "OctetsTransmittedOK", "FramesXmittedOK")}[way]
    sizes = [size + FCS for size in sizes]
    grown = {words[0]: len(sizes), words[1]: sum(sizes) - len(sizes) * (FCS - octets)}
    if kind != "unicast":
        grown[f"{kind}{words[2]}"] = len(sizes)
    low = 0
    for high in BOUNDS:
        count = sum(low <= size - FCS + classed <= high and size - FCS + classed >= 64
                    for size in sizes)
        if count:
            grown[f"{way} {low}-{high}"] = count
        low = high + 1
    return grown


def test(t):
    t.quiet()
    joined = frames.capture(t, "nut")
    joined.member(frames.PACKET_MR_MULTICAST, GROUP)
    first = groups(t)
    few = "few-stats" in control.quirks(t)
    t.equal(set(first) == FEW, few, "all counters are shown, or those few that there are")
    t.equal(groups(t), first, "asking again counts nothing again")
    for way, sender, receiver in (("rx", "peer", "nut"), ("tx", "nut", "peer")):
        out, into = frames.raw(t, sender), frames.capture(t, receiver, frames.ETH_P_TEST)
        into.member(frames.PACKET_MR_MULTICAST, GROUP)
        src, own = ((e1k.PEER_MAC, e1k.NUT_MAC) if sender == "peer"
                    else (e1k.NUT_MAC, e1k.PEER_MAC))
        for kind, dst in (("unicast", own), ("Multicast", GROUP), ("Broadcast", BROADCAST)):
            before = groups(t)
            sizes = SIZES * 3
            for size in sizes:
                out.send(frames.ether(dst, src, frames.ETH_P_TEST,
                                      bytes(size - frames.ETH_HLEN)))
            for _ in sizes:
                if not into.next():
                    break
            seen, right = growth(before, groups(t)), expected(way, sizes, kind)
            if few:
                right = {name: right[name] for name in FEW & set(right)}
            other = expected(way, sizes, kind, classed=0, octets=0 if way == "tx" else FCS)
            if control.counts_multicast_twice(t):
                right = other
                if (way, kind) == ("rx", "Multicast"):
                    right["MulticastFramesReceivedOK"] *= 2
            elif way == "rx" and seen == other:
                right = seen
            t.equal(seen, right,
                    f"{way}: {len(sizes)} {kind.lower()} frames")
    before = groups(t)
    t.down_up()
    t.must(t.on_nut("ethtool", "--reset", t.nut, "all"))
    e1k.wait_for(t.has_carrier, "carrier")
    t.equal(growth(before, groups(t)), {}, "down, up and a reset change nothing")
    out = t.must(t.on_nut("ethtool", "-I", "-a", t.nut)).out
    t.check("tx_pause_frames: 0" in out and "rx_pause_frames: 0" in out,
            "no pause frame crossed the wire, none was counted", out)


e1k.main(test, plan=10)
