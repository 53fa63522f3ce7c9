#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""AF_PACKET with rings mapped into the process (TPACKET_V3): what is put into the
transmit ring reaches the peer, what the peer sends is found in the receive ring, every
byte of every size, without and with a VLAN tag."""

import mmap
import socket
import struct

from lib import e1k, frames

PACKET_RX_RING, PACKET_VERSION, PACKET_TX_RING, TPACKET_V3 = 5, 10, 13, 2
KERNEL, USER, SEND_REQUEST, WRONG_FORMAT = 0, 1, 1, 4
VLAN_VALID = 0x10
BLOCK, BLOCKS, SLOT = 1 << 16, 8, 2048
HEADER = 48             # struct tpacket3_hdr, aligned
SIZES = (*range(60, 1515, 7), 1513, 1514)


class Ring:
    """A ring of one direction, mapped."""

    def __init__(self, t, side, option):
        self.sock = t.socket(side, socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setsockopt(frames.SOL_PACKET, PACKET_VERSION, TPACKET_V3)
        receives = option == PACKET_RX_RING
        # Blocks are handed over when full, or after some ms.
        self.sock.setsockopt(frames.SOL_PACKET, option,
                             struct.pack("=7I", BLOCK, BLOCKS, SLOT, BLOCK * BLOCKS // SLOT,
                                         10 * receives, 0, 0))
        self.map = mmap.mmap(self.sock.fileno(), BLOCK * BLOCKS)
        if receives:
            self.sock.setsockopt(frames.SOL_PACKET, frames.PACKET_IGNORE_OUTGOING, 1)
        self.sock.bind((t.nut if side == "nut" else t.peer,
                        frames.ETH_P_ALL if receives else 0))
        self.at = 0

    def word(self, offset):
        return struct.unpack_from("=I", self.map, offset)[0]

    def put(self, frame):
        """Put a frame into the next slot."""
        base = self.at * SLOT
        self.at = (self.at + 1) % (BLOCK * BLOCKS // SLOT)
        e1k.wait_for(lambda: self.word(base + 20) == KERNEL, "a free slot")
        self.map[base + HEADER:base + HEADER + len(frame)] = frame
        struct.pack_into("=5I", self.map, base, 0, 0, 0, len(frame), len(frame))
        struct.pack_into("=I", self.map, base + 20, SEND_REQUEST)

    def flush(self):
        """Have it sent, and wait until all slots came back; those refused."""
        self.sock.send(b"")
        states = [base + 20 for base in range(0, BLOCK * BLOCKS, SLOT)]
        e1k.wait_for(lambda: all(self.word(at) in (KERNEL, WRONG_FORMAT) for at in states))
        return [at for at in states if self.word(at) != KERNEL]

    def take(self):
        """The frames of the next block, VLAN tags put back."""
        base = self.at * BLOCK
        self.at = (self.at + 1) % BLOCKS
        e1k.wait_for(lambda: self.word(base + 8) & USER, "a block")
        count, offset = struct.unpack_from("=II", self.map, base + 12)
        found = []
        for _ in range(count):
            head = base + offset
            following, _, _, length, _, status, start = struct.unpack_from("=6IH", self.map, head)
            tci, tpid = struct.unpack_from("=IH", self.map, head + 32)
            frame = bytes(self.map[head + start:head + start + length])
            found.append(frames.vlan(frame, tci, tpid) if status & VLAN_VALID else frame)
            offset += following
        struct.pack_into("=I", self.map, base + 8, KERNEL)
        return found


def numbered(dst, src, tagged):
    """A frame of every size, each with its number in it."""
    made = []
    for number, size in enumerate(SIZES):
        data = struct.pack("!H", number) + bytes(i * number % 256
                                                 for i in range(size - frames.ETH_HLEN - 2))
        frame = frames.ether(dst, src, frames.ETH_P_TEST, data)
        made.append(frames.vlan(frame, 5) if tagged else frame)
    return made


def is_ours(frame):
    return frame[12:14] == b"\x88\xb5" or frame[16:18] == b"\x88\xb5"


def transmit(t, ring, tagged):
    into = frames.capture(t, "peer")
    sent = numbered(e1k.PEER_MAC, e1k.NUT_MAC, tagged)
    seen, refused = [], []
    for start in range(0, len(sent), 32):
        for frame in sent[start:start + 32]:
            ring.put(frame)
        refused += ring.flush()
        while len(seen) < min(start + 32, len(sent)):
            frame = into.next()
            if frame is None:
                break
            if is_ours(frame):
                seen.append(frame)
    into.sock.close()
    return seen == sent, f"{len(seen)} of {len(sent)} came, {len(refused)} refused"


def receive(t, ring, tagged):
    out = frames.raw(t, "peer")
    sent = numbered(e1k.NUT_MAC, e1k.PEER_MAC, tagged)
    seen = []
    for start in range(0, len(sent), 32):
        for frame in sent[start:start + 32]:
            out.send(frame)
        while len(seen) < min(start + 32, len(sent)):
            seen += filter(is_ours, ring.take())
    return seen == sent, f"{len(seen)} of {len(sent)} came"


def test(t):
    # So that the NIC, and its peer, let the tag of VLAN 5 in
    t.must(t.on_nut("ip", "link", "add", "link", t.nut, "name", "vl", "type", "vlan", "id", 5))
    t.must(t.on_nut("ip", "link", "set", "dev", "vl", "up"))
    t.must(e1k.command("ip", "link", "add", "link", t.peer, "name", "vlp",
                       "type", "vlan", "id", 5))
    t.defer(e1k.command, "ip", "link", "del", "dev", "vlp")
    t.must(e1k.command("ip", "link", "set", "dev", "vlp", "up"))
    tx, rx = Ring(t, "nut", PACKET_TX_RING), Ring(t, "nut", PACKET_RX_RING)
    for tagged in (False, True):
        name = "with a VLAN tag" if tagged else "plain"
        good, *notes = transmit(t, tx, tagged)
        t.check(good, f"{len(SIZES)} frames by the transmit ring, {name}", *notes)
        good, *notes = receive(t, rx, tagged)
        t.check(good, f"{len(SIZES)} frames in the receive ring, {name}", *notes)
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 128, "tx", 128))
    for way, ring in ((transmit, tx), (receive, rx)):
        good, *notes = way(t, ring, False)
        t.check(good, f"the same after the NIC's rings were made anew: {way.__name__}", *notes)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=7)
