# SPDX-License-Identifier: GPL-2.0-only
"""The walk as a picture: one column for each place a packet can be in, one row
for each step, and the packet's way through them as a line."""

from __future__ import annotations

from typing import Any

from lang import tr
from svg import circle, curve, element, esc, line, moved, picture as whole, rect, text, tip

LANES = (("wire", "wire", "#64748b"), ("nic", "NIC, ring", "#0f766e"),
         ("hardirq", "hard IRQ", "#b91c1c"), ("softirq", "softirq", "#c2410c"),
         ("link", "link", "#a16207"), ("ip", "IP", "#4d7c0f"),
         ("transport", "transport", "#0369a1"), ("socket", "socket", "#4338ca"),
         ("process", "process", "#7e22ce"))
AT = {name: index for index, (name, _, _) in enumerate(LANES)}
COLOUR = {name: colour for name, _, colour in LANES}
CONTEXTS = {"hardware": ("NIC", "#94a3b8"), "hardirq": ("hard IRQ", "#dc2626"),
            "softirq": ("softirq", "#f59e0b"), "ksoftirqd": ("ksoftirqd", "#d946ef"),
            "napi thread": ("NAPI thread", "#d946ef"), "process": ("process", "#8b5cf6"),
            "nmi": ("NMI", "#000000")}
LEFT, LANE, ROW, TOP = 168, 62, 25, 112
TEXT = LEFT + LANE * len(LANES) + 14
WIDTH = TEXT + 670
RED, INK, FAINT = "#dc2626", "#0f172a", "#64748b"
STYLE = """
svg{font-family:ui-sans-serif,system-ui,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px}
.h{font-size:17px;font-weight:600}.s{fill:#64748b}.f{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:11.5px}
.n{font-size:9.5px;font-weight:700;fill:#fff;text-anchor:middle}.l{font-weight:600;text-anchor:middle}
.t{text-anchor:end;font-variant-numeric:tabular-nums}.x{fill:#dc2626;font-weight:600}
"""


def clip(words: str, room: int) -> str:
    return words if len(words) <= room else words[:room - 1] + "…"


