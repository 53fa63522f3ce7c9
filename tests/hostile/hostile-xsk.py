#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# allow-log: virtio_net .*NETDEV WATCHDOG
# nic: datasheet
"""The NIC writes nonsense into the descriptors of a zero-copy socket's buffers, more often
than the socket has chunks: none is lost, and then the socket receives as before."""

from lib import e1k, frames, hostile, xdp, xsk
from lib.hostile import MASK_EOP

CHUNKS = 32
DROPS = ("rx0_length_errors", "rx0_frame_errors")


def dropped(t):
    counters = t.statistics()
    return sum(counters[name] for name in DROPS)


def test(t):
    t.quiet()
    umem = xsk.Umem(t, CHUNKS)
    sock = xsk.Socket(t, umem, ring=CHUNKS)
    t.check(sock.zero_copy, "the socket is zero-copy")
    xsk.program(t, sock)
    sock.fill(umem.take(CHUNKS))
    send = xdp.sending(frames.raw(t, "peer"))

    # What follows a wrong piece that does not end a frame is part of it: one is counted.
    for text, count, settings in (("no length", 2 * CHUNKS, {"length": 0}),
                                  ("too long", 2 * CHUNKS, {"length": 65535}),
                                  ("errors", 2 * CHUNKS, {"set": 0x97 << 40}),
                                  ("no end", 1, {"length": 60, "clear": MASK_EOP})):
        before = dropped(t)
        for _ in range(4):
            hostile.play({"op": "arm", "fault": "rx-writeback", "count": CHUNKS // 2, **settings},
                         hostile.many(200, CHUNKS // 2))
        t.check(e1k.wait_for(lambda b=before, c=count: dropped(t) >= b + c),
                f"{text}: {2 * CHUNKS} times, dropped and counted", dropped(t) - before)
        hostile.disarm()
        # The one that "goes on" may end with the first good one.
        send([xdp.incoming()])
        sock.receive(1, patience=1)
        wrong = xdp.carried(xdp.SIZES[:CHUNKS], xdp.incoming, lambda burst: [
            send(burst[i:i + 8]) for i in range(0, len(burst), 8)], sock.receiving)
        t.check(not wrong, f"{text}: the socket receives as before", *wrong)
    sock.close()
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=10)
