# SPDX-License-Identifier: GPL-2.0-only
"""What the probes of a walk cost the machine while they are armed.

Hits are the kernel's own figures (kprobe_profile) and the records of tracepoints. What a hit
takes is measured when the tool starts: a system call that does nothing, with a probe on it
and without.
"""

from __future__ import annotations

import os
import re
import time
from typing import Any

from lang import tr
from tracefs import Trace

# The system call's function, by architecture; last that of old kernels.
PLACES = ["__x64_sys_getppid", "__arm64_sys_getppid", "__riscv_sys_getppid", "sys_getppid"]
# As many words as the usual probe records.
WORDS = " ".join(f"w{at}=+{at}($arg1):x64" for at in range(0, 32, 8))
# In turns with the probe and without, the least of many batches: what the machine does besides
# makes some of them slower, none faster.
TURNS, BATCHES, CALLS = 3, 20, 25


def least() -> float:
    """Microseconds that one call takes."""
    best = float("inf")
    for _ in range(BATCHES):
        begin = time.perf_counter_ns()
        for _ in range(CALLS):
            os.getppid()
        best = min(best, (time.perf_counter_ns() - begin) / CALLS / 1000)
    return best


def measure(trace: Trace) -> float | None:
    """Microseconds that a hit takes, or None where that cannot be told."""
    if not trace.add_probe("cost", PLACES, lambda _: f"a1=$arg1:x64 {WORDS}"):
        return None
    free, armed = float("inf"), float("inf")
    try:
        trace.start()
        for _ in range(TURNS):
            free = min(free, least())
            trace.enable("cost", True)
            armed = min(armed, least())
            trace.enable("cost", False)
    finally:
        trace.stop()
        trace.remove_probe("cost")
    return round(armed - free, 2) if armed > free else None


def profile(events: str, figures: str, group: str) -> tuple[int, int]:
    """Hits and misses of a group's probes: kprobe_profile does not tell groups apart, but has
    the order of kprobe_events."""
    hits = missed = 0
    for event, line in zip(events.splitlines(), figures.splitlines()):
        numbers = re.search(r"(\d+)\s+(\d+)$", line.strip())
        if f":{group}/" in event and numbers:
            hits, missed = hits + int(numbers[1]), missed + int(numbers[2])
    return hits, missed


class Cost:
    """From start() on. Of a trace whose probes are all in place."""

    def __init__(self, trace: Trace, hit_us: float | None) -> None:
        self.trace, self.hit_us = trace, hit_us
        self.before = (0, 0)

    def now(self) -> tuple[int, int]:
        hits, missed = profile(*self.trace.profile(), self.trace.group)
        return hits + self.trace.records, missed

    def start(self) -> None:
        self.before = self.now()

    def told(self, a_packet: float | None = None, packets: int = 0) -> dict[str, Any]:
        """a_packet: hits while one was on its way; or of how many packets it is the average."""
        hits, missed = (now - then for now, then in zip(self.now(), self.before))
        if packets:
            a_packet = round(hits / packets, 1)
        us = None if None in (a_packet, self.hit_us) else round(a_packet * self.hit_us, 1)
        return {"armed": self.trace.armed(), "hits": hits, "missed": missed,
                "hits_a_packet": a_packet, "hit_us": self.hit_us, "us_a_packet": us}


def on_the_way(walks: list[dict[str, Any]], times: list[float]) -> float | None:
    """Hits from the first step of the exchange to its last, for each of its packets.

    times: of all that was recorded.
    """
    steps = [walk["origin"] + row["us"] for walk in walks for row in walk["steps"]
             if row["us"] is not None]
    if not steps:
        return None
    # Steps are rounded to a tenth of a microsecond.
    first, last = min(steps) - 0.1, max(steps) + 0.1
    return round(sum(first <= time <= last for time in times) / len(walks), 1)


def sentence(told: dict[str, Any] | None) -> str:
    """The last line of a walk."""
    if not told:
        return ""
    line = tr("probes: {armed} armed, {hits} hits, {missed} missed").format(
        armed=told["armed"], hits=f"{told['hits']:,}", missed=told["missed"])
    if told["hits_a_packet"] is not None:
        line += tr("; {hits} hits a packet").format(hits=f"{told['hits_a_packet']:,g}")
    if told["us_a_packet"] is not None:
        line += tr(", {hit:g} us each as measured here: {us:,.0f} us a packet").format(
            hit=told["hit_us"], us=told["us_a_packet"])
    return line
