#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A program moves the start of a frame both ways, into all the headroom that there is;
what is passed on or sent back is the frame from its new start, byte for byte."""

from lib import control, e1k, frames, xdp

# What the kernel keeps of a frame in its headroom, at most
KEPT = 48
HEADROOM_MIN = 192
SIZES = (60, 61, 200, 1000, 1514)
EATEN, GROWN = (1, 4, 20, 40), (1, 4, 64, 128, HEADROOM_MIN - KEPT)


def wrong_bytes(seen, frame, delta, verdict):
    """What is wrong with what became of the frame, or None."""
    eth = (xdp.swapped(frame) if verdict == xdp.TX else frame)[:frames.ETH_HLEN]
    # The content of the headroom is unknown.
    body = frame[max(frames.ETH_HLEN + delta, 0):]
    length = len(frame) - delta
    # The NIC pads what is too short.
    if len(seen) != (max(length, frames.ETH_ZLEN) if verdict == xdp.TX else length):
        return f"{len(seen)} bytes instead of {length}"
    if not seen.startswith(eth) or not seen[frames.ETH_HLEN:length].endswith(body):
        return f"other bytes in a frame of {length}"
    return None


def test(t):
    programs = xdp.Programs("adjust", "one_buffer")
    result = programs.map("result", "=i")
    xdp.attach(t, programs["one_buffer"])
    sender = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    back = frames.capture(t, "peer", frames.ETH_P_TEST)

    def adjust(verdict, size, delta):
        frame = xdp.frame(verdict, size, xdp.HEAD, delta)
        sender.send(frame)
        seen = (into if verdict == xdp.PASS else back).next()
        return wrong_bytes(seen, frame, delta, verdict)

    headroom = control.ring(t, "rx")["headroom"]
    t.check(headroom >= HEADROOM_MIN, f"the headroom is at least {HEADROOM_MIN}", headroom)
    for verdict, name in ((xdp.PASS, "passed"), (xdp.TX, "sent back")):
        wrong = [adjust(verdict, size, delta) for size in SIZES for delta in EATEN]
        t.check(not any(wrong), f"shortened and {name}", *filter(None, wrong))
        wrong = [adjust(verdict, size, -delta) for size in SIZES for delta in GROWN
                 if size + delta <= 1514]
        t.check(not any(wrong), f"lengthened by up to {GROWN[-1]} and {name}",
                *filter(None, wrong))

    for delta, text in ((-headroom, "more than there is"), (60 - 13, "less than a header left")):
        sender.send(xdp.frame(xdp.PASS, 60, xdp.HEAD, delta))
        seen = into.next()
        t.check(result[0] < 0 and len(seen) == 60, f"{text}: refused, the frame is whole",
                result[0], len(seen))


e1k.main(test, plan=7)
