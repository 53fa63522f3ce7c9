#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# needs: counters
"""The counters of ip -s link, and of the queues where the kernel tells them by netlink, grow
by exactly what crossed the wire, large segments counted as the frames they became; nothing starts them anew."""

import os

from lib import control, e1k, frames, traffic

LINK = ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes", "multicast", "rx_errors",
        "tx_errors", "rx_dropped", "tx_dropped", "rx_missed_errors", "rx_length_errors",
        "rx_crc_errors")
QUEUE = ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")
# The queue's direction and attribute (include/uapi/linux/netdev.h)
QSTATS = {"rx_packets": (0, 8), "rx_bytes": (0, 9), "tx_packets": (1, 10), "tx_bytes": (1, 11)}
SIZES = (60, 61, 64, 128, 600, 1513, 1514)


class Counters:
    """How much every counter has grown since it was made."""

    def __init__(self, t):
        self.t = t
        self.start = self.read()

    def read(self):
        """The counters of both views by name; those of queue 0 as queue_*, which are those
        of the link where the kernel does not tell."""
        directory = f"/sys/class/net/{self.t.nut}/statistics"
        out = self.t.must(self.t.on_nut("grep", "-H", "", "-r", directory)).out
        values = {line.split(":")[0].rsplit("/", 1)[1]: int(line.split(":")[1])
                  for line in out.splitlines()}
        values = {name: values[name] for name in LINK}
        queues = control.queue_statistics(self.t)
        for name, (way, attribute) in QSTATS.items():
            values[f"queue_{name}"] = queues[way][attribute] if queues else values[name]
        return values

    def grown(self):
        """Name -> growth, without those that did not grow."""
        now = self.read()
        return {name: now[name] - start for name, start in self.start.items()
                if now[name] != start}

    def becomes(self, expected, names=""):
        """What has grown, once it is this: frames that have arrived at the other end may
        still be on the ring."""
        seen = {}

        def same():
            seen.clear()
            seen.update((name, value) for name, value in self.grown().items() if names in name)
            return seen == expected

        e1k.wait_for(same, patience=10)
        return seen


def test_frames(t, way, dst):
    """Frames of known sizes in one direction."""
    sender, receiver = ("nut", "peer") if way == "tx" else ("peer", "nut")
    out, into = frames.raw(t, sender), frames.capture(t, receiver, frames.ETH_P_TEST)
    src = e1k.NUT_MAC if sender == "nut" else e1k.PEER_MAC
    counters = Counters(t)
    sizes = SIZES * 20
    for size in sizes:
        out.send(frames.ether(dst, src, frames.ETH_P_TEST, bytes(size - frames.ETH_HLEN)))
    for _ in sizes:
        if not into.next():
            break
    expected = {}
    for name in (f"{way}_", f"queue_{way}_"):
        expected |= {f"{name}packets": len(sizes), f"{name}bytes": sum(sizes)}
    if way == "rx" and dst.startswith("01:") and "few-stats" not in control.quirks(t):
        expected["multicast"] = len(sizes) * (2 if control.counts_multicast_twice(t) else 1)
    t.equal(counters.becomes(expected), expected, f"{way}: {len(sizes)} frames to {dst}")
    return expected


def test_tso(t):
    """Large segments, which the NIC cuts into frames.

    Given to it by hand: with TCP some would end with a full frame, and QEMU sends
    another one without data behind these.
    """
    out, into = frames.raw(t, "nut"), frames.capture(t, "peer")
    out.setsockopt(frames.SOL_PACKET, frames.PACKET_VNET_HDR, 1)
    mss, payload, rounds = 1400, 20001, 20
    segment = frames.tcp(e1k.NUT_IP, e1k.PEER_IP, 9, 9, bytes(payload), partial=True)
    frame = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_IP,
                         frames.ip_packet(e1k.NUT_IP, e1k.PEER_IP, 6, segment))
    header = len(frame) - payload
    pieces = -(-payload // mss)
    counters = Counters(t)
    for _ in range(rounds):
        out.send(frames.vnet_header(header, mss, 14 + 20, 16) + frame)
    for _ in range(rounds * pieces):
        if not into.next():
            break
    expected = {}
    for name in ("tx_", "queue_tx_"):
        expected |= {f"{name}packets": rounds * pieces,
                     f"{name}bytes": rounds * (payload + pieces * header)}
    # The peer's resets are not of interest.
    t.equal(counters.becomes(expected, "tx_"), expected, f"tx: {rounds} large segments as {pieces} frames each")


def test_tcp(t):
    """TCP, compared with what the peer counts."""
    t.must(t.features("tso", "off"))

    def peer_counts():
        return {name: int(open(f"/sys/class/net/{t.peer}/statistics/{name}",
                               encoding="ascii").read()) for name in QUEUE}

    counters, before = Counters(t), peer_counts()
    nut, peer = traffic.tcp_pair(t)
    wrong = traffic.transfer(nut, peer, os.urandom(1 << 20))
    nut.close()
    peer.close()

    def matches():
        grown, after = counters.grown(), peer_counts()
        wire = {name: after[name] - before[name] for name in QUEUE}
        expected = {}
        for name in ("", "queue_"):
            expected |= {f"{name}tx_packets": wire["rx_packets"],
                         f"{name}tx_bytes": wire["rx_bytes"],
                         f"{name}rx_packets": wire["tx_packets"],
                         f"{name}rx_bytes": wire["tx_bytes"]}
        return grown == expected, grown, expected

    # The last acknowledgements may still be under way.
    e1k.wait_for(lambda: matches()[0], patience=5)
    good, grown, expected = matches()
    t.check(good and not wrong, "TCP: the same as on the wire", wrong,
            f"seen {grown}, expected {expected}")


def test(t):
    t.quiet()
    control.set_queues(t, 1)
    t.peer_gro_off()
    whole = Counters(t)
    test_frames(t, "tx", e1k.PEER_MAC)
    test_frames(t, "rx", e1k.NUT_MAC)
    test_frames(t, "rx", "ff:ff:ff:ff:ff:ff")
    into = frames.capture(t, "nut")
    into.member(frames.PACKET_MR_MULTICAST, "01:00:5e:11:22:33")
    test_frames(t, "rx", "01:00:5e:11:22:33")
    test_tso(t)
    test_tcp(t)
    before = whole.read()
    t.down_up()
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 128, "tx", 128))
    e1k.wait_for(t.has_carrier, "carrier")
    t.equal(whole.read(), before, "down, up and new rings keep the counters")


e1k.main(test, plan=7)
