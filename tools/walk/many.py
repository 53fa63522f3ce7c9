# SPDX-License-Identifier: GPL-2.0-only
"""Many packets: how long each hop took of all of them, the slowest of them whole, and
what was dropped meanwhile."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any, Iterable

import outcome
from lang import tr
from tracefs import Event, Symbols

# Values of a hop that are kept; of more a fair sample (algorithm R) stands for all.
KEPT = 10000


class Distribution:
    """Least, most and histogram are exact; median and p99 are as long as KEPT suffices."""

    def __init__(self) -> None:
        self.count, self.least, self.most = 0, float("inf"), 0.0
        self.values: list[float] = []
        # By the power of two that is the upper end, in microseconds.
        self.bins: Counter[int] = Counter()
        self.chance = random.Random(1)

    def add(self, value: float) -> None:
        self.count += 1
        self.least, self.most = min(self.least, value), max(self.most, value)
        self.bins[max(0, int(value).bit_length())] += 1
        if len(self.values) < KEPT:
            self.values.append(value)
        elif (at := self.chance.randrange(self.count)) < KEPT:
            self.values[at] = value

    def quantile(self, part: float) -> float:
        """The smallest value that this part of all does not exceed."""
        ordered = sorted(self.values)
        return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]

    def plain(self) -> dict[str, Any]:
        last = max(self.bins)
        return {"count": self.count, "least": round(self.least, 1),
                "median": round(self.quantile(0.5), 1), "p99": round(self.quantile(0.99), 1),
                "most": round(self.most, 1),
                # Below 1, 2, 4 ... microseconds.
                "histogram": [[1 << power, self.bins[power]] for power in range(last + 1)]}


class Drops:
    """Of the whole machine, by reason and function, for as long as it is told of events."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.name == "kfree_skb":
                place = event.values.get("location", 0)
                self.counts[(event.values.get("reason_name") or "NOT_SPECIFIED",
                             self.symbols.at(place) if place else "", event.context)] += 1

    def plain(self) -> list[dict[str, Any]]:
        return [{"reason": reason, "where": where, "context": context, "count": count}
                for (reason, where, context), count in self.counts.most_common()]


class Many:
    """Walks, one after the other."""

    def __init__(self) -> None:
        self.hops: dict[tuple[str, str, str], Distribution] = {}
        self.totals: dict[str, Distribution] = {}
        self.slowest: dict[str, tuple[float, dict[str, Any]]] = {}
        self.outcomes: Counter[str] = Counter()
        self.packets = 0

    def add(self, walk: dict[str, Any]) -> None:
        self.packets += 1
        self.outcomes[outcome.outcome(walk)] += 1
        timed = [row for row in walk["steps"] if row["us"] is not None]
        for row in timed[1:]:
            name = row["drop"] or row["function"].rpartition(":")[2]
            self.hops.setdefault((walk["path"], row["step"], name), Distribution()).add(row["delta"])
        whole = timed[-1]["us"] - timed[0]["us"]
        self.totals.setdefault(walk["path"], Distribution()).add(whole)
        if whole > self.slowest.get(walk["path"], (-1.0, {}))[0]:
            self.slowest[walk["path"]] = (whole, walk)

    def walks(self) -> list[dict[str, Any]]:
        """The slowest of each path, each on a clock of its own."""
        return [walk for _, walk in self.slowest.values()]

    def plain(self) -> dict[str, Any]:
        return {"packets": self.packets, "outcomes": dict(self.outcomes),
                "total": {path: one.plain() for path, one in self.totals.items()},
                "hops": [{"path": path, "step": step, "function": function, **one.plain()}
                         for (path, step, function), one in self.hops.items()]}


# --- in a terminal -----------------------------------------------------------------------

BARS = " ▁▂▃▄▅▆▇█"


def sparkline(histogram: list[list[int]]) -> str:
    most = max(count for _, count in histogram)
    return "".join(BARS[-(-count * 8 // most)] for _, count in histogram)


def line(name: str, one: dict[str, Any]) -> str:
    return (f"{name:<36} {one['count']:>7} {one['least']:>9.1f} {one['median']:>9.1f} "
            f"{one['p99']:>9.1f} {one['most']:>9.1f}  {sparkline(one['histogram'])}").rstrip()


def as_text(result: dict[str, Any]) -> str:
    many = result["many"]
    lines = [tr("{packets} packets followed on {device}").format(
        packets=many["packets"], device=result["device"])]
    if many["outcomes"]:
        lines[0] += ": " + ", ".join(f"{tr(word)} {count}" for word, count
                                     in many["outcomes"].items())
    if result.get("skipped"):
        lines.append(tr("{skipped} more matched and were not followed: there was no time").format(
            skipped=result["skipped"]))
    for path, total in many["total"].items():
        head = tr({"receive": "Receive", "transmit": "Transmit"}[path]) + ", us"
        lines += ["", f"{head:<36} {'n':>7} {tr('least'):>9} {tr('median'):>9} {'p99':>9} "
                      f"{tr('most'):>9}  1 2 4 8 ... us"]
        lines += [line(f"{one['step']:<4} {one['function'][:31]}", one)
                  for one in many["hops"] if one["path"] == path]
        lines.append(line(tr("the whole way"), total))
    lines += ["", tr("Dropped meanwhile, of all packets of this machine")]
    lines += [f"{one['count']:>7}  {one['reason']:<24} {one['where']}"
              for one in result["drops"]] or [f"        {tr('none')}"]
    return "\n".join(lines)
