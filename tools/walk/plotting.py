# SPDX-License-Identifier: GPL-2.0-only
"""A lab's plot."""

from __future__ import annotations

from typing import Any

from drawing import EDGE, WIDTH, svg, wrapped
from svg import rect, text

BAR, GAP, LEFT, TOP = 26, 12, 196, 84
# Letters of a series' name on one line, and room for a bar's figure.
NAME, FIGURE = 28, 62


def bars(plot: dict[str, Any]) -> str:
    """One panel of horizontal bars for each series, with a scale of its own; the labels
    shared."""
    labels, series = plot["labels"], plot["series"]
    panel = (WIDTH - LEFT - EDGE) // len(series)
    height = TOP + (BAR + GAP) * len(labels) + 10
    out = [text(EDGE, 28, plot["title"], class_="h ink")]
    for index, label in enumerate(labels):
        y = TOP + (BAR + GAP) * index + BAR / 2 + 4
        out.append(text(LEFT - 12, y, label, class_="t ink"))
    for number, (name, values) in enumerate(series):
        x, most = LEFT + panel * number, max(values) or 1
        lines = wrapped(name, NAME)
        out += [text(x, TOP - 10 - 14 * (len(lines) - 1 - row), words, class_="b ink")
                for row, words in enumerate(lines)]
        for index, value in enumerate(values):
            y = TOP + (BAR + GAP) * index
            size = max(1.0, (panel - FIGURE) * value / most)
            out.append(rect(x, y, size, BAR, rx=4, class_="bar"))
            out.append(text(x + size + 6, y + BAR / 2 + 4, f"{value:.2f}", class_="ink"))
    return svg(out, WIDTH, height)
