#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: phy_writes
"""Pause frames are switched as asked, forced or negotiated, and ethtool tells what
came of the negotiation: no emulated partner pauses."""

import itertools
import re

from lib import control, e1k


def pause(t):
    """ethtool -a as a dictionary."""
    out = t.must(t.on_nut("ethtool", "-a", t.nut)).out
    return {name: value == "on" for name, value in re.findall(r"^(.*?):\s+(on|off)$", out, re.M)}


def mac(t):
    """Whether the MAC honours and sends pause frames."""
    ctrl = control.registers(t)["CTRL"]
    return bool(ctrl & control.CTRL_RFCE), bool(ctrl & control.CTRL_TFCE)


def asked_to_negotiate(t, text):
    """On a forced link: refused with a word why, and nothing has changed."""
    before, flags = pause(t), mac(t)
    e1k.command("dmesg", "-C")
    result = t.on_nut("ethtool", "-A", t.nut, "autoneg", "on")
    log = e1k.command("dmesg").out
    t.check(not result and "Invalid argument" in result.out
            and "pause cannot be negotiated on a forced link" in log, text, result, log)
    t.equal((pause(t), mac(t)), (before, flags), f"{text}: all is as before")


def test_forced(t):
    """No partner to agree with: what is asked for is done, negotiation refused."""
    for before in ("off", "on"):
        t.must(t.on_nut("ethtool", "-A", t.nut, "autoneg", before, "rx", "on", "tx", "off"))
        t.must(t.on_nut("ethtool", "-s", t.nut, "autoneg", "off", "speed", "100",
                        "duplex", "full"))
        e1k.wait_for(lambda: t.has_carrier() and mac(t) == (True, False))
        t.equal((pause(t), mac(t)), ({"Autonegotiate": False, "RX": True, "TX": False},
                                     (True, False)),
                f"forced link, pause negotiated {before}: it does as it is told")
        asked_to_negotiate(t, f"forced link, pause negotiated {before}: asking for it is refused")
        t.must(t.on_nut("ethtool", "-s", t.nut, "autoneg", "on", "advertise", "0x2f"))
        e1k.wait_for(t.has_carrier, "carrier")
        t.equal(pause(t)["Autonegotiate"], before == "on",
                f"forced no more: pause negotiated {before}, as it was")


def test(t):
    for rx, tx in itertools.product((True, False), repeat=2):
        words = [f"{name} {'on' if on else 'off'}" for name, on in (("rx", rx), ("tx", tx))]
        t.must(t.on_nut("ethtool", "-A", t.nut, "autoneg", "off", *" ".join(words).split()))
        t.check(e1k.wait_for(lambda rx=rx, tx=tx: mac(t) == (rx, tx)),
                f"forced {', '.join(words)}: the MAC does so", mac(t))
        t.equal(pause(t), {"Autonegotiate": False, "RX": rx, "TX": tx},
                f"forced {', '.join(words)}: ethtool says so")
        t.check(t.ping(), f"forced {', '.join(words)}: the peer answers")
    # The last two were off, which ethtool would leave as they are.
    t.must(t.on_nut("ethtool", "-A", t.nut, "autoneg", "on", "rx", "on", "tx", "on"))
    out = t.must(t.on_nut("ethtool", t.nut)).out
    t.check("Advertised pause frame use: Symmetric" in out, "negotiated: it is advertised", out)
    # An agreement shows only while the link is up.
    told = "Link partner advertised pause frame use: "
    e1k.wait_for(lambda: told in t.on_nut("ethtool", t.nut).out, "the partner's answer")
    partner = f"{told}No" not in t.on_nut("ethtool", t.nut).out
    e1k.wait_for(lambda: mac(t) == (partner, partner))
    t.equal(mac(t), (partner, partner), "negotiated: the MAC does what the partner agrees to")
    seen = pause(t)
    t.equal((seen.get("RX negotiated", False), seen.get("TX negotiated", False)),
            (partner, partner), "negotiated: ethtool tells the outcome")
    t.must(t.on_nut("ethtool", "-A", t.nut, "rx", "off", "tx", "off"))
    out = t.must(t.on_nut("ethtool", t.nut)).out
    t.check("Advertised pause frame use: No" in out, "off: it is not advertised", out)
    t.check(e1k.wait_for(t.has_carrier) and t.ping(), "the peer answers")
    out = t.must(t.on_nut("ethtool", "-I", "-a", t.nut)).out
    t.check("tx_pause_frames: 0" in out and "rx_pause_frames: 0" in out,
            "no pause frame was counted", out)
    test_forced(t)
    t.check(t.ping(), "the peer answers at the end")


e1k.main(test, plan=27)
