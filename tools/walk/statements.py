# SPDX-License-Identifier: GPL-2.0-only
"""What the notes say, statement by statement: which rows of which scenarios show it, and on
which kernels they were seen.

A row is "SCENARIO:ROW", where ROW is a step, the name of a hook, or "drop"; of a lab it is
"LAB:STEP". The statements are written by hand (statements.json), what was seen is kept by
walk-docs (seen.json).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SEEN = HERE / "seen.json"
Result = dict[str, Any]


def load() -> list[dict[str, Any]]:
    return json.loads((HERE / "statements.json").read_text(encoding="utf-8"))


def seen() -> dict[str, list[str]]:
    """By row: the kernels."""
    return json.loads(SEEN.read_text(encoding="utf-8")) if SEEN.exists() else {}


def rows_of(result: Result) -> set[str]:
    """What a scenario or a lab has shown."""
    if "lab" in result:
        return {f"{result['lab']}:{step}" for step, good in result["seen"].items() if good}
    return {f"{result['scenario']}:{name}" for walk in result["walks"] for row in walk["steps"]
            for name in (row["step"], row["event"]) if name}


def wanted(names: set[str]) -> set[str]:
    """What the scenarios and labs of these names have to show."""
    return {row for one in load() for row in one["shown"] if row.partition(":")[0] in names}


# A NIC that sends messages has neither.
OF_A_LINE = ("e1k_irq_mask", "e1k_irq_unmask")


def needed(result: Result) -> set[str]:
    """What this one has to show on its NIC."""
    if result.get("not_played"):
        return set()
    return {row for row in wanted({result.get("lab") or result["scenario"]})
            if not result.get("by_message") or row.partition(":")[2] not in OF_A_LINE}


def unseen(results: list[Result]) -> list[str]:
    """What is said to be there, and was not."""
    every = set().union(*(needed(result) for result in results))
    return sorted(every.difference(*(rows_of(result) for result in results)))


def kernel_of(release: str) -> str:
    """Debian's 6.1.0-57-amd64 is a 6.1."""
    return ".".join(re.findall(r"\d+", release)[:2])


def order(kernel: str) -> list[int]:
    return [int(part) for part in kernel.split(".")]


def learn(results: list[Result], release: str) -> None:
    """Keep what was seen on this kernel. What was played and not seen is forgotten."""
    kept, kernel = seen(), kernel_of(release)
    lost, all_rows = set(unseen(results)), {row for one in load() for row in one["shown"]}
    for row in set().union(*(needed(result) for result in results)):
        others = set(kept.get(row, ())) - {kernel}
        kept[row] = sorted(others if row in lost else others | {kernel}, key=order)
    lines = [f"{json.dumps(row)}: {json.dumps(kept[row])}" for row in sorted(kept)
             if row in all_rows and kept[row]]
    SEEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="ascii")


def kernels_of(statement: dict[str, Any], kept: dict[str, list[str]]) -> list[str]:
    """Those on which all of its rows were seen."""
    every = set.intersection(*(set(kept.get(row, ())) for row in statement["shown"]))
    return sorted(every, key=order)


def shown(rows: list[str]) -> str:
    """`udp` R1, R2; `masks` softirq_entry"""
    by_name: dict[str, list[str]] = {}
    for row in rows:
        name, _, what = row.partition(":")
        by_name.setdefault(name, []).append(what)
    return "; ".join(f"`{name}` {', '.join(what)}" for name, what in by_name.items())


def table() -> str:
    """In Markdown."""
    kept, lines = seen(), []
    for statement in load():
        if f"## {statement['part']}" not in lines:
            lines += ["", f"## {statement['part']}", "",
                      "| statement | shown by | seen on |", "|---|---|---|"]
        kernels = ", ".join(kernels_of(statement, kept)) or "**nowhere**"
        lines.append(f"| {statement['says']} | {shown(statement['shown'])} | {kernels} |")
    return "\n".join(lines[1:])
