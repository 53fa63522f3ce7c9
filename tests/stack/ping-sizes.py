#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Echoes of every size, from nothing to the MTU and far beyond it in fragments,
come back with the bytes that were sent."""

import os
import socket

from lib import e1k, frames, traffic

# Echoes under way: several, so that descriptors are used in batches, but only so
# many bytes as the stack at the peer lets its replies have in its send queue.
WINDOW, WINDOW_BYTES = 16, 65507


def echoes(t, family, sizes):
    """What is wrong with the echoes of these sizes, as a list of words."""
    if family == socket.AF_INET:
        sock = t.socket("nut", family, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        request, reply, skip = 8, 0, 20     # a raw IPv4 socket gets the IP header too
    else:
        sock = t.socket("nut", family, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        request, reply, skip = 128, 129, 0
    sock.connect((traffic.addresses(family)[1], 0))
    sock.setsockopt(socket.SOL_SOCKET, frames.SO_RCVBUFFORCE, 16 << 20)
    sock.setsockopt(socket.SOL_SOCKET, frames.SO_SNDBUFFORCE, 16 << 20)
    sock.settimeout(e1k.PATIENCE)
    noise = os.urandom(65536)
    todo, waiting, wrong = list(enumerate(sizes)), {}, []
    todo.reverse()
    while todo or waiting:
        while todo and len(waiting) < WINDOW and \
                sum(waiting.values()) + todo[-1][1] <= WINDOW_BYTES:
            number, size = todo.pop()
            head = bytes((request, 0, 0, 0, 0xE1, 0)) + number.to_bytes(2, "big")
            data = head + noise[:size]
            if family == socket.AF_INET:
                data = data[:2] + frames.checksum(data).to_bytes(2, "big") + data[4:]
            waiting[number] = size
            sock.send(data)
        try:
            data = sock.recv(1 << 17)[skip:]
        except TimeoutError:
            return wrong + [f"no reply to the sizes {sorted(waiting.values())}"]
        if data[0] != reply or data[4] != 0xE1:
            continue
        size = waiting.pop(int.from_bytes(data[6:8], "big"))
        if data[8:] != noise[:size]:
            wrong.append(f"size {size}: {traffic.difference(data[8:], noise[:size])}")
    return wrong


def test(t):
    for family, name, overhead in ((socket.AF_INET, "IPv4", 28), (socket.AF_INET6, "IPv6", 48)):
        largest = 1500 - overhead
        wrong = echoes(t, family, range(largest + 1))
        t.check(not wrong, f"{name}: every size from 0 to {largest}", *wrong[:20])
        # The last fragment gets every small size and every size near a full frame.
        step = 1480 if family == socket.AF_INET else 1448
        sizes = [step * n + extra for n in (1, 2, 10, 43)
                 for extra in list(range(-9, 40)) + [700]] + [65507 - 8, 65507]
        wrong = echoes(t, family, [size for size in sizes if size <= 65507])
        t.check(not wrong, f"{name}: fragments, up to 65507 bytes", *wrong[:20])


e1k.main(test, plan=4)
