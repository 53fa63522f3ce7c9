# SPDX-License-Identifier: GPL-2.0-only
"""Playing scenarios of the packet walk in a test."""

import json
import os
import sys

LIB = os.path.dirname(os.path.abspath(__file__))
WALK = os.path.join(LIB, "..", "..", "tools", "walk")
sys.path.insert(0, WALK)

from lib import e1k
from allscenarios import SCENARIOS
import statements

TRACING = "/sys/kernel/tracing"


def play(*names):
    """Their results, as e1k-walk writes them."""
    path = "/tmp/walk.json"
    done = e1k.command(f"{WALK}/e1k-walk", *names, "--json", path, "--colour", "never", "-q")
    if not os.path.exists(path):
        raise RuntimeError(f"e1k-walk wrote nothing: {done}")
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def group(name):
    return [one.name for one in SCENARIOS.values() if one.group == name]


def check_each(t, results, names):
    """One point for each scenario: it shows its steps in order."""
    for name in names:
        result = next((one for one in results if one["scenario"] == name), None)
        if result and result.get("not_played"):
            t.skip(f"{name}: {SCENARIOS[name].title}", result["not_played"])
            continue
        problems = result["problems"] if result else ["was not played"]
        if not t.check(not problems, f"{name}: {SCENARIOS[name].title}"):
            t.note(*problems)
            for walk in result["walks"] if result else ():
                t.note(*(f"{row['step']} {row['function']} {row['words']}" for row in walk["steps"]))


def check_statements(t, results):
    """One point: docs/walk/coverage.md says nothing of these that they do not show."""
    unseen = statements.unseen(results)
    if not t.check(results and not unseen, "what the documentation says that they show is there"):
        t.note(*unseen)


def left_behind():
    """Probes and buffers of a walk that are still there."""
    with open(f"{TRACING}/kprobe_events", encoding="ascii") as file:
        probes = [line for line in file if "e1k_walk" in line]
    return probes + [name for name in os.listdir(f"{TRACING}/instances")
                     if name.startswith("e1k_walk")]
