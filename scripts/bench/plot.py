# SPDX-License-Identifier: GPL-2.0-only
"""Plots as SVG: bars of ratio, stacked costs, lines."""

from __future__ import annotations

from typing import Any

from figures import FIGURES
from walk import svg

# Distinguishable also for the colour-blind (Okabe and Ito).
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#999999",
           "#444444")
LEFT, TOP, ROW = 240, 50, 22


class Plot:
    """A growing picture."""

    def __init__(self, width: int, height: int, title: str) -> None:
        self._width, self._height = width, height
        self._parts = [svg.tip(title), svg.rect(0, 0, width, height, fill="#ffffff")]
        self.text(12, 24, title, size=15, weight="bold")

    def text(self, x: float, y: float, words: str, anchor: str = "start", size: int = 12,
             weight: str = "normal") -> None:
        self._parts.append(svg.text(x, y, words, text_anchor=anchor, font_size=size,
                                    font_weight=weight))

    def rect(self, x: float, y: float, width: float, height: float, colour: str,
             tip: str = "") -> None:
        self._parts.append(svg.rect(x, y, max(width, 0), height, svg.tip(tip), fill=colour))

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = "#cccccc",
             width: float = 1) -> None:
        self._parts.append(svg.line(x1, y1, x2, y2, stroke=colour, stroke_width=width))

    def end(self) -> str:
        return svg.picture(self._parts, self._width, self._height, font_family="sans-serif",
                           font_size=12)


def ratio_bars(title: str, series: list[tuple[str, dict[str, float]]]) -> str:
    """series: (label, {figure: e1k / e1000}). The line at 1 is the stock driver."""
    kinds = list(dict.fromkeys(kind for _, bars in series for kind in bars))
    rows = sum(len(bars) for _, bars in series) + len(series) * 0.5
    width, plot = 900, 560
    height = int(TOP + rows * ROW + 60)
    most = max(1.2, max(value for _, bars in series for value in bars.values()) * 1.08)
    picture = Plot(width, height, title)
    y: float = TOP
    for label, bars in series:
        picture.text(LEFT - 8, y + 15, label, "end")
        for kind, value in bars.items():
            picture.rect(LEFT, y + 3, value / most * plot, ROW - 6, COLOURS[kinds.index(kind)],
                         f"{label}, {kind}: {value:.2f}")
            picture.text(LEFT + value / most * plot + 5, y + 15, f"{value:.2f}")
            y += ROW
        y += ROW / 2
    one = LEFT + plot / most
    picture.line(one, TOP - 8, one, y, "#000000", 1.5)
    picture.text(one, TOP - 12, "stock e1000 = 1", "middle", 11)
    for number, kind in enumerate(kinds):
        picture.rect(LEFT + number * 210, y + 12, 14, 14, COLOURS[number])
        picture.text(LEFT + number * 210 + 19, y + 24, kind)
    return picture.end()


def stacked(title: str, bars: list[tuple[str, dict[str, float]]], decimals: int) -> str:
    """bars: (label, {part: cost}), drawn to one scale; a row each."""
    totals = {}
    for _, parts in bars:
        for part, cost in parts.items():
            totals[part] = totals.get(part, 0) + cost
    ranked = sorted(totals, key=lambda part: -totals[part])
    named = ranked[:len(COLOURS) - 1]
    most = max(sum(parts.values()) for _, parts in bars) * 1.12 or 1
    width, plot = 900, 600
    legend = -(-(len(named) + 1) // 3) * 20
    picture = Plot(width, int(TOP + len(bars) * (ROW + 4) + legend + 30), title)
    y: float = TOP
    for label, parts in bars:
        picture.text(LEFT - 8, y + 16, label, "end")
        x: float = LEFT
        shown = {part: parts.get(part, 0) for part in named}
        shown["others"] = sum(parts.values()) - sum(shown.values())
        for number, (part, cost) in enumerate(shown.items()):
            picture.rect(x, y + 2, cost / most * plot, ROW - 2, COLOURS[number],
                         f"{part}: {cost:.{max(decimals, 1)}f}")
            x += cost / most * plot
        picture.text(x + 5, y + 16, f"{sum(parts.values()):.{decimals}f}")
        y += ROW + 4
    for number, part in enumerate([*named, "others"] if len(ranked) > len(named) else named):
        x, row = 20 + number % 3 * 290, y + 12 + number // 3 * 20
        picture.rect(x, row, 14, 14, COLOURS[number])
        picture.text(x + 19, row + 12, part)
    return picture.end()


def lines(title: str, x_label: str, y_label: str,
          series: dict[str, list[tuple[float, float]]]) -> str:
    """Points by rank along x: the values double or more from one to the next."""
    width, height, left, bottom = 620, 360, 70, 300
    picture = Plot(width, height, title)
    xs = sorted({x for points in series.values() for x, _ in points})
    most = max(y for points in series.values() for _, y in points) * 1.15
    place = {x: left + 30 + number * (width - left - 80) / max(1, len(xs) - 1)
             for number, x in enumerate(xs)}
    for step in range(5):
        y = bottom - step * (bottom - TOP) / 4
        picture.line(left, y, width - 20, y)
        picture.text(left - 6, y + 4, f"{most * step / 4:.0f}", "end", 11)
    for x in xs:
        picture.text(place[x], bottom + 18, f"{x:g}", "middle", 11)
    picture.text(width / 2, bottom + 38, x_label, "middle")
    picture.text(12, TOP - 6, y_label, size=11)
    for number, (name, points) in enumerate(series.items()):
        spots = [(place[x], bottom - y / most * (bottom - TOP)) for x, y in sorted(points)]
        for (x1, y1), (x2, y2) in zip(spots, spots[1:]):
            picture.line(x1, y1, x2, y2, COLOURS[number], 2.5)
        for x, y in spots:
            picture.rect(x - 3, y - 3, 6, 6, COLOURS[number], name)
        picture.rect(left + 20 + number * 120, bottom + 46, 12, 12, COLOURS[number])
        picture.text(left + 36 + number * 120, bottom + 57, name)
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
                ("registers", "perf-traps.svg", "Traps by register, per packet or transaction", 2),
                ("driver_functions", "perf-driver.svg",
                 "Instructions by function of the driver, per packet or transaction", 0)):
            for kind, entries in _by_size(both).items():
                bars = [(f"{entry['title']}: {driver}", entry["drivers"][driver][key])
                        for entry in entries for driver in ("e1000", "e1k")]
                pictures[name.replace(".svg", f"-{kind}.svg")] = stacked(title, bars, decimals)
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


def _by_size(entries: dict[str, Any]) -> dict[str, list[Any]]:
    """A transaction costs tens of packets: on one scale the packets would vanish."""
    table: dict[str, list[Any]] = {}
    for entry in entries.values():
        big = entry["per"] == "transaction" or entry["name"] == "paced"
        table.setdefault("latency" if big else "packet", []).append(entry)
    return table
