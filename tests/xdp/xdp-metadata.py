#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a program puts before a frame as metadata reaches tc with the skb, for every
length of frame, and the frame is not changed by it."""

from lib import e1k, frames, traffic, xdp

# Multiples of 4; 32 is the most that all kernels allow.
LENGTHS = (4, 8, 32)


def test(t):
    programs = xdp.Programs("adjust", "one_buffer", "read_metadata")
    metadata = programs.map("metadata")
    result = programs.map("result", "=i")
    xdp.attach(t, programs["one_buffer"])
    xdp.attach_tc(t, programs["read_metadata"])
    sender = frames.raw(t, "peer")
    into = frames.capture(t, "nut", frames.ETH_P_TEST)

    def put(size, length):
        """The metadata that arrived, and what is wrong with the frame."""
        frame = xdp.frame(xdp.PASS, size, xdp.META, length)
        metadata[0] = 1
        sender.send(frame)
        wrong = traffic.difference(into.next(), frame)
        return e1k.wait_for(lambda: metadata[0] != 1) and metadata[0], wrong

    for length in LENGTHS:
        expected = 0xE1000000 | xdp.PASS << 16 | length, None
        seen = {put(size, length) for size in (60, 128, 256, 257, 600, 1514)}
        t.equal(seen, {expected}, f"{length} bytes before frames of all lengths")
    seen = put(60, 5)
    t.check(result[0] < 0 and seen == (0, None), "5 bytes: refused, the frame has none",
            result[0], seen)


e1k.main(test, plan=len(LENGTHS) + 1)
