#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""While a program is attached, rings, features, addresses and moderation change and the
program goes on; what cannot be together with XDP is refused with a reason, whichever
comes first, and what was there works on."""

import errno

from lib import e1k, frames, model, traffic, xdp


def test(t):
    programs = xdp.Programs("verdict", "one_buffer")
    seen = programs.map("seen", "=Q")
    xdp.attach(t, programs["one_buffer"])
    send = xdp.sending(frames.raw(t, "peer"))
    back = xdp.capturing(frames.capture(t, "peer", frames.ETH_P_TEST))
    stream = traffic.Stream(t)

    def works(text, result=None):
        """The program still decides, and nothing else suffers."""
        before = seen[xdp.TX]
        wrong = xdp.carried((60, 512, 1514), lambda size, number: xdp.frame(
            xdp.TX, size, number=number), send, back, xdp.swapped)
        good = not wrong and seen[xdp.TX] - before == 3 and stream.flows(1)
        t.check(good and result is not False, text, *wrong, *stream.wrong)

    for args in (("rx", 64), ("rx", 1024, "tx", 80), ("rx", 256, "tx", 256)):
        t.must(t.on_nut("ethtool", "-G", t.nut, *args))
        works(f"rings {' '.join(map(str, args))}")
    for feature in ("rx", "tx", "tso", "gro", "rxvlan", "txvlan", "sg"):
        t.must(t.features(feature, "off"))
        result = t.features(feature, "on")
        if feature != "tso" or model.HAS_TSO:
            t.must(result)
        works(f"{feature} off and on")
    t.must(t.link("mtu", 1280))
    works("MTU 1280")
    t.must(t.link("mtu", 1500))
    t.must(t.on_nut("ethtool", "-C", t.nut, "rx-usecs", 100))
    works("moderation")
    t.must(t.on_nut("ethtool", "-r", t.nut))
    e1k.wait_for(t.has_carrier, "the carrier after a new negotiation")
    works("a new negotiation")

    for what, on, off in (
            ("MTU 9000", lambda: t.link("mtu", 9000), lambda: t.link("mtu", 1500)),
            ("rx-fcs", lambda: t.features("rx-fcs", "on"), lambda: t.features("rx-fcs", "off")),
            ("rx-all", lambda: t.features("rx-all", "on"), lambda: t.features("rx-all", "off"))):
        result = on()
        works(f"{what} with a program of one buffer: refused", not result)
        xdp.detach(t)
        # A feature that was refused because of the program comes on when it goes.
        t.must(on())
        error, text = xdp.set_program(t, programs["one_buffer"])
        t.check(error == errno.EOPNOTSUPP and text,
                f"a program of one buffer with {what}: refused: {text}", error)
        t.must(off())
        xdp.attach(t, programs["one_buffer"])
    works("and all is well again")
    t.check(not stream.stop(), "every byte of TCP was the right one", *stream.wrong)


e1k.main(test, plan=21)
