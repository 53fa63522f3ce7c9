# SPDX-License-Identifier: GPL-2.0-only
"""Plots as SVG: bars of ratio, stacked costs, lines."""

from __future__ import annotations

import math
from typing import Any

from figures import FIGURES
from walk import svg

# Light and dark. Distinguishable also for the colour-blind (after Okabe and Ito).
LIGHT = ("#0072b2", "#d98200", "#00855e", "#b5442a", "#a8487e", "#3a9bd0", "#8a8000", "#7f7f7f",
         "#4d4d4d")
DARK = ("#4aa8e8", "#f0a93a", "#2fc79a", "#f07a5a", "#e08fbe", "#9cd3f5", "#e6dc5a", "#a8a8a8",
        "#d9d9d9")
SCHEMES = ({"paper": "#ffffff", "ink": "#16191d", "grid": "#d0d6dc", "one": "#16191d"},
           {"paper": "#10151b", "ink": "#e8edf2", "grid": "#3a4552", "one": "#e8edf2"})
# As wide as a column of text on GitHub, so that nothing is made smaller there.
WIDTH, LEFT, TOP, ROW = 838, 262, 62, 22
EDGE, FIGURE = 14, 46
# Parts of a cost that have a colour of their own; the rest is "others".
NAMED = len(LIGHT) - 1
# Ratios that have a line.
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


def style() -> str:
    rules = []
    for colours, scheme in zip((LIGHT, DARK), SCHEMES):
        rules.append("".join([f".c{number}{{fill:{colour};stroke:{colour}}}"
                              for number, colour in enumerate(colours)]
                             + [f".{name}{{{'stroke' if name in ('grid', 'one') else 'fill'}:{colour}}}"
                                for name, colour in scheme.items()]))
    return (f"rect{{stroke:none!important}}{rules[0]}\n"
            f"@media (prefers-color-scheme:dark){{{rules[1]}}}")


class Plot:
    """A growing picture."""

    def __init__(self, height: int, title: str) -> None:
        self._height = height
        self._parts = [svg.tip(title), svg.element("style", style()),
                       svg.rect(0, 0, WIDTH, height, rx=8, class_="paper")]
        self.text(EDGE, 26, title, size=15, weight="bold")

    def text(self, x: float, y: float, words: str, anchor: str = "start", size: int = 12,
             weight: str = "normal") -> None:
        self._parts.append(svg.text(x, y, words, text_anchor=anchor, font_size=size,
                                    font_weight=weight, class_="ink"))

    def rect(self, x: float, y: float, width: float, height: float, colour: int,
             tip: str = "") -> None:
        self._parts.append(svg.rect(x, y, max(width, 0), height, svg.tip(tip), class_=f"c{colour}"))

    def line(self, x1: float, y1: float, x2: float, y2: float, style_: str = "grid",
             width: float = 1) -> None:
        self._parts.append(svg.line(x1, y1, x2, y2, class_=style_, stroke_width=width))

    def legend(self, y: float, names: list[tuple[int, str]]) -> None:
        for place, (colour, name) in enumerate(names):
            x, row = EDGE + place % 3 * 270, y + place // 3 * 20
            self.rect(x, row, 14, 14, colour)
            self.text(x + 19, row + 12, name)

    def end(self) -> str:
        return svg.picture(self._parts, WIDTH, self._height, font_family="sans-serif",
                           font_size=12)


