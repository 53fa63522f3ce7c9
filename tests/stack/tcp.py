#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""TCP in each direction and in both at once carries exactly the bytes sent."""

import os
import socket

from lib import e1k, traffic


def test(t):
    data = os.urandom(6 << 20)
    for family, name in ((socket.AF_INET, "IPv4"), (socket.AF_INET6, "IPv6")):
        nut, peer = traffic.tcp_pair(t, family)
        wrong = traffic.transfer(nut, peer, data)
        t.check(not wrong, f"{name}: the peer gets what the NIC sends", wrong)
        wrong = traffic.transfer(peer, nut, data)
        t.check(not wrong, f"{name}: the NIC gets what the peer sends", wrong)
        back = e1k.in_background(traffic.transfer, peer, nut, data)
        wrong = [traffic.transfer(nut, peer, data), back.result()]
        t.check(not any(wrong), f"{name}: both at the same time", *wrong)


e1k.main(test, plan=6)
