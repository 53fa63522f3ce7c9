#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: virtualbox
"""VirtualBox ends a frame of several buffers where it finds no more of them, and begins the
next one in the next buffer. The first is dropped, and never joined with the second."""

from lib import e1k, frames, xdp

MTU, SIZE = 9000, 9014
BURST, ROUNDS = 40, 40


def test(t):
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 64))
    t.mtu(MTU)
    # With a program for frames in several buffers each buffer has 2048 bytes.
    xdp.attach(t, xdp.Programs("verdict", "frags")["frags"])
    out = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    # Random bytes: two frames that were joined are like none of these.
    burst = [xdp.incoming(SIZE, number) for number in range(BURST)]
    last = xdp.incoming(60, BURST)
    for _ in range(ROUNDS):
        for frame in burst:
            out.send(frame)
        if t.counter("rx_length_errors"):
            break
    t.check(t.counter("rx_length_errors"), "frames were cut", t.counter("rx_missed_errors"))
    t.check(t.ping(), "the peer answers")
    out.send(last)
    seen = into.until(lambda frame: frame == last)
    strange = [frame for frame in seen[:-1] if frame not in burst]
    t.check(len(seen) > 1 and not strange, f"{len(seen)} frames came, each one that was sent",
            *(f"{len(frame)} bytes: {frame[:40].hex()}" for frame in strange[:5]))


e1k.main(test, plan=3)
