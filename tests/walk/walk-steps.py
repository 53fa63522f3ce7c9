#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
#
# The packet walk: every scenario shows the steps that it is there for, in their
# order, and together they show every step of both paths. The pictures are well
# formed and have a mark for each step. Nothing stays behind.

import xml.etree.ElementTree

from lib import e1k, walking
import coverage
import drawing
import webpage

# The others have tests of their own.
GROUPS = ("protocols", "paths", "drops")
# By the only scenario of these that is bound to show it: what comes after a queue that was stopped,
# and the interrupt that says "sent". A NIC with messages cannot play them.
ABSENT = {"stopped": "T8", "txirq": "T13"}
# Pages that are mapped have a test of their own.
ELSEWHERE = ("R25",)


def draws(results):
    """Every step of every walk has its mark."""
    for result in results:
        picture = xml.etree.ElementTree.fromstring(drawing.picture([result]))
        marks = {node.get("id") for node in picture.iter("{http://www.w3.org/2000/svg}g")}
        for walk in result["walks"]:
            for row in walk["steps"]:
                if f"{walk['path']}-{row['n']}" not in marks:
                    return f"{result['scenario']}: step {row['n']} has no mark"
    return "" if "</html>" in webpage.page(results) else "the page has no end"


def test(t):
    results = walking.play(*(name for group in GROUPS for name in walking.group(group)))
    for group in GROUPS:
        names = walking.group(group)
        played = [result for result in results if result["scenario"] in names]
        bad = [f"{result['scenario']}: {line}" for result in played for line in result["problems"]]
        if not t.check(len(played) == len(names) and not bad,
                       f"{group}: {', '.join(names)} show their steps in order"):
            for line in bad:
                t.note(line)
    seen = coverage.seen_by(results, [])
    # What no scenario can show on this NIC.
    absent = [ABSENT.get(result["scenario"]) for result in results if result.get("not_played")]
    for result in results:
        if result.get("not_played"):
            t.note(f"{result['scenario']} is not played: {result['not_played']}")
    missing = [step for step, by in seen.items()
               if not by and step[0] in "RT" and step not in (*absent, *ELSEWHERE)]
    if not t.check(not missing, "every step of receive and transmit is seen"):
        t.note(f"not seen: {' '.join(missing)}")
    for line in coverage.table(results, []).splitlines():
        if line.startswith(("| R", "| T")):
            t.note(line)
    problem = draws(results) if results else "no results"
    if not t.check(not problem, "the pictures are well formed and show every step"):
        t.note(problem)
    walking.check_statements(t, results)
    t.check(not walking.left_behind(), "no probe and no buffer stays behind")


e1k.main(test, plan=len(GROUPS) + 4)
