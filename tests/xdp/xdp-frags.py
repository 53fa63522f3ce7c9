#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""At a jumbo MTU a program that knows of frames in several buffers gets them whole:
passed, sent back and grown or cut at the end, every byte. One that does not is refused
with a reason."""

import errno

from lib import e1k, frames, traffic, xdp

MTU = 9000
SIZES = (60, 1514, 1515, 4000, 4096, 4097, 8190, 8192, 8193, 9000, 9013, 9014)
DELTAS = (-1, -100, -3000, -8000, 1, 100)


def test(t):
    t.mtu(MTU)
    t.peer_gro_off()
    error, text = xdp.set_program(t, xdp.Programs("verdict", "one_buffer")["one_buffer"])
    t.check(error in (errno.EINVAL, errno.EOPNOTSUPP) and text,
            f"a program of one buffer is refused: {text}")
    t.check(t.ping(), "and the peer answers")

    programs = xdp.Programs("verdict", "frags")
    xdp.attach(t, programs["frags"])
    send = xdp.sending(frames.raw(t, "peer"))
    into = xdp.capturing(frames.capture(t, "nut", frames.ETH_P_TEST))
    capture = frames.capture(t, "peer", frames.ETH_P_TEST)
    back = xdp.capturing(capture)
    wrong = xdp.carried(SIZES, xdp.incoming, send, into)
    t.check(not wrong, f"{len(SIZES)} lengths up to {SIZES[-1]} passed, every byte", *wrong)
    wrong = xdp.carried(SIZES, lambda size, number: xdp.frame(xdp.TX, size, number=number),
                        send, back, xdp.swapped)
    t.check(not wrong, "sent back, every byte", *wrong)

    stream = traffic.Stream(t)
    t.check(stream.flows(), "TCP runs beside it")
    error, text = xdp.set_program(t, xdp.Programs("verdict", "one_buffer")["one_buffer"])
    t.check(error and text and xdp.state(t)[0] == xdp.NATIVE,
            "it cannot be replaced by one of one buffer")
    t.check(stream.flows() and not stream.stop(), "TCP runs on, every byte right", *stream.wrong)

    xdp.attach(t, xdp.Programs("adjust", "frags")["frags"])
    wrong = []
    for delta in DELTAS:
        for size in SIZES:
            if frames.ETH_ZLEN <= size + delta <= MTU + frames.ETH_HLEN:
                frame = xdp.frame(xdp.TX, size, xdp.TAIL, delta)
                send([frame])
                sent = xdp.swapped(frame)[:size + delta] + bytes(max(delta, 0))
                wrong += filter(None, [traffic.difference(capture.next(), sent)])
    t.check(not wrong, "grown and cut at the end, and sent back", *wrong[:5])
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=9)
