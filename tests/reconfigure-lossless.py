#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rings are replaced while numbered frames come in: they get other sizes, a program comes and
goes. Each frame is handed up, once and in its order."""

import struct
import threading

from lib import e1k, frames, xdp

ROUNDS = 12
BURST = 8


def number_of(frame):
    return struct.unpack_from("!I", frame, frames.ETH_HLEN)[0]


def test(t):
    program = xdp.Programs("verdict", "pass")["pass"]
    out = frames.raw(t, "peer")
    seen = frames.capture(t, "nut", frames.ETH_P_TEST)
    enough = threading.Event()

    def send():
        """Return: how many were sent, numbered from 0."""
        number = 0
        while not enough.wait(0.001):
            for _ in range(BURST):
                out.send(frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST,
                                      struct.pack("!I42x", number)))
                number += 1
        return number

    def none_is_lost(text, change):
        enough.clear()
        sender = e1k.in_background(send)
        got = []
        for step in range(ROUNDS):
            got.append(seen.next())
            change(step)
        enough.set()
        sent = sender.result()
        got = [number_of(frame) for frame in
               got + seen.until(lambda frame: number_of(frame) == sent - 1)]
        wrong = [f"{b} after {a}" for a, b in zip([-1] + got, got) if b != a + 1]
        t.check(not wrong, text, f"{sent} frames", *wrong[:5])

    none_is_lost(f"{ROUNDS} times another size: every frame came, in its order",
                 lambda step: t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 128 << step % 3)))
    none_is_lost(f"a program, {ROUNDS} times attached or detached: likewise",
                 lambda step: xdp.detach(t) if step % 2 else xdp.attach(t, program))
    t.equal(seen.dropped(), 0, "the socket had room for them")


e1k.main(test, plan=3)
