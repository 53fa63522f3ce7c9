#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A program moves the end of a frame both ways; what grows is zero. A frame that is cut
down to nothing but its header still goes where the program lets it go."""

from lib import e1k, frames, traffic, xdp

SIZES = (60, 61, 200, 1000, 1400)
DELTAS = (-1, -4, -46, -500, 1, 4, 64, 114)


def resized(frame, delta):
    return frame[:len(frame) + delta] + bytes(max(delta, 0))


def test(t):
    programs = xdp.Programs("adjust", "one_buffer")
    result = programs.map("result", "=i")
    xdp.attach(t, programs["one_buffer"])
    sender = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)
    back = frames.capture(t, "peer", frames.ETH_P_TEST)

    def adjust(verdict, size, delta):
        frame = xdp.frame(verdict, size, xdp.TAIL, delta)
        sender.send(frame)
        if verdict == xdp.PASS:
            return traffic.difference(into.next(), resized(frame, delta))
        # The NIC pads what is too short.
        sent = resized(xdp.swapped(frame), delta).ljust(frames.ETH_ZLEN, b"\0")
        return traffic.difference(back.next(), sent)

    for verdict, name in ((xdp.PASS, "passed"), (xdp.TX, "sent back")):
        wrong = [adjust(verdict, size, delta) for size in SIZES for delta in DELTAS
                 if size + delta >= frames.ETH_HLEN]
        t.check(not any(wrong), f"shortened and lengthened, and {name}", *filter(None, wrong))
        wrong = [adjust(verdict, size, frames.ETH_HLEN - size) for size in SIZES]
        t.check(not any(wrong), f"only the header is left, and {name}", *filter(None, wrong))

    for delta, text in ((-47, "shorter than a header"), (4096, "longer than the buffer")):
        frame = xdp.frame(xdp.PASS, 60, xdp.TAIL, delta)
        sender.send(frame)
        seen = into.next()
        t.check(result[0] < 0 and seen == frame, f"{text}: refused, the frame is whole",
                result[0], len(seen))
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=7)
