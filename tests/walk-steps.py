#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
#
# timeout: 400
#
# The packet walk: every scenario shows the steps that it is there for, in their
# order, and together they show every step of both paths. The pictures are well
# formed and have a mark for each step. Nothing stays behind.

import json
import os
import sys
import xml.dom.minidom

HERE = os.path.dirname(os.path.abspath(__file__))
WALK = os.path.join(HERE, "..", "scripts", "walk")
sys.path.insert(0, os.path.join(HERE, "lib"))
sys.path.insert(0, WALK)

import coverage
import drawing
import e1k
from scenarios import SCENARIOS

GROUPS = sorted({scenario.group for scenario in SCENARIOS.values()})
TRACING = "/sys/kernel/tracing"


def left_behind():
    """Probes and buffers of a walk that are still there."""
    with open(f"{TRACING}/kprobe_events", encoding="ascii") as file:
        probes = [line for line in file if "e1k_walk" in line]
    return probes + [name for name in os.listdir(f"{TRACING}/instances")
                     if name.startswith("e1k_walk")]


def steps_of(results):
    """Each scenario by itself, so that a report names what is missing."""
    bad = []
    for result in results:
        bad += [f"{result['scenario']}: {line}" for line in result["problems"]]
    return bad


def draws(results):
    """Every step of every walk has its mark."""
    for result in results:
        marks = [node.getAttribute("id") for node in
                 xml.dom.minidom.parseString(drawing.picture([result])).getElementsByTagName("g")]
        for walk in result["walks"]:
            for row in walk["steps"]:
                if f"{walk['path']}-{row['n']}" not in marks:
                    return f"{result['scenario']}: step {row['n']} has no mark"
    xml.dom.minidom.parseString(drawing.picture(results[:2]))
    return "" if "</html>" in drawing.page(results) else "the page has no end"


def test(t):
    results = []
    for group in GROUPS:
        names = [name for name, one in SCENARIOS.items() if one.group == group]
        path = f"/tmp/walk-{group}.json"
        done = e1k.command(f"{WALK}/e1k-walk", *names, "--json", path, "--colour", "never")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                group_results = json.load(file)
        else:
            group_results = []
        results += group_results
        bad = steps_of(group_results)
        if not t.check(done and len(group_results) == len(names) and not bad,
                       f"{group}: {', '.join(names)} show their steps in order"):
            for line in bad:
                t.note(line)
    seen = coverage.seen_by(results, [])
    missing = [step for step, by in seen.items() if not by and step[0] in "RT"]
    if not t.check(not missing, "every step of receive and transmit is seen"):
        t.note(f"not seen: {' '.join(missing)}")
    for line in coverage.table(results, []).splitlines():
        if line.startswith(("| R", "| T")):
            t.note(line)
    problem = draws(results) if results else "no results"
    if not t.check(not problem, "the pictures are well formed and show every step"):
        t.note(problem)
    t.check(not left_behind(), "no probe and no buffer stays behind")


e1k.main(test, plan=len(GROUPS) + 3)
