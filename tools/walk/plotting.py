# SPDX-License-Identifier: GPL-2.0-only
"""A lab's plot."""

from __future__ import annotations

from typing import Any

from drawing import esc, svg

COLOURS = ("#b91c1c", "#0369a1")
WIDTH, BAR, GAP, LEFT, TOP = 900, 26, 12, 190, 74


def bars(plot: dict[str, Any]) -> str:
    """One panel of horizontal bars for each series, the labels shared."""
    labels, series = plot["labels"], plot["series"]
    panel = (WIDTH - LEFT - 30) // len(series)
    height = TOP + (BAR + GAP) * len(labels) + 16
    out = [f'<text class="h" x="20" y="32" fill="#0f172a">{esc(plot["title"])}</text>']
    for index, label in enumerate(labels):
        y = TOP + (BAR + GAP) * index + BAR / 2 + 4
        out.append(f'<text class="t" x="{LEFT - 12}" y="{y}" fill="#334155">{esc(label)}</text>')
    for number, (name, values) in enumerate(series):
        x, colour = LEFT + panel * number, COLOURS[number % len(COLOURS)]
        most = max(values) or 1
        out.append(f'<text x="{x}" y="{TOP - 12}" fill="{colour}" font-weight="600">'
                   f'{esc(name)}</text>')
        for index, value in enumerate(values):
            y = TOP + (BAR + GAP) * index
            size = max(1.0, (panel - 80) * value / most)
            out.append(f'<rect x="{x}" y="{y}" width="{size:.1f}" height="{BAR}" rx="4" '
                       f'fill="{colour}" opacity=".8"/><text x="{x + size + 8:.1f}" '
                       f'y="{y + BAR / 2 + 4}" fill="#334155">{value:.2f}</text>')
    return svg(out, WIDTH, height)
