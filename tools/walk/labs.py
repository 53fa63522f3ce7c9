# SPDX-License-Identifier: GPL-2.0-only
"""The labs: what NAPI does under load, where received frames are dropped and sent ones
lost and which counter tells, and how often the bytes of a send are copied."""

from __future__ import annotations

import os
from typing import Any, Callable

import copylab
import droplab
import napilab
import sendlab
from bed import Bed
from errors import WalkError
from lang import columns, padded, phrase
from tracefs import Trace

Lab = Callable[[Bed, Trace], dict[str, Any]]
LABS: dict[str, Lab] = {"napi": napilab.run_lab, "drops": droplab.run_lab,
                        "sends": sendlab.run_lab, "copies": copylab.run_lab}


def play(name: str) -> dict[str, Any]:
    """Tables: {"title", "tables": [{"title", "head", "rows", "note"}], "plots", "seen"}.

    In English; what is printed is in the language that was chosen.
    """
    if name not in LABS:
        raise WalkError(f"no lab '{name}'; there are {', '.join(LABS)}")
    with Bed() as bed, Trace() as trace:
        result = {"kernel": os.uname().release, **LABS[name](bed, trace)}
        bed.restore()
    return result


def as_text(result: dict[str, Any]) -> str:
    parts = [phrase(result["title"])]
    for table in result["tables"]:
        rows = [[phrase(str(cell)) for cell in row] for row in (table["head"], *table["rows"])]
        widths = [max(columns(row[i]) for row in rows) for i in range(len(table["head"]))]
        lines = [phrase(table["title"])]
        for row in rows:
            cells = [padded(cell, w, right=i > 0 and is_number(cell))
                     for i, (cell, w) in enumerate(zip(row, widths))]
            lines.append("  " + "  ".join(cells).rstrip())
        if table.get("note"):
            lines.append("  " + phrase(table["note"]))
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def is_number(cell: object) -> bool:
    return str(cell).replace(".", "", 1).replace("+", "", 1).isdigit()
