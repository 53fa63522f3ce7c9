# SPDX-License-Identifier: GPL-2.0-only
"""Judge what a test left behind at the NIC: see nicstate, which looks in the guest."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

# The driver's messages when it heals something, or has something to heal. The unit tests
# (tests/unit/aftermath.py) compare them with src/.
STEPS = ("transmitter kicked", "transmit ring restarted", "reset",
         "transmission hangs", "reception has lost its way",
         "an interrupt was lost; polled", "the NIC is back",
         "the registers do not answer", "the registers answer again")
HEALING = re.compile(r"\be1k \S+ \S+(?: \(\w+\))?: (?:" + "|".join(map(re.escape, STEPS)) + r")$")


@dataclass
class Findings:
    """What is wrong, in a line each, and what shows it."""

    problems: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


def healing_lines(log: list[str]) -> list[str]:
    """The lines of the kernel's log that tell of healing."""
    return [line for line in log if HEALING.search(line)]


def _pairs(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def judge(seen: dict[str, dict[str, int]], log: list[str], announced: bool) -> Findings:
    """What nicstate saw, and the kernel's log of the test. Announced healing is none."""
    found = Findings()
    for line, count in seen.get("unhandled", {}).items():
        found.problems.append(f"interrupts on line {line} that nobody handled: {count} or more")
    for pool, pages in seen.get("pools", {}).items():
        found.problems.append(f"page pool {pool} is not given back: {pages} pages are out")
    if announced:
        return found
    said = healing_lines(log)
    if said or seen.get("heals"):
        counters = _pairs(seen.get("heals", {})) or "no counter was read"
        found.problems.append(f"the driver healed what the test did not announce ({counters})")
        found.details += said[:20]
    if seen.get("errors"):
        found.problems.append(f"devlink health errors that the test did not announce: "
                              f"{_pairs(seen['errors'])}")
    return found


def read(output: str) -> dict[str, dict[str, int]]:
    """The answer of nicstate end; ValueError if it is none."""
    answer = json.loads(output)
    if not isinstance(answer, dict):
        raise ValueError(f"nicstate said {output[:200]!r}")
    return answer
