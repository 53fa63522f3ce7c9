#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Jumbo frames in several chunks of a zero-copy socket, received and sent, every byte.
Where the kernel has it."""

import errno

from lib import e1k, frames, xdp, xsk

MTU = 9000
SIZES = (60, 1514, 2048, 2049, 4095, 4096, 4097, 6000, 8192, 9000, 9014)


def test(t):
    t.mtu(MTU)
    t.peer_gro_off()
    umem = xsk.Umem(t, 512, 4096)
    try:
        sock = xsk.Socket(t, umem, xsk.ZEROCOPY | xsk.USE_NEED_WAKEUP | xsk.USE_SG, ring=256)
    except OSError as error:
        if error.errno == errno.EINVAL and not xdp.features(t):
            raise e1k.Skip("this kernel has no frames in several chunks") from error
        raise
    t.check(sock.zero_copy, "the socket is zero-copy")
    xsk.program(t, sock)
    sock.fill(umem.take(200))
    wrong = xdp.carried(SIZES * 5, xdp.incoming, xdp.sending(frames.raw(t, "peer")),
                        sock.receiving)
    t.check(not wrong, f"{len(SIZES)} lengths up to {SIZES[-1]} received, every byte", *wrong)
    capture = frames.capture(t, "peer", frames.ETH_P_TEST)
    for limit in (4096, 1500, 600):
        wrong = xdp.carried(SIZES, xdp.outgoing, lambda burst, limit=limit: sock.send(
            burst, limit), xdp.capturing(capture))
        t.check(not wrong, f"sent in pieces of {limit}, every byte", *wrong)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=6)
