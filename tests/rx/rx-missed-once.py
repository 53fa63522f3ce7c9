#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nics: e1000 e1000-82545em e1000-82544gc
"""What the NIC misses is counted, and once, however often one asks. QEMU keeps what comes while
the receiver is off, delivers it at once when that is on again, and drops what does not fit
the ring."""

from lib import control, e1k, frames

SENT, RING = 300, 64


def test(t):
    said = f"of {SENT} frames some are missed", "asking again counts none of them again"
    if "few-stats" in control.quirks(t):
        for text in said:
            t.skip(text, "this NIC does not count what it misses")
        return
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", RING))
    t.quiet()
    out = frames.raw(t, "peer")
    before = t.counter("rx_missed_errors")
    t.must(t.link("down"))
    for _ in range(SENT):
        out.send(frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, bytes(46)))
    t.must(t.link("up"))
    e1k.wait_for(t.has_carrier, "the carrier")
    e1k.wait_for(lambda: t.counter("rx_missed_errors") > before)
    missed = t.counter("rx_missed_errors")
    t.check(0 < missed - before <= SENT - RING // 2, said[0], missed - before)
    t.equal([t.counter("rx_missed_errors") for _ in range(3)], 3 * [missed], said[1])


e1k.main(test, plan=2)
