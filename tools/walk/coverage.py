# SPDX-License-Identifier: GPL-2.0-only
"""Which step is seen by which scenario."""

from __future__ import annotations

from typing import Any

from hooks import load_steps
from lang import tr


def seen_by(results: list[dict[str, Any]], labs: list[dict[str, Any]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in load_steps()}
    for result in results:
        steps = {row["step"] for walk in result["walks"] for row in walk["steps"]}
        for step in steps & found.keys():
            found[step].append(result["scenario"])
    for lab in labs:
        for step, good in lab["seen"].items():
            if good:
                found[step].append(f"lab {lab['lab']}")
    return found


def table(results: list[dict[str, Any]], labs: list[dict[str, Any]], language: str = "title") -> str:
    """In Markdown. A step that nothing shows says so."""
    head = {"title": ("step", "what it is", "seen by"), "zh": ("步骤", "内容", "可在此看到")}[language]
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for name, step in load_steps().items():
        scenarios = seen_by(results, labs)[name]
        some = ", ".join(scenarios[:6])
        if len(scenarios) > 6:
            some += tr(" and {count} more").format(count=len(scenarios) - 6)
        lines.append(f"| {name} | {step[language]} | {some or '**nothing**'} |")
    return "\n".join(lines)
