#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's own generator of XDP frames (BPF_PROG_RUN with live frames, what
xdp-trafficgen uses) sends through the NIC: all frames that the driver accepted leave."""

from lib import e1k, frames, xdp

COUNT, BATCH = 3000, 64


def test(t):
    xdp.attach(t, xdp.Programs("verdict", "pass")["pass"])
    programs = xdp.Programs("verdict", "to_device")
    programs.map("devices")[0] = xdp.index_of(t)
    at_peer = frames.capture(t, "peer", frames.ETH_P_TEST)
    for size in (60, 1000, 1514):
        before = xdp.counters(t)
        frame = xdp.outgoing(size)
        xdp.run_live(programs["to_device"], frame, COUNT, BATCH)
        gained = xdp.gained(t, before)
        t.equal(gained["xmit"] + gained["xmit_errors"], COUNT,
                f"{COUNT} frames of {size} bytes: each is accepted or refused")
        # No marker at the end: QEMU's hub may overtake what waits for the peer.
        seen = [at_peer.next() for _ in range(gained["xmit"])]
        t.check(set(seen) == {frame}, "all that were accepted leave, every byte")
    t.equal(at_peer.next(0), None, "and no others")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=8)
