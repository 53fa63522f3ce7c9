# SPDX-License-Identifier: GPL-2.0-only
"""A lab's plot."""

from __future__ import annotations

from typing import Any

from drawing import svg
from svg import rect, text

COLOURS = ("#b91c1c", "#0369a1")
WIDTH, BAR, GAP, LEFT, TOP = 900, 26, 12, 190, 74


def bars(plot: dict[str, Any]) -> str:
    """One panel of horizontal bars for each series, the labels shared."""
    labels, series = plot["labels"], plot["series"]
    panel = (WIDTH - LEFT - 30) // len(series)
    height = TOP + (BAR + GAP) * len(labels) + 16
    out = [text(20, 32, plot["title"], class_="h", fill="#0f172a")]
    for index, label in enumerate(labels):
        y = TOP + (BAR + GAP) * index + BAR / 2 + 4
        out.append(text(LEFT - 12, y, label, class_="t", fill="#334155"))
    for number, (name, values) in enumerate(series):
        x, colour = LEFT + panel * number, COLOURS[number % len(COLOURS)]
        most = max(values) or 1
        out.append(text(x, TOP - 12, name, fill=colour, font_weight=600))
        for index, value in enumerate(values):
            y = TOP + (BAR + GAP) * index
            size = max(1.0, (panel - 80) * value / most)
            out.append(rect(x, y, size, BAR, rx=4, fill=colour, opacity=".8"))
            out.append(text(x + size + 8, y + BAR / 2 + 4, f"{value:.2f}", fill="#334155"))
    return svg(out, WIDTH, height)
