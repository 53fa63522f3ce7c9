#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
#
# The packet walk over IPv6: UDP, TCP, ping in both roles, neighbour discovery,
# extension headers, fragments. Each shows its steps, and what was delivered is
# never called dropped.

from lib import e1k, walking

NAMES = walking.group("IPv6")


def test(t):
    results = walking.play(*NAMES)
    walking.check_each(t, results, NAMES)
    walking.check_statements(t, results)
    drops = [f"{result['scenario']}: {row['words']}" for result in results
             for walk in result["walks"] for row in walk["steps"] if row["drop"]]
    t.check(not drops, "nothing that was delivered is called dropped", *drops)
    missing = {row["hook"]: row["instead"] for result in results for row in result["missing"]}
    t.note(f"not in this kernel: {', '.join(missing) or 'nothing'}")


e1k.main(test, plan=len(NAMES) + 2)
