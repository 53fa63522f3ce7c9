# SPDX-License-Identifier: GPL-2.0-only
"""The labs: what NAPI does under load, where received frames are dropped and sent ones
lost and which counter tells, and how often the bytes of a send are copied."""

from __future__ import annotations

from typing import Any, Callable

import copylab
import droplab
import napilab
import sendlab
from bed import Bed
from errors import WalkError
from tracefs import Trace

Lab = Callable[[Bed, Trace], dict[str, Any]]
LABS: dict[str, Lab] = {"napi": napilab.run_lab, "drops": droplab.run_lab,
                        "sends": sendlab.run_lab, "copies": copylab.run_lab}


def play(name: str) -> dict[str, Any]:
    """Tables: {"title", "tables": [{"title", "head", "rows", "note"}], "plots", "seen"}."""
    if name not in LABS:
        raise WalkError(f"no lab '{name}'; there are {', '.join(LABS)}")
    with Bed() as bed, Trace() as trace:
        result = LABS[name](bed, trace)
        bed.restore()
    return result


def as_text(result: dict[str, Any]) -> str:
    parts = [result["title"]]
    for table in result["tables"]:
        rows = [table["head"], *table["rows"]]
        widths = [max(len(str(row[i])) for row in rows) for i in range(len(table["head"]))]
        lines = [table["title"]]
        for row in rows:
            cells = [f"{str(cell):<{w}}" if i == 0 or not is_number(cell) else f"{str(cell):>{w}}"
                     for i, (cell, w) in enumerate(zip(row, widths))]
            lines.append("  " + "  ".join(cells).rstrip())
        if table.get("note"):
            lines.append("  " + table["note"])
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def is_number(cell: object) -> bool:
    return str(cell).replace(".", "", 1).replace("+", "", 1).isdigit()
