# SPDX-License-Identifier: GPL-2.0-only
"""The timeline in a terminal."""

from __future__ import annotations

import sys
from typing import Any

import comparing
from cost import sentence
from lang import CHOICE, columns, padded, phrase, tr

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
        gap = self.paint(DIM, f"{'':33}{'':12} ... {row['gap']}\n") if row.get("gap") else ""
        name = row["function"] or (f"({tr('inferred')})" if row.get("inferred") else "")
        line = (f"{row['n']:3}  {row['step']:<4} {time:>8} {delta:>7}  {where:>3}  "
                + self.paint(COLOURS.get(row["context"], ""), f"{context[:11]:<11}")
                + f" {name[:31]:<31} ")
        if row["drop"]:
            return gap + line + self.paint(RED, words)
        if row.get("inferred") and row["function"]:
            words += f" ({tr('inferred')})"
        return gap + line + words + self.paint(DIM, source)

    def walk(self, result: dict[str, Any], walk: dict[str, Any]) -> str:
        title = tr({"receive": "Receive", "transmit": "Transmit"}[walk["path"]])
        head = (f"{'#':>3}  {'step':<4} {'us':>8} {'since':>7}  CPU  {'context':<11} "
                f"{'function':<31} {tr('what happened')}")
        lines = [self.paint(BOLD, f"{title}: {walk['packet']}"), self.paint(DIM, head)]
        lines += [self.step(row) for row in walk["steps"]]
        return "\n".join(lines)

    def result(self, result: dict[str, Any]) -> str:
        parts = [self.paint(BOLD, f"{result['scenario']}: {tr(result['title'])}")
                 + f"\n{result['device']}, Linux {result['kernel']}"]
        parts += [self.walk(result, walk) for walk in result["walks"]]
        parts.append(self.notes(result))
        return "\n\n".join(part for part in parts if part)

    @staticmethod
    def plain(row: dict[str, Any]) -> str:
        """A step as the documentation shows it."""
        words = row["zh"] if CHOICE["language"] == "zh" else row["words"]
        time = "" if row["us"] is None else f"{row['us']:.0f} us"
        where = tr("NIC") if row["cpu"] is None else f"CPU {row['cpu']}, " + \
            (row["task"] if row["context"] == "process" else tr(SHORT.get(row["context"],
                                                                          row["context"])))
        name = row["function"].rpartition(":")[2]
        source = f"  ({row['source']})" if row["source"] else ""
        if row.get("inferred"):
            source = f"  ({tr('inferred')})"
        return f"{time:>9}  {padded(where, 18)} {name:<26} {words}{source}"

    @staticmethod
    def notes(result: dict[str, Any]) -> str:
        lines = [tr("not seen this time: {line}").format(line=line)
                 for line in result.get("problems", ())]
        if result.get("not_played"):
            lines.append(tr("not on this NIC: {why}").format(why=tr(result["not_played"])))
        lines += result.get("notes", ())
        lines += [tr("not in this kernel: {hook} ({instead})").format(
            hook=row["hook"], instead=row["instead"]) for row in result["missing"]]
        if result.get("lost"):
            lines.append(tr("{lost} lines of the trace had no room: steps may be missing").format(
                lost=result["lost"]))
        lines.append(sentence(result.get("probes")))
        return "\n".join(line for line in lines if line)

    def side_by_side(self, left: dict[str, Any], right: dict[str, Any], width: int = 58) -> str:
        """Two walks of the same path, lined up by step."""
        lines = [self.paint(BOLD, f"{left['scenario']:<{width}}   {right['scenario']}")]
        for path, rows in comparing.pairs(left, right):
            lines += ["", self.paint(BOLD, path.capitalize())]
            for pair in rows:
                here, there = (self.short(row, width) for row in pair)
                if not all(pair):
                    here, there = self.paint(BOLD, f"{here:<{width}}"), self.paint(BOLD, there)
                lines.append(f"{here:<{width}} | {there}".rstrip())
        return "\n".join(lines)

    @staticmethod
    def short(row: dict[str, Any] | None, width: int) -> str:
        if not row:
            return ""
        time = "" if row["us"] is None else f"{row['us']:.0f} us"
        name = row["drop"] or row["function"].rpartition(":")[2] or "(the NIC)"
        cpu = "" if row["cpu"] is None else row["cpu"]
        context = row["task"] if row["context"] == "process" else SHORT.get(row["context"],
                                                                           row["context"])
        return f"{row['step']:<4} {time:>10} {cpu:>2} {name[:28]:<28} {context}"[:width]

    @staticmethod
    def figures(pair: comparing.Comparison, left: dict[str, Any], right: dict[str, Any]) -> str:
        """What both runs did as a whole."""
        rows = [(phrase(name), a, b) for name, a, b in comparing.figures(pair, left, right)]
        widths = [max(columns(row[i]) for row in rows) for i in range(3)]
        return "\n".join(f"{padded(name, widths[0])}  {a:>{widths[1]}}  {b:>{widths[2]}}"
                         for name, a, b in rows)


def wants_colour(choice: str) -> bool:
    return choice == "always" or (choice == "auto" and sys.stdout.isatty())
