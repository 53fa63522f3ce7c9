#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What TCP sends in large pieces is on the wire in frames of at most the MTU, with
the right lengths and checksums; segmented by the NIC or by the stack."""

import os
import socket

from lib import e1k, frames, model, traffic

SYN = 0x02
WHAT = ("the bytes arrive", "right on the wire", "the NIC gets large segments if it may")


def analyse(captured, port, data, longest):
    """What is wrong with a stream on the wire, in words."""
    wrong, stream, start = [], {}, None
    for frame in captured:
        packet = frames.Packet(frame)
        if packet.wrong:
            wrong.append(f"{packet.wrong} in {frame[:74].hex()} ({packet.size} bytes)")
        if packet.proto != socket.IPPROTO_TCP or packet.sport != port:
            continue
        if packet.size > longest:
            wrong.append(f"a frame of {packet.size} bytes")
        if packet.flags & SYN:
            start = packet.seq + 1
        elif packet.payload:
            stream[(packet.seq - start) % (1 << 32)] = packet.payload
    at = 0
    while at in stream:
        if stream[at] != data[at:at + len(stream[at])]:
            wrong.append(f"other bytes at {at}")
        at += len(stream[at])
    if at != len(data):
        wrong.append(f"{at} of {len(data)} bytes on the wire")
    return wrong


def pieces(sock, data):
    """Sends of many sizes, so that large segments end anywhere."""
    at, size = 0, 1
    while at < len(data):
        sock.sendall(data[at:at + size])
        at += size
        size = size * 3 % 65521
    sock.sendall(data[at:])


def outgoing(t):
    """A capture of what the stack gives to the NIC under test."""
    capture = frames.capture(t, "nut")
    capture.sock.setsockopt(frames.SOL_PACKET, frames.PACKET_IGNORE_OUTGOING, 0)
    return capture


def test(t):
    data = os.urandom(700_001)
    t.peer_gro_off()
    at_peer, at_nut = frames.capture(t, "peer"), outgoing(t)
    for family, ip in ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6")):
        feature = "tx-tcp-segmentation" if ip == "IPv4" else "tx-tcp6-segmentation"
        for state, mtu in (("on", 1500), ("off", 1500), ("on", 1281), ("on", 4000)):
            name = f"{ip}, {feature} {state}, MTU {mtu}"
            t.mtu(mtu)
            done = t.features(feature, state)
            if ip == "IPv4" and model.HAS_TSO:
                t.must(done)
            elif not done:
                for what in WHAT:
                    t.skip(f"{name}: {what}", "this NIC cannot")
                continue
            list(at_peer.waiting())
            list(at_nut.waiting())
            nut, peer = traffic.tcp_pair(t, family)
            port = nut.getsockname()[1]
            wrong = traffic.transfer(nut, peer, data, pieces if mtu == 1500 else None)
            nut.close()
            peer.close()
            t.check(not wrong, f"{name}: {WHAT[0]}", wrong)
            wrong = analyse(at_peer.waiting(), port, data, mtu + frames.ETH_HLEN)
            t.check(not wrong and not at_peer.dropped(), f"{name}: {WHAT[1]}",
                    *wrong[:20])
            large = any(len(frame) > mtu + frames.ETH_HLEN for frame in at_nut.waiting())
            t.equal(large, state == "on", f"{name}: {WHAT[2]}")


e1k.main(test, plan=24)
