#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# heals: yes
# nic: datasheet, 82574
"""Rings that are exchanged again and again are not hung, though each time the NIC has not sent
what is on them: only a ring that has not begun anew since can have stood still."""

import socket
import threading
import time

from lib import e1k, frames, hostile

# Hangs are looked for every 2 s, and one is to be seen twice.
RUN_S, OFTEN_S = 16, 1
TRIES = 6


def send(out, over):
    """Frames, one after the other, as far as there is a ring."""
    one = hostile.frame(100)
    while not over.wait(0.0005):
        try:
            out.send(one, socket.MSG_DONTWAIT)
        except OSError:
            pass


def exchanges(t, out):
    """Exchange rings of a NIC that sends nothing; the longest time that one was there."""
    over = threading.Event()
    sender = threading.Thread(target=send, args=(out, over))
    hostile.arm("tx-stall")
    sender.start()
    longest, size = 0.0, 128
    last = begin = time.monotonic()
    while last < begin + RUN_S:
        size = 384 - size
        t.must(t.on_nut("ethtool", "-G", t.nut, "tx", size))
        now = time.monotonic()
        last, longest = now, max(longest, now - last)
        time.sleep(0.1)
    over.set()
    sender.join()
    hostile.disarm()
    # The NIC still knows nothing of what is on this one
    t.must(t.on_nut("ethtool", "-G", t.nut, "tx", 64))
    return longest


def test(t):
    t.quiet()
    out = frames.raw(t, "nut")
    for _ in range(TRIES):
        before = t.statistics()["heal_kicks"]
        longest = exchanges(t, out)
        kicks = t.statistics()["heal_kicks"] - before
        if longest < OFTEN_S:
            break
    else:
        raise e1k.Skip("this machine is too slow: a ring was there for longer than hangs take")
    t.check(not kicks, "no exchanged ring is taken for a hung one", kicks, f"{longest:.2f} s at most")
    hostile.survived(t, "rings that are exchanged")


e1k.main(test, plan=2)
