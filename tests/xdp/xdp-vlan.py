#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A frame with a VLAN tag goes through a program that passes it, sends it back or on,
with the tag that it had, with VLAN offload on and off."""

from lib import e1k, frames, traffic, xdp

TCI = 3 << 13 | 100
SIZES = (60, 300, 1514)


def test(t):
    programs = xdp.Programs("verdict", "tagged")
    xdp.attach(t, programs["tagged"])
    # So that both NICs let the tag through
    t.defer(e1k.command, "ip", "link", "del", "dev", "vl")
    for args, dev in ((("-n", "nut"), t.nut), ((), t.peer)):
        t.must(e1k.command("ip", *args, "link", "add", "link", dev, "name", "vl", "type", "vlan",
                           "id", TCI & 0xFFF))
        t.must(e1k.command("ip", *args, "link", "set", "dev", "vl", "up"))
    sender = frames.raw(t, "peer")
    into, back = frames.capture(t, "nut"), frames.capture(t, "peer")
    for offload in ("on", "off"):
        t.must(t.features("rxvlan", offload))
        t.must(t.features("txvlan", offload))
        for verdict, capture, name in ((xdp.PASS, into, "passed"), (xdp.TX, back, "sent back")):
            wrong = []
            for size in SIZES:
                frame = frames.vlan(xdp.frame(verdict, size), TCI)
                sender.send(frame)
                expected = xdp.swapped(frame) if verdict == xdp.TX else frame
                seen = capture.until(lambda f, tail=frame[40:]: f.endswith(tail))[-1]
                wrong += filter(None, [traffic.difference(seen, expected)])
            t.check(not wrong, f"offload {offload}: {name} with its tag", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=5)
