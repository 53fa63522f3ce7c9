# SPDX-License-Identifier: GPL-2.0-only
"""The timeline in a terminal."""

from __future__ import annotations

import sys
from typing import Any

RESET, BOLD, DIM, RED = "\033[0m", "\033[1m", "\033[2m", "\033[1;31m"
COLOURS = {"hardirq": "\033[31m", "softirq": "\033[33m", "ksoftirqd": "\033[35m",
           "napi thread": "\033[35m", "process": "\033[36m", "hardware": "\033[2m"}
SHORT = {"hardirq": "hard IRQ", "hardware": "NIC"}


class Text:
    """Lines, coloured or not."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def paint(self, code: str, text: str) -> str:
        return f"{code}{text}{RESET}" if self.colour else text

    def step(self, row: dict[str, Any]) -> str:
        time = "" if row["us"] is None else f"{row['us']:.0f}"
        delta = "" if row["delta"] is None else f"+{row['delta']:.0f}"
        context = SHORT.get(row["context"], row["context"])
        if row["context"] == "process":
            context = row["task"]
        where = "" if row["cpu"] is None else f"{row['cpu']}"
        source = f"  {row['source']}" if row["source"] else ""
        words = row["words"]
        line = (f"{row['n']:3}  {row['step']:<4} {time:>8} {delta:>7}  {where:>3}  "
                + self.paint(COLOURS.get(row["context"], ""), f"{context[:11]:<11}")
                + f" {row['function'][:31]:<31} ")
        if row["drop"]:
            return line + self.paint(RED, words)
        return line + words + self.paint(DIM, source)

    def walk(self, result: dict[str, Any], walk: dict[str, Any]) -> str:
        title = {"receive": "Receive", "transmit": "Transmit"}[walk["path"]]
        head = (f"{'#':>3}  {'step':<4} {'us':>8} {'since':>7}  CPU  {'context':<11} "
                f"{'function':<31} what happened")
        lines = [self.paint(BOLD, f"{title}: {walk['packet']}"), self.paint(DIM, head)]
        lines += [self.step(row) for row in walk["steps"]]
        return "\n".join(lines)

    def result(self, result: dict[str, Any]) -> str:
        parts = [self.paint(BOLD, f"{result['scenario']}: {result['title']}")
                 + f"\n{result['device']}, Linux {result['kernel']}"]
        parts += [self.walk(result, walk) for walk in result["walks"]]
        parts.append(self.notes(result))
        return "\n\n".join(part for part in parts if part)

    @staticmethod
    def plain(row: dict[str, Any]) -> str:
        """A step as the documentation shows it."""
        time = "" if row["us"] is None else f"{row['us']:.0f} us"
        where = "NIC" if row["cpu"] is None else f"CPU {row['cpu']}, " + \
            (row["task"] if row["context"] == "process" else SHORT.get(row["context"],
                                                                       row["context"]))
        name = row["function"].rpartition(":")[2]
        source = f"  ({row['source']})" if row["source"] else ""
        return f"{time:>9}  {where:<18} {name:<26} {row['words']}{source}"

    @staticmethod
    def notes(result: dict[str, Any]) -> str:
        lines = [f"not in this kernel: {row['hook']} ({row['instead']})"
                 for row in result["missing"]]
        if result.get("lost"):
            lines.append(f"{result['lost']} lines of the trace had no room: steps may be missing")
        return "\n".join(lines)

    def side_by_side(self, left: dict[str, Any], right: dict[str, Any], width: int = 58) -> str:
        """Two walks of the same path, lined up by step."""
        lines = [self.paint(BOLD, f"{left['scenario']:<{width}}   {right['scenario']}")]
        for path in ("receive", "transmit"):
            walks = [next((w for w in side["walks"] if w["path"] == path), None)
                     for side in (left, right)]
            if all(walks):
                lines += ["", self.paint(BOLD, path.capitalize())]
                lines += [f"{self.short(a, width):<{width}} | {self.short(b, width)}".rstrip()
                          for a, b in aligned(walks[0]["steps"], walks[1]["steps"])]
        return "\n".join(lines)

    @staticmethod
    def short(row: dict[str, Any] | None, width: int) -> str:
        if not row:
            return ""
        time = "" if row["us"] is None else f"{row['us']:.0f}"
        name = row["drop"] or row["function"] or "(the NIC)"
        cpu = "" if row["cpu"] is None else row["cpu"]
        return f"{row['step']:<4} {time:>7} us {cpu:>2} {name[:30]:<30} {row['context']}"[:width]


def aligned(left: list[dict], right: list[dict]) -> list[tuple[dict | None, dict | None]]:
    """Pairs of rows; what only one side has stands alone."""
    import difflib
    keys = [[(row["step"], row["function"]) for row in side] for side in (left, right)]
    pairs: list[tuple[dict | None, dict | None]] = []
    matcher = difflib.SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if kind == "equal":
            pairs += list(zip(left[a1:a2], right[b1:b2]))
        else:
            pairs += [(row, None) for row in left[a1:a2]]
            pairs += [(None, row) for row in right[b1:b2]]
    return pairs


def wants_colour(choice: str) -> bool:
    return choice == "always" or (choice == "auto" and sys.stdout.isatty())
