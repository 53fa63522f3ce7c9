# SPDX-License-Identifier: GPL-2.0-only
"""Judge what a test left behind at the NIC: see nicstate, which looks in the guest."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

# The driver's messages when it heals something, or has something to heal, with the counter
# that goes with a step. The unit tests (tests/unit/host.py) compare them with src/.
STEPS = {"writing the TX tail again": "heal_kicks", "restarting the TX ring": "heal_restarts",
         "resetting the NIC": "heal_resets", "interrupt lost, polling": "heal_polls",
         "TX queue %u hung": "", "RX ring %u out of step with the NIC": "", "NIC recovered": "",
         "registers read as all ones": "", "registers readable again": ""}
# The state of the ring may follow a message, after a colon.
HEALING = re.compile(r"\be1k \S+ \S+(?: \(\w+\))?: (" +
                     "|".join(map(re.escape, STEPS)).replace("%u", r"\d+") +
                     r")(?:: .*)?$")


def counter_of(message: str) -> str:
    """The counter that goes with a message as it was printed, queues by number."""
    return STEPS[re.sub(r"\d+", "%u", message)]


# In a test's header: all that heals is announced; or only these counters, "resets" and so on.
ALL = "yes"
# Likewise: interrupts of a NIC whose registers do not answer cannot be told from others'.
STRAYS = "strays"
# An interrupt that is on its way to one processor while another masks the NIC finds it masked.
# One or two of these, in a stop of the interface, are no fault; what repeats itself is.
RACING = 3


@dataclass
class Findings:
    """What is wrong, in a line each, and what shows it."""

    problems: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)


def healing_lines(log: list[str], announced: str = "") -> list[str]:
    """The lines of the kernel's log that tell of healing, but for announced steps."""
    counters = announced_counters(announced)
    found = []
    for line in log:
        match = HEALING.search(line)
        if match and counter_of(match[1]) not in counters:
            found.append(line)
    return found


def announced_counters(announced: str) -> set[str]:
    """The counters that a header names."""
    return {f"heal_{word}" for word in announced.replace(",", " ").split()
            if word not in (ALL, STRAYS)}


def _pairs(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def judge(seen: dict[str, dict[str, int]], log: list[str], announced: str) -> Findings:
    """What nicstate saw, and the kernel's log of the test. What the test announced in its
    header is none; neither are devlink errors, if it announced all."""
    found = Findings()
    words = announced.replace(",", " ").split()
    unhandled = {} if STRAYS in words else seen.get("unhandled", {})
    for line, count in unhandled.items():
        if count <= RACING:
            continue
        found.problems.append(f"interrupts on line {line} that nobody handled: {count} or more")
    for pool, pages in seen.get("pools", {}).items():
        found.problems.append(f"page pool {pool} is not given back: {pages} pages are out")
    if ALL in words:
        return found
    said = healing_lines(log, announced)
    heals = {name: count for name, count in seen.get("heals", {}).items()
             if name not in announced_counters(announced)}
    if said or heals:
        counters = _pairs(heals) or "no counter was read"
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
