#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: qemu
"""Rings are replaced while numbered frames come in: they get other sizes, a program comes and
goes. Each frame is handed up, once and in its order, or the NIC says that it missed it:
what waits for it meanwhile may be more than the new ring holds."""

import struct
import threading

from lib import control, e1k, frames, xdp

ROUNDS = 20
BURST = 8
LAST = 0xffffffff


def number_of(frame):
    return struct.unpack_from("!I", frame, frames.ETH_HLEN)[0]


def test(t):
    program = xdp.Programs("verdict", "pass")["pass"]
    out = frames.raw(t, "peer")
    seen = frames.capture(t, "nut", frames.ETH_P_TEST)
    enough = threading.Event()

    def send_one(number):
        out.send(frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST,
                              struct.pack("!I42x", number)))

    def send():
        """Return: how many were sent, numbered from 0."""
        number = 0
        while not enough.wait(0.001):
            for _ in range(BURST):
                send_one(number)
                number += 1
        return number

    def all_that_came():
        """What waits, up to a frame that is sent when all others were."""
        got = []
        while LAST not in got:
            send_one(LAST)
            frame = seen.next(1)
            while frame:
                got.append(number_of(frame))
                frame = seen.next(0)
        return [number for number in got if number != LAST]

    def accounted(text, change):
        missed = t.counter("rx_missed_errors")
        enough.clear()
        sender = e1k.in_background(send)
        got = []
        for step in range(ROUNDS):
            got.append(number_of(seen.next()))
            change(step)
        enough.set()
        sent = sender.result()
        got += all_that_came()
        missed = t.counter("rx_missed_errors") - missed
        # QEMU's hub sends what it kept before what the NIC kept
        ordered = "rdt-drops" not in control.quirks(t)
        t.check(len(got) == len(set(got)) and (got == sorted(got) or not ordered),
                f"{text}: no frame comes twice or out of order")
        said = f"{text}: of {sent} none is lost unsaid"
        if "few-stats" in control.quirks(t):
            t.skip(said, "this NIC does not count what it misses")
        else:
            t.equal(sent - len(got), missed, f"{said} ({missed} missed)")

    accounted(f"{ROUNDS} times another size",
              lambda step: t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 128 << step % 3)))
    accounted(f"a program, {ROUNDS} times attached or detached",
              lambda step: xdp.detach(t) if step % 2 else xdp.attach(t, program))
    t.equal(seen.dropped(), 0, "the socket had room for them")


e1k.main(test, plan=5)