def ratio_bars(title: str, series: list[tuple[str, dict[str, float]]]) -> str:
    """series: (label, {figure: e1k / e1000}). From the line at 1, the stock driver, to the left
    is less and to the right more; twice is as far from it as half."""
    kinds = list(dict.fromkeys(kind for _, bars in series for kind in bars))
    values = [value for _, bars in series for value in bars.values() if value > 0]
    low, high = math.log(min(0.8, *values)), math.log(max(1.25, *values))
    bottom = TOP + (sum(len(bars) for _, bars in series) + len(series) * 0.5) * ROW
    picture = Plot(int(bottom + 46), title)
    # A figure stands beyond the end of its bar, on either side.
    begin, end = LEFT + FIGURE, WIDTH - EDGE - FIGURE
    place = lambda value: begin + (math.log(value) - low) / (high - low) * (end - begin)
    for tick in TICKS:
        if low <= math.log(tick) <= high:
            picture.line(place(tick), TOP - 4, place(tick), bottom, "one" if tick == 1 else "grid",
                         1.5 if tick == 1 else 1)
            picture.text(place(tick), TOP - 8, "stock e1000" if tick == 1 else f"{tick:g}",
                         "middle", 11)
    y: float = TOP
    for label, bars in series:
        picture.text(LEFT - 8, y + 15, label, "end")
        for kind, value in bars.items():
            # What is measured as nothing has no logarithm: as far as the axis goes.
            at = place(value) if value > 0 else begin
            picture.rect(min(at, place(1)), y + 3, abs(at - place(1)), ROW - 6, kinds.index(kind),
                         f"{label}, {kind}: {value:.2f}")
            picture.text(at + (5 if at >= place(1) else -5), y + 15, f"{value:.2f}",
                         "start" if at >= place(1) else "end")
            y += ROW
        y += ROW / 2
    picture.legend(bottom + 16, list(enumerate(kinds)))
    return picture.end()


def ranked(bars: list[tuple[str, dict[str, float]]]) -> list[str]:
    """The parts that have the largest shares: each has its colour in all pictures of a kind."""
    shares: dict[str, float] = {}
    for _, parts in bars:
        for part, cost in parts.items():
            shares[part] = shares.get(part, 0) + cost / (sum(parts.values()) or 1)
    return sorted(shares, key=lambda part: -shares[part])[:NAMED]


