#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A socket that polls the NIC itself gets its data, byte for byte, and knows which
NAPI instance to poll."""

import os
import socket

from lib import e1k, traffic

SO_BUSY_POLL, SO_INCOMING_NAPI_ID, SO_PREFER_BUSY_POLL = 46, 56, 69
ROUNDS = 300


def test(t):
    for family, ip in ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6")):
        nut, peer = traffic.udp_pair(t, family)
        for sock in (nut, peer):
            sock.settimeout(e1k.PATIENCE)
        nut.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, 1000)
        nut.setsockopt(socket.SOL_SOCKET, SO_PREFER_BUSY_POLL, 1)

        def echo(peer=peer):
            for _ in range(ROUNDS):
                peer.send(peer.recv(2048))

        echoer = e1k.in_background(echo)
        wrong = None
        for i in range(ROUNDS):
            data = os.urandom(1 + i * 4)
            nut.send(data)
            wrong = wrong or traffic.difference(nut.recv(2048), data)
        echoer.result()
        t.check(not wrong, f"{ip}: {ROUNDS} datagrams there and back", wrong)
        napi = nut.getsockopt(socket.SOL_SOCKET, SO_INCOMING_NAPI_ID)
        t.check(napi, f"{ip}: the socket knows its NAPI instance")

    stream_nut, stream_peer = traffic.tcp_pair(t)
    stream_nut.setsockopt(socket.SOL_SOCKET, SO_BUSY_POLL, 1000)
    wrong = traffic.transfer(stream_peer, stream_nut, os.urandom(2 << 20))
    t.check(not wrong, "TCP into a socket that polls", wrong)


e1k.main(test, plan=5)
