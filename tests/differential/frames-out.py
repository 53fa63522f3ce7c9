#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
"""What e1k puts on the wire is byte for byte what the stock driver puts there: padding,
VLAN tags, checksums, segments of large packets."""

import errno
import hashlib
import socket

import both
from compare import Facts
from lib import e1k, frames

NUT, PEER = e1k.NUT_MAC, e1k.PEER_MAC
MARKER = frames.ether(PEER, NUT, frames.ETH_P_TEST, b"marker".ljust(46))


def short(frame):
    """Frames in little room: their length and what tells their bytes apart."""
    return f"{len(frame)}:{hashlib.sha256(frame).hexdigest()[:12]}"


def on_wire(at_peer, out, frame, marker_out=None):
    """What one frame of the stack becomes at the peer, or the errno of the refusal."""
    list(at_peer.waiting())
    try:
        out.send(frame)
    except OSError as error:
        return errno.errorcode[error.errno]
    (marker_out or out).send(MARKER)
    seen = at_peer.until(lambda got: got == MARKER)[:-1]
    return " ".join(short(got) for got in seen if got[6:12] == frames.mac(NUT)) or "nothing"


def sides(t, mtu=1500):
    t.quiet()
    t.peer_gro_off()
    if mtu > 1500:
        t.mtu(mtu)
    into = frames.capture(t, "peer")
    # The peer's VLAN filter, too, lets everything through then.
    into.member(frames.PACKET_MR_PROMISC)
    return into, frames.raw(t, "nut")


def arrived(found: Facts, least):
    """The facts, if enough frames came: two drivers that send nothing are alike, too."""
    came = sum(":" in str(value) for value in found.values())
    if came < least:
        raise RuntimeError(f"{came} frames came, not {least}: {found}")
    return found


def pattern(size):
    return bytes(i * 7 % 253 for i in range(size))


def sizes(t, wanted, tagged=False) -> Facts:
    at_peer, out = sides(t)
    found = {}
    for size in wanted:
        frame = (frames.mac(PEER) + frames.mac(NUT) + b"\x88\xb5" + pattern(size))[:size]
        if tagged:
            frame = frames.vlan(frame, 5 << 13 | 77)
        found[f"{len(frame)} bytes"] = on_wire(at_peer, out, frame)
    return arrived(found, len(wanted) - 4)


def tags(t) -> Facts:
    """Tags in the frame, as a packet socket may send them, and by a VLAN device."""
    at_peer, out = sides(t)
    frame = frames.ether(PEER, NUT, frames.ETH_P_TEST, pattern(80))
    found = {}
    for name, tci, proto in (("id 0", 5 << 13, 0x8100), ("id 77", 77, 0x8100),
                             ("id 4095, all bits", 0xFFFF, 0x8100), ("802.1ad", 77, 0x88A8)):
        found[name] = on_wire(at_peer, out, frames.vlan(frame, tci, proto))
    found["QinQ"] = on_wire(at_peer, out, frames.vlan(frames.vlan(frame, 5), 6, 0x88A8))
    for name, proto in (("802.1Q", "802.1Q"), ("802.1ad", "802.1ad")):
        t.must(e1k.command("ip", "-n", "nut", "link", "add", "link", t.nut, "name", "vl0", "type",
                           "vlan", "id", 9, "proto", proto, "egress-qos-map", "0:3"))
        t.must(e1k.command("ip", "-n", "nut", "link", "set", "vl0", "addrgenmode", "none", "up"))
        upper = t.socket("nut", socket.AF_PACKET, socket.SOCK_RAW)
        upper.bind(("vl0", 0))
        for size in (14, 56, 60, 80, 1514):
            one = (frame + bytes(1500))[:size]
            found[f"device {name}, {size} bytes"] = on_wire(at_peer, upper, one, out)
        upper.close()
        t.must(e1k.command("ip", "-n", "nut", "link", "del", "vl0"))
    return arrived(found, len(found) - 1)


def vnet(t):
    out = t.socket("nut", socket.AF_PACKET, socket.SOCK_RAW)
    out.setsockopt(frames.SOL_PACKET, frames.PACKET_VNET_HDR, 1)
    out.setsockopt(socket.SOL_SOCKET, frames.SO_SNDBUFFORCE, 64 << 20)
    out.bind((t.nut, 0))
    return out


def packet(family, kind, size, extra=b""):
    """A frame whose checksum is left to the NIC, where it begins, and the headers' length."""
    src, dst = (e1k.NUT_IP, e1k.PEER_IP) if family == 4 else (e1k.NUT_IP6, e1k.PEER_IP6)
    build = frames.udp if kind == "UDP" else frames.tcp
    body = build(src, dst, 5000, 9, pattern(size), partial=True)
    proto = socket.IPPROTO_UDP if kind == "UDP" else socket.IPPROTO_TCP
    frame = frames.ether(PEER, NUT, frames.ETH_P_IP if family == 4 else frames.ETH_P_IPV6,
                         frames.ip_packet(src, dst, proto, body))
    start = frames.ETH_HLEN + (20 if family == 4 else 40)
    return frame, start, start + (8 if kind == "UDP" else 20)


def checksums(t) -> Facts:
    at_peer, plain = sides(t)
    out, found = vnet(t), {}
    for family in (4, 6):
        for kind, offset in (("UDP", 6), ("TCP", 16)):
            for size in (0, 1, 2, 17, 18, 19, 500, 1400):
                frame, start, hlen = packet(family, kind, size)
                head = frames.vnet_header(min(len(frame), hlen), 0, start, offset)
                found[f"IPv{family} {kind}, {size} bytes"] = \
                    on_wire(at_peer, out, head + frame, plain)
    return arrived(found, len(found))


def segments(t, mtu=1500, vlan=False) -> Facts:
    """Large packets of TCP, and the segments that come of them."""
    at_peer, plain = sides(t, mtu)
    out, found = vnet(t), {}
    for family in (4, 6):
        for size, mss in ((1449, 1448), (2896, 1448), (20000, 1448), (60000, 1448), (5000, 536),
                          (5000, 88), (3000, 1000)):
            mss = mss if mtu == 1500 else mss * mtu // 1500
            frame, start, hlen = packet(family, "TCP", size)
            if vlan:
                frame, start, hlen = frames.vlan(frame, 5 << 13 | 77), start + 4, hlen + 4
            head = frames.vnet_header(hlen, mss, start, 16, ipv6=family == 6)
            found[f"IPv{family}, {size} bytes in segments of {mss}"] = \
                on_wire(at_peer, out, head + frame, plain)
    return arrived(found, len(found) - 2)


both.main({
    "frames out, sizes": lambda t: sizes(t, (*range(14, 66), 1513, 1514, 1515, 1518, 1519, 4000)),
    "frames out, sizes with a tag": lambda t: sizes(t, (*range(14, 66), 1513, 1514, 1515), True),
    "frames out, tags": tags,
    "frames out, checksums": checksums,
    "frames out, segments": segments,
    "frames out, segments, MTU 4000": lambda t: segments(t, 4000),
    "frames out, segments with a tag": lambda t: segments(t, vlan=True),
})
