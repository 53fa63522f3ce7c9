#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
#
# The packet walk's lessons: how a process waits, TCP's handshake, reset and retransmission,
# headers that come and go, both masks, netfilter's hooks by name, what tcpdump sees,
# loopback, a tunnel, forwarding that is off, an ICMP error. Each says what it is there for.

from lib import e1k, walking

NAMES = walking.group("lessons")


def test(t):
    results = walking.play(*NAMES)
    walking.check_each(t, results, NAMES)
    walking.check_statements(t, results)
    t.check(not walking.left_behind(), "no probe and no buffer stays behind")


e1k.main(test, plan=len(NAMES) + 2)
