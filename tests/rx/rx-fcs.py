#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""With rx-fcs a frame arrives with its four bytes of checksum behind it, which are
the right ones or, from an emulation that has none, zero, and never what an earlier frame
left there; together with rx-all, jumbo frames and VLAN tags, and not a byte is lost when
it goes."""

import struct
import zlib

from lib import e1k, frames, traffic

SIZES = (60, 61, 64, 127, 128, 256, 257, 600, 1513, 1514)
RING = 64


def test(t):
    out, into = frames.raw(t, "peer"), frames.capture(t, "nut", frames.ETH_P_TEST)

    def arrives(fcs, sizes=SIZES):
        wrong = []
        for size in sizes:
            frame = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST,
                                 bytes(i % 253 for i in range(size - frames.ETH_HLEN)))
            out.send(frame)
            seen = into.next()
            allowed = [frame]
            if fcs:
                allowed = [frame + bytes(4), frame + struct.pack("<I", zlib.crc32(frame))]
            if seen not in allowed:
                wrong.append(f"{size}: {len(seen or b'')} bytes, ends with {(seen or b'')[-8:].hex()}")
        return wrong

    def stain(mtu=1500):
        """Leave something in every buffer."""
        dirt = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"\x55" * mtu)
        for _ in range(3 * RING):
            out.send(dirt)
            into.next()

    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", RING))
    for step, (args, fcs) in enumerate((((), False), (("rx-fcs", "on"), True),
                                        (("rx-all", "on"), True), (("rx-fcs", "off"), False),
                                        (("rx-all", "off"), False), (("rx-fcs", "on"), True))):
        if args:
            t.must(t.features(*args))
        stain()
        wrong = arrives(fcs)
        t.check(not wrong, f"step {step + 1}: {' '.join(args) or 'as it begins'}: "
                f"frames come {'with' if fcs else 'without'} checksum", *wrong)
        t.check(t.ping() and t.ping(6), f"step {step + 1}: the peer answers")
    t.mtu(9000)
    stain(9000)
    wrong = arrives(True, (*SIZES, 2040, 2044, 2048, 4092, 4096, 9010, 9014))
    t.check(not wrong, "jumbo frames come with checksum", *wrong)
    nut, peer = traffic.tcp_pair(t)
    wrong = traffic.transfer(peer, nut, bytes(range(256)) * 4096)
    t.check(not wrong, "TCP does not see it", wrong)
    t.must(t.features("rx-fcs", "off"))
    wrong = arrives(False)
    t.check(not wrong, "off: without again", *wrong)


e1k.main(test, plan=15)