def stacked(title: str, bars: list[tuple[str, dict[str, float]]], decimals: int,
            named: list[str]) -> str:
    """bars: (label, {part: cost}), of one unit and drawn to one scale; a row each."""
    most = max(sum(parts.values()) for _, parts in bars) or 1
    plot = WIDTH - LEFT - EDGE - FIGURE
    rows, used = [], set()
    for label, parts in bars:
        shown = [(number, part, parts[part]) for number, part in enumerate(named) if parts.get(part)]
        others = sum(parts.values()) - sum(cost for _, _, cost in shown)
        # Rounding leaves a little of nothing.
        shown += [(NAMED, "others", others)] if others > 1e-6 * most else []
        rows.append((label, shown))
        used |= {(number, part) for number, part, _ in shown}
    bottom = TOP - 20 + len(bars) * (ROW + 4)
    picture = Plot(int(bottom + 24 + -(-len(used) // 3) * 20), title)
    y: float = TOP - 20
    for label, shown in rows:
        picture.text(LEFT - 8, y + 16, label, "end")
        x: float = LEFT
        for number, part, cost in shown:
            picture.rect(x, y + 2, cost / most * plot, ROW - 2, number,
                         f"{part}: {cost:.{max(decimals, 1)}f}")
            x += cost / most * plot
        picture.text(x + 5, y + 16, f"{sum(cost for _, _, cost in shown):.{decimals}f}")
        y += ROW + 4
    picture.legend(bottom + 12, sorted(used))
    return picture.end()


def round_step(least: float) -> float:
    """The next of 1, 2, 2.5, 5, 10, 20 ... that is not below."""
    power = 10 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= least)


def lines(title: str, x_label: str, y_label: str,
          series: dict[str, list[tuple[float, float]]]) -> str:
    """Points by rank along x: the values double or more from one to the next."""
    left, bottom = 70, 300
    picture = Plot(bottom + 72, title)
    xs = sorted({x for points in series.values() for x, _ in points})
    step = round_step(max(y for points in series.values() for _, y in points) * 1.05 / 4)
    most = 4 * step
    place = {x: left + 30 + number * (WIDTH - left - 80) / max(1, len(xs) - 1)
             for number, x in enumerate(xs)}
    for tick in range(5):
        y = bottom - tick * (bottom - TOP) / 4
        picture.line(left, y, WIDTH - EDGE, y)
        picture.text(left - 6, y + 4, f"{tick * step:.0f}", "end", 11)
    for x in xs:
        picture.text(place[x], bottom + 18, f"{x:g}", "middle", 11)
    picture.text(WIDTH / 2, bottom + 38, x_label, "middle")
    picture.text(EDGE, TOP - 12, y_label, size=11)
    for number, (name, points) in enumerate(series.items()):
        spots = [(place[x], bottom - y / most * (bottom - TOP)) for x, y in sorted(points)]
        for (x1, y1), (x2, y2) in zip(spots, spots[1:]):
            picture.line(x1, y1, x2, y2, f"c{number}", 2.5)
        for x, y in spots:
            picture.rect(x - 3, y - 3, 6, 6, number, name)
    picture.legend(bottom + 50, list(enumerate(series)))
    return picture.end()


def draw(results: dict[str, Any]) -> dict[str, str]:
    """File name -> picture, of everything that `results` has."""
    pictures = {}
    both = {name: entry for name, entry in results["counted"].items()
            if set(entry["drivers"]) >= {"e1000", "e1k"}}
    if both:
        pictures["perf-ratio.svg"] = ratio_bars(
            "Counted: e1k against the stock e1000 (rate: more is better, costs: less)",
            [(entry["title"], _ratios(entry)) for entry in both.values()])
        for key, name, title, decimals in (
                ("registers", "perf-traps", "Traps by register", 2),
                ("driver_functions", "perf-driver", "Instructions by function of the driver", 0)):
            groups = {kind: [(f"{entry['title']}: {driver}", entry["drivers"][driver][key])
                             for entry in entries for driver in ("e1000", "e1k")]
                      for kind, entries in _by_unit(both).items()}
            named = ranked([bar for bars in groups.values() for bar in bars])
            for kind, bars in groups.items():
                pictures[f"{name}-{kind}.svg"] = stacked(f"{title}, {UNITS[kind]}", bars, decimals,
                                                         named)
    if results.get("timed"):
        pictures["perf-timed.svg"] = ratio_bars(
            "Timed: e1k against the stock e1000, median of pairs (more is better)",
            [(entry["title"], {"rate": entry["ratio"]["rate"]["median"]})
             for entry in results["timed"].values()])
    for name, sweep in results.get("sweeps", {}).items():
        pictures[f"perf-{name}.svg"] = lines(
            sweep["title"], sweep["x"], "kernel instructions per KB",
            {driver: [(float(x), y) for x, y in points] for driver, points in sweep["points"].items()})
    return pictures


def _ratios(entry: dict[str, Any]) -> dict[str, float]:
    stock, ours = (entry["drivers"][driver]["figures"] for driver in ("e1000", "e1k"))
    return {FIGURES[figure][0]: ours[figure]["median"] / stock[figure]["median"]
            for figure in ("rate", "traps", "kernel") if stock[figure]["median"]}


# Names of pictures, and what one of their bars is.
UNITS = {"packet": "per packet", "latency": "per transaction", "idle": "per second",
         "paced": "per packet that comes alone"}
KINDS = {"packet": "packet", "transaction": "latency", "second": "idle"}


def _by_unit(entries: dict[str, Any]) -> dict[str, list[Any]]:
    """A transaction costs tens of packets, and so does a packet that comes alone: on one scale
    the others would vanish, and the units would be mixed."""
    table: dict[str, list[Any]] = {}
    for entry in entries.values():
        kind = "paced" if entry["name"] == "paced" else KINDS[entry["per"]]
        table.setdefault(kind, []).append(entry)
    return table
