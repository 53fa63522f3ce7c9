#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
#
# The packet walk of packets that are lost on their way out: netfilter, no route, longer
# than the MTU, no answer to ARP, a queue without room, a filter of tc. Each is followed
# from the system call to where it was lost, and what dropped it is named.

from lib import e1k, walking

NAMES = walking.group("lost sends")
NAMED = {"out-netfilter": "hook LOCAL_OUT (IPv4)", "queue-full": "pfifo e1:"}


def test(t):
    results = walking.play(*NAMES)
    walking.check_each(t, results, NAMES)
    walking.check_statements(t, results)
    for name, wanted in NAMED.items():
        notes = [line for result in results if result["scenario"] == name
                 for line in result["notes"]]
        t.check(any(wanted in line for line in notes), f"{name}: whoever dropped it is named",
                *notes)


e1k.main(test, plan=len(NAMES) + 1 + len(NAMED))
