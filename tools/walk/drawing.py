# SPDX-License-Identifier: GPL-2.0-only
"""The walk as a picture: one column for each place a packet can be in, one row
for each step, and the packet's way through them as a line.

As wide as a column of text on GitHub, so that nothing is made smaller there. A colour is a
context, here as on the page.
"""

from __future__ import annotations

from typing import Any

from lang import columns, tr
from svg import circle, curve, element, esc, line, moved, picture as whole, rect, text, tip

LANES = (("wire", "wire"), ("nic", "NIC, ring"), ("hardirq", "hard IRQ"), ("softirq", "softirq"),
         ("link", "link"), ("ip", "IP"), ("transport", "transport"), ("socket", "socket"),
         ("process", "process"))
AT = {name: index for index, (name, _) in enumerate(LANES)}
CONTEXTS = {"hardware": ("NIC", "hardware"), "hardirq": ("hard IRQ", "hardirq"),
            "softirq": ("softirq", "softirq"), "ksoftirqd": ("ksoftirqd", "thread"),
            "napi thread": ("NAPI thread", "thread"), "process": ("process", "process"),
            "nmi": ("NMI", "hardirq")}
WIDTH, EDGE = 838, 14
# Right ends of time and CPU; where the context, the lanes and the words begin.
TIME, CPU, WHERE, LEFT, LANE = 56, 86, 94, 198, 22
STEP = LEFT + LANE * len(LANES) + 10
TEXT = STEP + 34
# The first line of a row, each further one, and what is above all rows.
ROW, LINE, TOP = 36, 15, 128
# Letters that fit beside the lanes, and bold ones: see wrapped().
ROOM, BOLD_ROOM = 58, 52
LIGHT = {"paper": "#ffffff", "ink": "#16191d", "s": "#525b66", "lane": "#eef1f4", "rule": "#d5dae0",
         "way": "#525b66", "only": "#fdf0d5", "bar": "#0a58ad",
         "hardirq": "#966000", "softirq": "#127a56", "thread": "#58087a",
         "process": "#254ae8", "hardware": "#6f6680", "drop": "#7d0008"}
DARK = {"paper": "#10151b", "ink": "#e8edf2", "s": "#aab4bf", "lane": "#1a212a", "rule": "#3a4552",
        "way": "#aab4bf", "only": "#3a2f14", "bar": "#5aa5f5",
        "hardirq": "#ffc04a", "softirq": "#4df2b0", "thread": "#e070ff",
        "process": "#b0d2ff", "hardware": "#9c9498", "drop": "#f87a5c"}
STYLE = """
svg{font-family:ui-sans-serif,system-ui,'Segoe UI','DejaVu Sans',sans-serif;font-size:12px}
.h{font-size:16px;font-weight:600}.f{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-size:11.5px}
.n{font-size:10px;font-weight:700;text-anchor:middle}.t{text-anchor:end;font-variant-numeric:tabular-nums}
.b{font-weight:600}.way,.rule,.hollow{fill:none}.hollow{stroke-width:1.6;stroke-dasharray:3 2}
"""


def colours(scheme: dict[str, str]) -> str:
    rules = [f".{name}{{{'stroke' if name in ('way', 'rule') else 'fill'}:{colour}}}"
             for name, colour in scheme.items()]
    rules += [f".hollow.{name}{{fill:{scheme['paper']};stroke:{scheme[name]}}}"
              for name in ("hardirq", "softirq", "thread", "process", "hardware", "drop")]
    return "".join(rules) + f".n{{fill:{scheme['paper']}}}.n.on{{fill:{scheme['ink']}}}"


def clip(words: str, room: int) -> str:
    return words if len(words) <= room else words[:room - 1] + "…"


def wrapped(words: str, room: int) -> list[str]:
    """Lines that fit; broken at spaces, and anywhere in what has none."""
    lines, now = [], ""
    for word in words.replace(" ", " \0").split("\0"):
        if now and columns(now + word.rstrip()) > room:
            lines, now = [*lines, now.rstrip()], ""
        while columns(word.rstrip()) > room:
            cut = next(at for at in range(len(word), 0, -1) if columns(now + word[:at]) <= room)
            lines, now, word = [*lines, now + word[:cut]], "", word[cut:]
        now += word
    return [*lines, now.rstrip()]


def style_of(row: dict[str, Any]) -> str:
    return "drop" if row["drop"] else CONTEXTS.get(row["context"], ("", "hardware"))[1]


def words_of(row: dict[str, Any]) -> list[str]:
    """What happened, in lines."""
    return wrapped(row["words"] + (f" ({tr('inferred')})" if row.get("inferred") else ""),
                   BOLD_ROOM if row["drop"] else ROOM)