class Picture:
    """One walk, drawn at an offset."""

    def __init__(self, title: str, walk: dict[str, Any], x: int = 0) -> None:
        self.title, self.walk, self.x = title, walk, x
        self.rows = walk["steps"]
        self.height = TOP + ROW * len(self.rows) + 26
        self.out: list[str] = []

    def draw(self) -> str:
        self.out = []
        self.headings()
        self.contexts()
        self.line()
        for index, row in enumerate(self.rows):
            self.row(index, row)
        return moved(self.x, 0, self.out)

    def place(self, index: int, row: dict[str, Any]) -> tuple[float, float]:
        return LEFT + LANE * (AT.get(row["lane"], 4) + 0.5), TOP + ROW * (index + 0.5)

    def headings(self) -> None:
        way = "Receive" if self.walk["path"] == "receive" else "Transmit"
        self.out.append(text(20, 34, f"{way}: {self.walk['packet']}", class_="h", fill=INK))
        self.out.append(text(20, 54, self.title, class_="s"))
        bottom = TOP + ROW * len(self.rows)
        for index, (_, label, colour) in enumerate(LANES):
            x = LEFT + LANE * index
            self.out.append(rect(x + 1, TOP - 30, LANE - 2, 22, rx=5, fill=colour, opacity=".13"))
            self.out.append(text(x + LANE / 2, TOP - 15, label, class_="l", font_size=10.5,
                                 fill=colour))
            self.out.append(rect(x + 1, TOP, LANE - 2, bottom - TOP, fill=colour,
                                 opacity=".045"))
        for x, words, style in ((58, "µs", "s t"), (100, "CPU", "s t"), (110, "runs in", "s"),
                                (TEXT + 36, "function, and what it did", "s")):
            self.out.append(text(x, TOP - 15, words, class_=style))

    def contexts(self) -> None:
        """Bands of the same context on the same CPU."""
        start = 0
        for index in range(1, len(self.rows) + 1):
            key = self.where(start)
            if index < len(self.rows) and self.where(index) == key:
                continue
            name, colour = CONTEXTS.get(key[0], (key[0], FAINT))
            if key[0] == "process":
                name = key[2]
            y, size = TOP + ROW * start, ROW * (index - start)
            self.out.append(rect(106, y + 1.5, 4, size - 3, rx=2, fill=colour))
            self.out.append(text(115, y + 17, clip(name, 9), fill=colour, font_size=10.5))
            if key[1] is not None:
                self.out.append(text(96, y + 17, key[1], class_="t s"))
            start = index

    def where(self, index: int) -> tuple[str, Any, str]:
        row = self.rows[index]
        return row["context"], row["cpu"], row["task"] if row["context"] == "process" else ""

    def line(self) -> None:
        self.out.append(way([self.place(index, row) for index, row in enumerate(self.rows)]))

    def row(self, index: int, row: dict[str, Any]) -> None:
        x, y = self.place(index, row)
        colour = RED if row["drop"] else COLOUR.get(row["lane"], FAINT)
        if index % 5 == 4:
            self.out.append(line(20, y + ROW / 2, WIDTH - 20, y + ROW / 2, stroke="#e2e8f0"))
        gap = f" ... {row['gap']}" if row.get("gap") else ""
        parts = [tip(f"{row['step']} {row['function']}: {row['words']}{gap}")]
        if row["drop"]:
            parts.append(circle(x, y, 13, fill=RED, opacity=".18"))
        parts.append(dot(x, y, 9, colour, row))
        if row["us"] is not None:
            parts.append(text(58, y + 4, f"{row['us']:.0f}", class_="t s"))
        self.out.append(element("g", *parts, *self.words(row, y + 4), data_step=row["step"],
                                id=f"{self.walk['path']}-{row['n']}"))

    @staticmethod
    def words(row: dict[str, Any], y: float) -> list[str]:
        step = "" if row["step"] == "drop" else row["step"]
        function = row["function"].rpartition(":")[2] or tr("the NIC")
        words = row["words"] + (f" ({tr('inferred')})" if row.get("inferred") else "")
        room = 93 - len(clip(function, 26))
        room -= len(row["source"])
        spans = [element("tspan", esc(clip(function, 26)), class_="f", fill=INK),
                 element("tspan", esc(clip(words, room)), class_="x" if row["drop"] else "", dx=8,
                         fill="#475569")]
        if row["source"]:
            spans.append(element("tspan", esc(row["source"]), fill="#0d9488", font_size=10.5, dx=7))
        return [text(TEXT, y, step, class_="s", font_size=10.5),
                element("text", *spans, x=TEXT + 36, y=y)]


def dot(x: float, y: float, radius: float, colour: str, row: dict[str, Any]) -> str:
    """A step's mark: hollow if nobody saw it, and what it left behind shows it."""
    paint: dict[str, object] = {"fill": colour}
    if row.get("inferred"):
        paint = {"fill": "#ffffff", "stroke": colour, "stroke_width": 1.6,
                 "stroke_dasharray": "3 2"}
    ink = f"fill:{colour}" if row.get("inferred") else None
    return circle(x, y, radius, **paint) + text(x, y + 3.3, row["n"], class_="n", style=ink)


def way(points: list[tuple[float, float]]) -> str:
    """The packet's, from step to step."""
    return curve(points, stroke="#334155", stroke_width=1.6, opacity=".55")


def svg(parts: list[str], width: int, height: int) -> str:
    """In the walk's dress."""
    return whole([element("style", STYLE), rect(0, 0, width, height, rx=10, fill="#ffffff"),
                  *parts], width, height, role="img")


def draw_walk(result: dict[str, Any], walk: dict[str, Any]) -> str:
    picture = Picture(subtitle(result), walk)
    return svg([picture.draw()], WIDTH, picture.height)


def subtitle(result: dict[str, Any]) -> str:
    return f"{tr(result['title'])} · {result['device']}, Linux {result['kernel']}"


def picture(results: list[dict[str, Any]]) -> str:
    """All walks in one drawing: one below the other, runs side by side."""
    parts, width, height = [], 0, 0
    for column, result in enumerate(results):
        top = 0
        for walk in result["walks"]:
            one = Picture(subtitle(result), walk, column * (WIDTH + 10))
            parts.append(moved(0, top, [one.draw()]))
            top += one.height
        width, height = (column + 1) * (WIDTH + 10) - 10, max(height, top)
    return svg(parts, width, height)
