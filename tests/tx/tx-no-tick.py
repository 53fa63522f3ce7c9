#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A sender who waits for what it sent to be taken back never waits for the timer tick: a
socket with a small send buffer, zero-copy pages, a mapped transmit ring. Counted is what
was taken back in a timer while the sender waited."""

import mmap
import select
import socket
import struct

from lib import e1k, frames, tracing

PORT = 7779
COUNT = 40
SO_ZEROCOPY, MSG_ZEROCOPY = 60, 0x4000000
PACKET_VERSION, PACKET_TX_RING, TPACKET_V2 = 10, 13, 1
AVAILABLE, SEND_REQUEST = 0, 1
SLOT, SLOTS = 2048, 32
HEADER = 32             # struct tpacket2_hdr, aligned
TIMERS = ("e1k/e1k_tx_reap", "timer/timer_expire_entry", "timer/timer_expire_exit")


def waited(sock, what):
    """Wait for this event of a socket, between markers; whether it came."""
    poll = select.poll()
    poll.register(sock, what)
    tracing.Trace.mark("waits")
    came = poll.poll(e1k.PATIENCE * 1000)
    tracing.Trace.mark("goes on")
    return bool(came)


def small_buffer(t):
    """Datagrams, each of which fills the socket's buffer."""
    sock = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2304)
    sock.setblocking(False)
    sent = 0
    for _ in range(COUNT):
        try:
            sock.sendto(bytes(1000), (e1k.PEER_IP, PORT))
            sent += 1
        except BlockingIOError:
            if not waited(sock, select.POLLOUT):
                break
    return sent > COUNT // 4


def zero_copy(t):
    """One datagram after the other by MSG_ZEROCOPY, its notification waited for."""
    sock = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    for _ in range(COUNT):
        sock.sendmsg([bytes(1000)], [], MSG_ZEROCOPY, (e1k.PEER_IP, PORT))
        if not waited(sock, 0):     # POLLERR
            return False
        sock.recvmsg(0, 512, socket.MSG_ERRQUEUE)
    return True


def mapped_ring(t):
    """One frame after the other by PACKET_TX_RING: send() returns when it is taken back."""
    sock = t.socket("nut", socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(frames.SOL_PACKET, PACKET_VERSION, TPACKET_V2)
    sock.setsockopt(frames.SOL_PACKET, PACKET_TX_RING,
                    struct.pack("=4I", SLOT * SLOTS, 1, SLOT, SLOTS))
    ring = mmap.mmap(sock.fileno(), SLOT * SLOTS)
    sock.bind((t.nut, 0))
    frame = frames.ether(e1k.PEER_MAC, e1k.NUT_MAC, frames.ETH_P_TEST, bytes(500))
    for number in range(COUNT):
        at = number % SLOTS * SLOT
        if struct.unpack_from("=I", ring, at)[0] != AVAILABLE:
            return False
        ring[at + HEADER:at + HEADER + len(frame)] = frame
        struct.pack_into("=II", ring, at, SEND_REQUEST, len(frame))
        tracing.Trace.mark("waits")
        sock.send(b"")
        tracing.Trace.mark("goes on")
    return struct.unpack_from("=I", ring, 0)[0] == AVAILABLE


def late(trace):
    """How many frames were taken back in a timer while the sender waited, and how often it
    waited."""
    events = trace.events()
    late_ones = set(tracing.in_timer(events, "e1k_tx_reap"))
    waits = found = 0
    waiting = False
    for at, (_, event, text) in enumerate(events):
        if event == "tracing_mark_write":
            waiting = text.startswith("waits")
            waits += waiting
        found += waiting and at in late_ones
    return found, waits


def test(t):
    if not tracing.exists("timer/timer_expire_entry"):
        raise e1k.Skip("this kernel does not trace its timers")
    t.quiet()
    t.ping(count=40)    # enough doorbells for the driver to know how the NIC completes
    # Takes all and answers nothing: an answer would bring a poll, which takes back.
    silent = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind((e1k.PEER_IP, PORT))
    for sender in (small_buffer, zero_copy, mapped_ring):
        with tracing.Trace(*TIMERS) as trace:
            through = sender(t)
        found, waits = late(trace)
        text = sender.__doc__.split(",")[0].split(":")[0].rstrip(".")
        t.check(through and not found, f"{text}: none waits for the tick",
                f"through: {through}; waited {waits} times, for the tick {found} times")
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=4)
