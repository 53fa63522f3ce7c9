# SPDX-License-Identifier: GPL-2.0-only
"""The figures of a run: what tables, plots and the budget speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Iterable

from bench_guest import RECEIVER, Run
from lib.paths import TREE

BUDGET = TREE / "tests/perf-budget"
BUDGET_82574 = TREE / "tests/perf-budget-e1000e"
TOP_FUNCTIONS = 40

# name -> (heading, decimals, "less" or "more" is better)
FIGURES = {
    "traps": ("traps", 3, "less"),
    "interrupts": ("interrupts", 3, "less"),
    "polls": ("polls", 3, "less"),
    "driver": ("driver insns", 0, "less"),
    "kernel": ("kernel insns", 0, "less"),
    "receive": ("receiving kernel insns", 0, "less"),
    "p50": ("p50 us", 1, "less"),
    "p99": ("p99 us", 1, "less"),
    "rate": ("rate", 1, "more"),
}

# The same, but only in the budget: of the receiving NIC.
BUDGETED = FIGURES | {
    "rdt": ("writes to RDT", 3, "less"),
    "tdt-poll": ("writes to TDT a poll", 2, "less"),
}


def rate_unit(stream: bool) -> str:
    return "Mbit/s" if stream else "1000/s"


def counted_figures(run: Run) -> dict[str, float]:
    counts = run.counts
    figures = {name: run.each(getattr(counts, name))
               for name in ("traps", "interrupts", "polls", "driver", "kernel")}
    if run.sender:
        figures["receive"] = run.receiving("kernel")
        figures["rdt"] = run.each(counts.mmio.get((RECEIVER, "RDT", "w"), 0))
        figures["tdt-poll"] = counts.mmio.get((RECEIVER, "TDT", "w"), 0) / max(counts.polls, 1)
    figures |= {name: run.values[name] / 1000 for name in ("p50", "p99") if name in run.values}
    figures["rate"] = run.rate * 8 / 1e6 if run.workload.is_stream else run.rate / 1000
    return figures


def registers(run: Run) -> dict[str, float]:
    """Accesses per unit, of all NICs together, by register and direction."""
    table: dict[str, float] = {}
    for (_, register, way), times in run.counts.mmio.items():
        key = f"{register} {'read' if way == 'r' else 'write'}"
        table[key] = table.get(key, 0) + run.each(times)
    return dict(sorted(table.items(), key=lambda item: -item[1]))


def functions(run: Run) -> list[dict[str, Any]]:
    """The most expensive functions, the driver's all."""
    ranked = sorted(run.counts.functions.items(), key=lambda item: -item[1].insns)
    chosen = [item for index, item in enumerate(ranked)
              if index < TOP_FUNCTIONS or item[0][0] == run.driver]
    return [{"module": module, "name": name, "insns": run.each(function.insns),
             "calls": run.each(function.calls)} for (module, name), function in chosen]


def middle(runs: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """Median, least and most of each figure over the repetitions."""
    table = {}
    for name in runs[0]:
        values = [figures[name] for figures in runs if name in figures]
        table[name] = {"median": median(values), "min": min(values), "max": max(values)}
    return table


@dataclass(frozen=True)
class Limit:
    """A line of the budget file."""

    workload: str
    figure: str
    budget: float
    goal: float | None

    def within(self, value: float, limit: float) -> bool:
        if BUDGETED[self.figure][2] == "more":
            return value >= limit
        return value <= limit


def read_budget(path: Path = BUDGET) -> list[Limit]:
    limits = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) not in (3, 4) or words[1] not in BUDGETED or \
                not all(re.fullmatch(r"\d+(\.\d+)?", word) for word in words[2:]):
            raise ValueError(f"{path}:{number}: workload, figure, budget and perhaps a goal are "
                             f"expected; figures: {', '.join(BUDGETED)}")
        limits.append(Limit(words[0], words[1], float(words[2]),
                            float(words[3]) if len(words) == 4 else None))
    return limits


def goals(limits: Iterable[Limit]) -> dict[tuple[str, str], Limit]:
    return {(limit.workload, limit.figure): limit for limit in limits if limit.goal is not None}
