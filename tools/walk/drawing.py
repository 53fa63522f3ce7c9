# SPDX-License-Identifier: GPL-2.0-only
"""The walk as a picture: one column for each place a packet can be in, one row
for each step, and the packet's way through them as a line."""

from __future__ import annotations

import html
from typing import Any

from lang import tr

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


def esc(text: object) -> str:
    return html.escape(str(text))


def clip(text: str, room: int) -> str:
    return text if len(text) <= room else text[:room - 1] + "…"


class Picture:
    """One walk, drawn at an offset."""

    def __init__(self, title: str, walk: dict[str, Any], x: int = 0) -> None:
        self.title, self.walk, self.x = title, walk, x
        self.rows = walk["steps"]
        self.height = TOP + ROW * len(self.rows) + 26
        self.out: list[str] = []

    def draw(self) -> str:
        self.out = [f'<g transform="translate({self.x},0)">']
        self.headings()
        self.contexts()
        self.line()
        for index, row in enumerate(self.rows):
            self.row(index, row)
        self.out.append("</g>")
        return "\n".join(self.out)

    def place(self, index: int, row: dict[str, Any]) -> tuple[float, float]:
        return LEFT + LANE * (AT.get(row["lane"], 4) + 0.5), TOP + ROW * (index + 0.5)

    def headings(self) -> None:
        way = "Receive" if self.walk["path"] == "receive" else "Transmit"
        self.out.append(f'<text class="h" x="20" y="34" fill="{INK}">{way}: '
                        f'{esc(self.walk["packet"])}</text>')
        self.out.append(f'<text class="s" x="20" y="54">{esc(self.title)}</text>')
        bottom = TOP + ROW * len(self.rows)
        for index, (_, label, colour) in enumerate(LANES):
            x = LEFT + LANE * index
            self.out.append(f'<rect x="{x + 1}" y="{TOP - 30}" width="{LANE - 2}" height="22" rx="5" '
                            f'fill="{colour}" opacity=".13"/><text class="l" x="{x + LANE / 2}" '
                            f'y="{TOP - 15}" font-size="10.5" fill="{colour}">{label}</text>')
            self.out.append(f'<rect x="{x + 1}" y="{TOP}" width="{LANE - 2}" '
                            f'height="{bottom - TOP}" fill="{colour}" opacity=".045"/>')
        for x, text in ((58, "µs"), (100, "CPU")):
            self.out.append(f'<text class="s t" x="{x}" y="{TOP - 15}">{text}</text>')
        self.out.append(f'<text class="s" x="110" y="{TOP - 15}">runs in</text>')
        self.out.append(f'<text class="s" x="{TEXT + 36}" y="{TOP - 15}">function, and what it '
                        'did</text>')

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
            self.out.append(f'<rect x="106" y="{y + 1.5}" width="4" height="{size - 3}" rx="2" '
                            f'fill="{colour}"/><text x="115" y="{y + 17}" fill="{colour}" '
                            f'font-size="10.5">{esc(clip(name, 9))}</text>')
            if key[1] is not None:
                self.out.append(f'<text class="t s" x="96" y="{y + 17}">{key[1]}</text>')
            start = index

    def where(self, index: int) -> tuple[str, Any, str]:
        row = self.rows[index]
        return row["context"], row["cpu"], row["task"] if row["context"] == "process" else ""

    def line(self) -> None:
        points = [self.place(index, row) for index, row in enumerate(self.rows)]
        path = f"M{points[0][0]} {points[0][1]}"
        for (x1, y1), (x2, y2) in zip(points, points[1:]):
            middle = (y1 + y2) / 2
            path += f" C{x1} {middle} {x2} {middle} {x2} {y2}"
        self.out.append(f'<path d="{path}" fill="none" stroke="#334155" stroke-width="1.6" '
                        'opacity=".55"/>')

    def row(self, index: int, row: dict[str, Any]) -> None:
        x, y = self.place(index, row)
        colour = RED if row["drop"] else COLOUR.get(row["lane"], FAINT)
        if index % 5 == 4:
            self.out.append(f'<line x1="20" x2="{WIDTH - 20}" y1="{y + ROW / 2}" '
                            f'y2="{y + ROW / 2}" stroke="#e2e8f0"/>')
        self.out.append(f'<g id="{self.walk["path"]}-{row["n"]}" data-step="{row["step"]}"><title>'
                        f'{esc(row["step"])} {esc(row["function"])}: {esc(row["words"])}'
                        f'{esc(" ... " + row["gap"]) if row.get("gap") else ""}</title>')
        if row["drop"]:
            self.out.append(f'<circle cx="{x}" cy="{y}" r="13" fill="{RED}" opacity=".18"/>')
        self.out.append(dot(x, y, 9, colour, row))
        if row["us"] is not None:
            self.out.append(f'<text class="t s" x="58" y="{y + 4}">{row["us"]:.0f}</text>')
        self.words(row, y + 4)
        self.out.append("</g>")

    def words(self, row: dict[str, Any], y: float) -> None:
        step = "" if row["step"] == "drop" else row["step"]
        function = row["function"].rpartition(":")[2] or tr("the NIC")
        words = row["words"] + (f" ({tr('inferred')})" if row.get("inferred") else "")
        room = 93 - len(clip(function, 26))
        self.out.append(f'<text class="s" x="{TEXT}" y="{y}" font-size="10.5">{step}</text>')
        style = "x" if row["drop"] else ""
        source = f'<tspan fill="#0d9488" font-size="10.5" dx="7">{esc(row["source"])}</tspan>' \
            if row["source"] else ""
        room -= len(row["source"])
        self.out.append(f'<text x="{TEXT + 36}" y="{y}"><tspan class="f" fill="{INK}">'
                        f'{esc(clip(function, 26))}</tspan><tspan class="{style}" dx="8" '
                        f'fill="#475569">{esc(clip(words, room))}</tspan>{source}</text>')


def dot(x: float, y: float, radius: float, colour: str, row: dict[str, Any]) -> str:
    """A step's mark: hollow if nobody saw it, and what it left behind shows it."""
    paint, ink = f'fill="{colour}"', ""
    if row.get("inferred"):
        paint = f'fill="#ffffff" stroke="{colour}" stroke-width="1.6" stroke-dasharray="3 2"'
        ink = f' style="fill:{colour}"'
    return (f'<circle cx="{x}" cy="{y}" r="{radius}" {paint}/>'
            f'<text class="n" x="{x}" y="{y + 3.3}"{ink}>{row["n"]}</text>')


def svg(parts: list[str], width: int, height: int) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img"><style>{STYLE}</style>'
            f'<rect width="{width}" height="{height}" rx="10" fill="#ffffff"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


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
            parts.append(f'<g transform="translate(0,{top})">{one.draw()}</g>')
            top += one.height
        width, height = (column + 1) * (WIDTH + 10) - 10, max(height, top)
    return svg(parts, width, height)
