#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 400
"""Whatever the stock driver receives, e1k receives: every kind of frame, in the default
state, promiscuous and with all multicast, as a packet socket sees it and as it is counted."""

import both
from compare import Facts
from lib import e1k, frames

NUT, PEER, OTHER = e1k.NUT_MAC, e1k.PEER_MAC, "52:54:00:e1:00:77"
JOINED, STRANGER = "01:00:5e:01:02:03", "01:00:5e:44:55:66"
QTAG, STAG, OLD_QINQ = 0x8100, 0x88A8, 0x9100


def plain(dst=NUT, size=60, proto=frames.ETH_P_TEST):
    """A frame of this length, header included."""
    body = bytes(i % 251 for i in range(max(0, size - frames.ETH_HLEN)))
    return frames.ether(dst, PEER, proto, body)


def pause(quanta=0):
    """A PAUSE frame, IEEE 802.3 annex 31B."""
    return frames.ether("01:80:c2:00:00:01", PEER, 0x8808,
                        b"\0\x01" + quanta.to_bytes(2, "big") + bytes(42))


def kinds():
    """Frames by what is special about them."""
    tag = frames.vlan
    found = {
        "untagged": plain(size=300),
        "untagged, shortest": plain(),
        "priority tag, id 0": tag(plain(size=100), 5 << 13),
        "priority tag, id 0, priority 0": tag(plain(size=100), 0),
        "VLAN id that nobody registered": tag(plain(size=100), 77),
        "VLAN id 4095": tag(plain(size=100), 4095),
        "VLAN id 1, broadcast": tag(plain("ff:ff:ff:ff:ff:ff", 100), 1),
        "802.1ad tag": tag(plain(size=100), 77, STAG),
        "QinQ, 802.1ad outside": tag(tag(plain(size=100), 5), 77, STAG),
        "QinQ, 802.1Q twice": tag(tag(plain(size=100), 5), 77),
        "QinQ, 9100 outside": tag(tag(plain(size=100), 5), 77, OLD_QINQ),
        "header only": plain(size=14),
        "one byte of payload": plain(size=15),
        "59 bytes": plain(size=59),
        "61 bytes": plain(size=61),
        "802.3 length 46": plain(proto=46),
        "802.3 length 3, padded": plain(proto=3),
        "802.3 length longer than the frame": plain(proto=1000),
        "type 1501, no length and no type": plain(proto=1501),
        "LLC: a bridge's STP": frames.ether("01:80:c2:00:00:00", PEER, 38,
                                            b"\x42\x42\x03" + bytes(43)),
        "LLC to this station": frames.ether(NUT, PEER, 46, b"\xaa\xaa\x03" + bytes(43)),
        "PAUSE": pause(),
        "control frame, unknown opcode": frames.ether("01:80:c2:00:00:01", PEER, 0x8808,
                                                      b"\0\x77" + bytes(44)),
        "control frame to this station": frames.ether(NUT, PEER, 0x8808, b"\0\x77" + bytes(44)),
        "LLDP": plain("01:80:c2:00:00:0e", proto=0x88CC),
        "slow protocol (LACP)": plain("01:80:c2:00:00:02", 124, 0x8809),
        "broadcast": plain("ff:ff:ff:ff:ff:ff", 100),
        "multicast, joined": plain(JOINED, 100),
        "multicast, not joined": plain(STRANGER, 100),
        "IPv6 all nodes": plain("33:33:00:00:00:01", 100),
        "to another station": plain(OTHER, 100),
        "from its own address": frames.ether(NUT, NUT, frames.ETH_P_TEST, bytes(80)),
        "loopback test (CTP)": plain(proto=0x9000),
    }
    return found


def lengths():
    """Frames around and above the longest that MTU 1500 allows, 1514 bytes."""
    found = {f"{size} bytes": plain(size=size)
             for size in (*range(1513, 1524), 1600, 2046, 2048, 2050, 4000, 9014)}
    for size in (1514, 1518, 1519, 1522, 1523):
        found[f"{size} bytes, tagged"] = frames.vlan(plain(size=size - 4), 5 << 13 | 77)
        found[f"{size} bytes, priority tag"] = frames.vlan(plain(size=size - 4), 5 << 13)
    return found


# Without those that the stock driver reads from the NIC every other second: counters.py
COUNTED = ("rx_packets", "rx_bytes", "rx_dropped", "tx_packets")


def looked(counters, into, out, frame):
    """What a packet socket sees of a frame, and what it is counted as."""
    marker = frames.ether(NUT, PEER, frames.ETH_P_TEST, b"marker".ljust(46))
    before = counters.settled()
    for part in (frame, frame, marker):
        out.send(part)
    seen = [got for got in into.until(lambda got: got == marker)[:-1]
            if got[6:12] in (frames.mac(PEER), frames.mac(NUT))]
    grown = {name: value - before[name] for name, value in counters.settled().items()}
    right = [got[:len(frame)] == frame and not got[len(frame):].strip(b"\0") for got in seen]
    text = f"{len(seen)} of 2" + (f", {len(seen[0])} bytes" if seen else "") + \
        ("" if all(right) else f", other bytes: {seen[right.index(False)][:32].hex()}")
    return text, ", ".join(f"{name} {value}" for name, value in grown.items()
                           if value and name in COUNTED)


def receive(t, sent, mode=None, mtu=1500) -> Facts:
    """Each frame twice, seen by a packet socket in this mode."""
    t.quiet()
    if mtu > 1500:
        t.mtu(mtu)
    # The peer may send what the NIC under test is not to take.
    t.peer_link("mtu", 9000)
    into, out = frames.capture(t, "nut"), frames.raw(t, "peer")
    into.member(frames.PACKET_MR_MULTICAST, JOINED)
    if mode is not None:
        into.member(mode)
    found, counters = {}, both.Counters(t)
    for name, frame in sent.items():
        found[f"{name}: seen"], found[f"{name}: counted"] = looked(counters, into, out, frame)
    return found


both.main({
    "frames in, default": lambda t: receive(t, kinds()),
    "frames in, promiscuous": lambda t: receive(t, kinds(), frames.PACKET_MR_PROMISC),
    "frames in, all multicast": lambda t: receive(t, kinds(), frames.PACKET_MR_ALLMULTI),
    "frames in, long ones": lambda t: receive(t, lengths()),
    "frames in, long ones, promiscuous":
        lambda t: receive(t, lengths(), frames.PACKET_MR_PROMISC),
    "frames in, long ones, MTU 4000": lambda t: receive(t, lengths(), mtu=4000),
})
