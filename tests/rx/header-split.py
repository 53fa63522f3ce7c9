#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e, 82574
"""Header split: on, off and automatic, under traffic; what is split and what is not comes as
it was sent; what excludes it is refused in words, and it excludes that."""

import os
import re
import socket

from lib import e1k, frames, traffic, xdp


def split(t, mode):
    """ethtool -G DEV tcp-data-split MODE."""
    return t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", mode)


def is_split(t):
    """What ethtool says of it."""
    out = t.must(t.on_nut("ethtool", "-g", t.nut)).out.split("Current hardware")[1]
    return re.search(r"TCP data split:\s*(\S+)", out).group(1)


def kinds(size):
    """Frames for the NIC of this much payload: name and bytes."""
    macs = e1k.NUT_MAC, e1k.PEER_MAC
    data = os.urandom(size)
    for src, dst, proto in (("10.9.0.2", "10.9.0.1", frames.ETH_P_IP),
                            ("2001:db8:9::2", "2001:db8:9::1", frames.ETH_P_IPV6)):
        for kind, build in ((socket.IPPROTO_TCP, frames.tcp), (socket.IPPROTO_UDP, frames.udp)):
            packet = frames.ip_packet(src, dst, kind, build(src, dst, 7, 9, data))
            yield f"{proto:x} {kind}", frames.ether(*macs, proto, packet)
        tagged = frames.vlan(frames.ether(*macs, proto, packet), 5)
        yield f"{proto:x} with a tag", tagged
        other = frames.ip_packet(src, dst, 253, data)
        yield f"{proto:x} of another protocol", frames.ether(*macs, proto, other)
    # The first buffer holds 256 bytes: 240 bytes of extension headers do not fit with the rest
    options = b"\x3b" + bytes([29]) + bytes([1, 236]) + bytes(236)
    packet = frames.ip_packet("2001:db8:9::2", "2001:db8:9::1", 60, options + data)
    yield "long headers", frames.ether(*macs, frames.ETH_P_IPV6, packet)
    yield "not IP", frames.ether(*macs, frames.ETH_P_TEST, data)


def wrong_frames(t, mtu):
    """Send all kinds in all sizes around edges of the buffers; what came differently."""
    out, into, wrong = frames.raw(t, "peer"), frames.capture(t, "nut"), []
    sizes = {0, 1, 6, 46, 100, 200, 201, 202, 203, 214, 215, 242, 243, 256, 1000}
    sizes |= {n * 4096 + more for n in (1, 2) for more in (-1, 0, 1, 242, 243)}
    for size in sorted(sizes):
        for name, frame in kinds(size):
            if len(frame) > mtu + frames.ETH_HLEN:
                continue
            out.send(frame)
            seen = into.next(20)
            # A short one may be padded, on the way or by the sender
            if seen is None or seen[:len(frame)] != frame or len(seen) > max(64, len(frame)):
                wrong.append(f"{name}, {size}: {traffic.difference(seen or b'', frame)}")
    out.close()
    into.sock.close()
    return wrong


def test_refusals(t):
    """On and XDP, rx-fcs, rx-all exclude each other."""
    program = xdp.Programs("verdict", "pass")["pass"]
    t.must(split(t, "on"))
    error, text = xdp.set_program(t, program)
    t.check(error and ("header split" in text or "data-split" in text),
            "on: a program is refused, in words", error, text)
    for feature in ("rx-fcs", "rx-all"):
        t.features(feature, "on")
        t.check(re.search(rf"{feature}: off", t.must(t.on_nut("ethtool", "-k", t.nut)).out),
                f"on: {feature} stays off")
        t.features(feature, "off")
    t.must(split(t, "off"))
    xdp.attach(t, program)
    result = split(t, "on")
    t.check(not result and "XDP" in result.out, "a program attached: refused, in words", result)
    xdp.detach(t)
    t.must(t.features("rx-fcs", "on"))
    result = split(t, "on")
    t.check(not result and "rx-fcs" in result.out, "rx-fcs on: refused, in words", result)
    t.must(t.features("rx-fcs", "off"))
    t.equal(is_split(t), "off", "after that it is off")


def test(t):
    before = is_split(t)
    if not split(t, "on") and [*map(int, os.uname().release.split(".")[:2])] < [6, 12]:
        raise e1k.Skip("this kernel cannot set it")
    t.must(split(t, "off"))
    t.equal(before, "off", "off at first")
    for mode, state in (("on", "on"), ("auto", "off"), ("on", "on"), ("off", "off")):
        t.must(split(t, mode))
        t.equal(is_split(t), state, f"{mode}: it is {state}")
        t.check(t.ping() and t.ping(6), f"{mode}: the peer answers")
    t.quiet()
    t.must(split(t, "on"))
    for mtu in (1500, 4148, 9000):
        t.mtu(mtu)
        wrong = wrong_frames(t, mtu)
        t.check(not wrong, f"on, MTU {mtu}: all kinds in all sizes", *wrong[:20])
    # A NIC that need not look into packets may leave all of them whole
    for feature in ("rx", "rxhash"):
        t.must(t.features(feature, "off"))
    wrong = wrong_frames(t, mtu)
    t.check(not wrong, f"on, MTU {mtu}, rx and rxhash off: all kinds in all sizes", *wrong[:20])
    for feature in ("rx", "rxhash"):
        t.must(t.features(feature, "on"))
    t.mtu(1500)
    stream = traffic.Stream(t)
    for step in range(12):
        t.must(split(t, "off" if step % 2 else "on"))
        if step % 3 == 2:
            t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 128 << step % 5))
        stream.flows()
    wrong = stream.stop()
    t.check(not wrong, "changed 12 times while TCP runs: every byte is right", *wrong)
    t.must(split(t, "on"))
    t.down_up()
    t.check(t.ping() and is_split(t) == "on", "it stays on over down and up")
    t.must(t.on_nut("ethtool", "-t", t.nut, "offline"))
    t.check(e1k.wait_for(t.has_carrier) and t.ping() and is_split(t) == "on",
            "and over a self-test")
    test_refusals(t)


e1k.main(test, plan=22)
