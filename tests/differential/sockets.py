#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 500
"""Sockets hold at least what they hold with the stock driver, and senders wait no longer:
datagrams and bytes that wait to be read, and how often a sender with a small buffer has to
sleep until what it sent is given back.

Only where nothing can be counted is time compared, and then with a bound of three.
"""

import array
import fcntl
import resource
import select
import socket
import termios
import time

import both
from compare import NoLess, NoMore, Facts
from lib import e1k, traffic

HELD_MAX = 700
# There is no answer, and none is needed: what is sent is on the wire and gone.
SINK_IP, SINK_MAC = "192.0.2.77", "02:00:00:00:00:77"
# The stock driver may be lucky where it counts few.
SLACK = 10
ZEROCOPY_FLAG, SO_ZEROCOPY = 0x4000000, 60


def mtu(t, size):
    if size != 1500:
        t.mtu(size)
        t.defer(t.peer_link, "mtu", 1500)


def held_datagrams(t, size):
    """How many datagrams a default socket holds. In small groups, so that none is lost on
    the way; lost are those that find the socket full."""
    nut = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    nut.bind((e1k.NUT_IP, 0))
    peer = t.socket("peer", socket.AF_INET, socket.SOCK_DGRAM)
    peer.connect(nut.getsockname())
    counters = both.Counters(t)
    for _ in range(HELD_MAX // 20):
        for _ in range(20):
            peer.send(bytes(size))
        counters.settled()
    held = 0
    while select.select([nut], [], [], 0)[0]:
        nut.recv(1 << 16)
        held += 1
    return held


def held_stream(t):
    """How many bytes a TCP socket holds that is not read, in small and in large sends."""
    most = 0
    for chunk in (100, 1400, 60000):
        nut, peer = traffic.tcp_pair(t)
        peer.setblocking(False)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        seen = [-1]

        def more():
            """Nothing more arrives though there is more to send."""
            try:
                for _ in range(200):
                    peer.send(bytes(chunk))
            except BlockingIOError:
                pass
            time.sleep(0.1)
            waiting = array.array("i", [0])
            fcntl.ioctl(nut, termios.FIONREAD, waiting)
            seen.append(waiting[0])
            return len(seen) > 8 and len(set(seen[-8:])) == 1 and waiting[0]

        e1k.wait_for(more, "the window to close")
        most = max(most, seen[-1])
        nut.close()
        peer.close()
    return most


def holds(t) -> Facts:
    found: Facts = {}
    for size in (1500, 4000, 9000):
        mtu(t, size)
        t.must(t.ping())
        for length in (100, 1000, 1400):
            found[f"MTU {size}: datagrams of {length} bytes"] = NoLess(held_datagrams(t, length))
        # Where the window closes depends on how the segments fell.
        found[f"MTU {size}: bytes of TCP, at least 95 %"] = NoLess(held_stream(t), 0.95)
    return found


def sink(t):
    t.must(t.on_nut("ip", "neigh", "replace", SINK_IP, "lladdr", SINK_MAC, "dev", t.nut, "nud",
                    "permanent"))


def sender(t, room, blocking=True):
    sock = t.socket("nut", socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
    sock.setblocking(blocking)
    sock.connect((SINK_IP, 9))
    return sock


def refusals(t, room, size, count):
    """How often a socket had no room, of a number of datagrams."""
    sock, refused = sender(t, room, blocking=False), 0
    for _ in range(count):
        while True:
            try:
                sock.send(bytes(size))
                break
            except BlockingIOError:
                refused += 1
                select.select([], [sock], [], e1k.PATIENCE)
    return refused


def sleeps(t, room, size, count):
    """How often a sender slept, and how long that took."""
    sock = sender(t, room)
    sock.send(b"first")
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw, time.monotonic()
    for _ in range(count):
        sock.send(bytes(size))
    return (resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw - before,
            time.monotonic() - began)


def zerocopy(t):
    """How long until the kernel says that a page may be used again, after each of many."""
    sock = sender(t, 1 << 17)
    sock.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    began = time.monotonic()
    for _ in range(40):
        sock.send(bytes(1400), ZEROCOPY_FLAG)
        poll = select.poll()
        poll.register(sock, 0)
        poll.poll(1000 * e1k.PATIENCE)
        sock.recvmsg(1, 512, socket.MSG_ERRQUEUE)
    return time.monotonic() - began


def request_response(t):
    """TCP with small sends that wait for the answer each."""
    nut, peer = traffic.tcp_pair(t)
    echo = e1k.in_background(lambda: [peer.sendall(peer.recv(100)) for _ in range(300)])
    began = time.monotonic()
    for _ in range(300):
        nut.sendall(b"x")
        nut.recv(100)
    echo.result()
    return time.monotonic() - began


def median(values):
    return sorted(values)[len(values) // 2]


def waits(t) -> Facts:
    sink(t)
    found: Facts = {}
    for room, size in ((2304, 1000), (2304, 100), (8192, 1000), (65536, 1400)):
        name = f"room for {room}, datagrams of {size}"
        found[f"{name}: refused"] = NoMore(median([refusals(t, room, size, 120)
                                                   for _ in range(3)]), 1, SLACK)
        slept, took = zip(*(sleeps(t, room, size, 120) for _ in range(3)))
        found[f"{name}: sleeps"] = NoMore(median(slept), 1, SLACK)
        found[f"{name}: seconds, three times as long at most"] = NoMore(round(median(took), 3), 3,
                                                                        0.05)
    found["zerocopy, seconds, three times as long at most"] = NoMore(
        round(median([zerocopy(t) for _ in range(3)]), 3), 3, 0.05)
    found["request and answer by TCP, seconds, three times as long at most"] = NoMore(
        round(median([request_response(t) for _ in range(3)]), 3), 3, 0.05)
    return found


both.main({"sockets, what they hold": holds, "sockets, how long senders wait": waits})