def lane_heads(left: float, width: float, bottom: float, size: float = 11) -> list[str]:
    """Slanted, so that narrow columns have whole words."""
    out = []
    for index, (_, label) in enumerate(LANES):
        x = left + width * index
        out.append(rect(x + 1, TOP, width - 2, bottom - TOP, class_="lane"))
        out.append(element("text", esc(label), class_="s", font_size=size, transform=(
            f"translate({x + width / 2 + 3:.1f},{TOP - 6}) rotate(-55)")))
    return out


class Picture:
    """One walk, drawn at an offset."""

    def __init__(self, title: str, walk: dict[str, Any], x: int = 0) -> None:
        self.title, self.walk, self.x = title, walk, x
        self.rows = walk["steps"]
        self.tops: list[int] = [TOP]
        for row in self.rows:
            self.tops.append(self.tops[-1] + ROW + LINE * (len(words_of(row)) - 1))
        self.height = self.tops[-1] + 20
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
        return LEFT + LANE * (AT.get(row["lane"], 4) + 0.5), self.tops[index] + ROW / 2

    def headings(self) -> None:
        name = "Receive" if self.walk["path"] == "receive" else "Transmit"
        self.out.append(text(EDGE, 28, f"{tr(name)}: {self.walk['packet']}", class_="h ink"))
        self.out.append(text(EDGE, 48, self.title, class_="s"))
        self.out += lane_heads(LEFT, LANE, self.tops[-1])
        for x, words, style in ((TIME, "µs", "s t"), (CPU, "CPU", "s t"), (WHERE, "runs in", "s"),
                                (TEXT, "function, and what it did", "s")):
            self.out.append(text(x, TOP - 8, words, class_=style, font_size=11))

    def contexts(self) -> None:
        """Bands of the same context on the same CPU."""
        start = 0
        for index in range(1, len(self.rows) + 1):
            key = self.where(start)
            if index < len(self.rows) and self.where(index) == key:
                continue
            name, style = CONTEXTS.get(key[0], (key[0], "hardware"))
            if key[0] == "process":
                name = key[2]
            y, size = self.tops[start], self.tops[index] - self.tops[start]
            self.out.append(rect(WHERE, y + 1.5, 4, size - 3, rx=2, class_=style))
            self.out.append(text(WHERE + 8, y + 22, name, class_=f"b {style}", font_size=11))
            if key[1] is not None:
                self.out.append(text(CPU, y + 22, key[1], class_="t s"))
            start = index

    def where(self, index: int) -> tuple[str, Any, str]:
        row = self.rows[index]
        return row["context"], row["cpu"], row["task"] if row["context"] == "process" else ""

    def line(self) -> None:
        self.out.append(way([self.place(index, row) for index, row in enumerate(self.rows)]))

    def row(self, index: int, row: dict[str, Any]) -> None:
        x, y = self.place(index, row)
        gap = f" ... {row['gap']}" if row.get("gap") else ""
        parts = [tip(f"{row['step']} {row['function']}: {row['words']}{gap}"),
                 line(STEP, self.tops[index + 1], WIDTH - EDGE, self.tops[index + 1], class_="rule"),
                 dot(x, y, 10, row)]
        if row["us"] is not None:
            parts.append(text(TIME, y + 4, f"{row['us']:.0f}", class_="t s"))
        self.out.append(element("g", *parts, *self.words(row, self.tops[index]),
                                data_step=row["step"], id=f"{self.walk['path']}-{row['n']}"))

    @staticmethod
    def words(row: dict[str, Any], y: float) -> list[str]:
        step = "✕" if row["step"] == "drop" else row["step"]
        function = row["function"].rpartition(":")[2] or tr("the NIC")
        spans = [element("tspan", esc(function), class_="f ink")]
        if row["source"]:
            spans.append(element("tspan", esc(row["source"]), class_="s", font_size=10.5, dx=8))
        style = "b drop" if row["drop"] else "s"
        return [text(STEP, y + 15, step, class_="s", font_size=11),
                element("text", *spans, x=TEXT, y=y + 15),
                *[text(TEXT, y + 30 + LINE * number, words, class_=style)
                  for number, words in enumerate(words_of(row))]]


def dot(x: float, y: float, radius: float, row: dict[str, Any]) -> str:
    """A step's mark: hollow if nobody saw it, and what it left behind shows it."""
    hollow = row.get("inferred")
    return (circle(x, y, radius, class_=f"{'hollow ' if hollow else ''}{style_of(row)}")
            + text(x, y + 3.5, row["n"], class_="n on" if hollow else "n"))


def way(points: list[tuple[float, float]]) -> str:
    """The packet's, from step to step."""
    return curve(points, class_="way", stroke_width=1.6)


def svg(parts: list[str], width: int, height: int) -> str:
    """In the walk's dress, which is dark where the reader's system is."""
    style = (f"{STYLE}{colours(LIGHT)}\n@media (prefers-color-scheme:dark){{{colours(DARK)}}}\n")
    return whole([element("style", style), rect(0, 0, width, height, rx=10, class_="paper"),
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
