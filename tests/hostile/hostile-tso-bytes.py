#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: datasheet
# timeout: 240
"""What is counted as sent is what is on the wire, to the byte, when the NIC cuts large
segments and puts headers before each piece: frames and bytes. (QEMU's own emulation sends one
frame of nothing but headers more where the payload is a multiple of the segment size.)"""

import os

from lib import control, e1k, frames, traffic


def test(t):
    t.quiet()
    t.peer_gro_off()
    data, source = os.urandom(200_003), frames.mac(e1k.NUT_MAC)
    for mtu in (1500, 1281, 4000):
        t.mtu(mtu)
        wire = frames.capture(t, "peer")
        t.ping()
        list(wire.waiting())
        seen = []
        before = control.queue(t, "tx0_tso")
        sent = t.counter("tx_packets"), t.counter("tx_bytes")
        nut, peer = traffic.tcp_pair(t)
        wrong = traffic.transfer(nut, peer, data)
        nut.close()
        peer.close()
        # With this answered all before it is at the peer, and counted.
        t.ping()
        e1k.wait_for(lambda: t.counter("tx_packets") - sent[0] >= 1, "counters")

        def difference():
            seen.extend(frame for frame in wire.waiting() if frame[6:12] == source)
            counted = t.counter("tx_packets") - sent[0], t.counter("tx_bytes") - sent[1]
            return counted, (len(seen), sum(map(len, seen)))

        e1k.wait_for(lambda: len(set(difference())) == 1, patience=e1k.PATIENCE / 3)
        counted, arrived = difference()
        large = control.queue(t, "tx0_tso") - before
        t.check(not wrong and large > 0, f"MTU {mtu}: TCP sent large segments", wrong, large)
        t.check(counted == arrived and not wire.dropped(),
                f"MTU {mtu}: frames and bytes counted are those on the wire",
                f"counted {counted}, on the wire {arrived}")
        wire.sock.close()
    t.mtu(1500)


e1k.main(test, plan=6)
