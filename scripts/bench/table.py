# SPDX-License-Identifier: GPL-2.0-only
"""The results as text: for a terminal, and as Markdown for the documentation."""

from __future__ import annotations

from typing import Any

from figures import FIGURES, Limit, rate_unit

DRIVERS = ("e1000", "e1k")


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    decimals = FIGURES[name][1]
    # A rate of thousands needs no decimals.
    return f"{value:.{0 if name == 'rate' and value >= 1000 else decimals}f}"


def counted_rows(counted: dict[str, Any], goals: dict[tuple[str, str], Limit]) -> list[list[str]]:
    """Heading and three lines a workload: stock, e1k, goal."""
    rows = [["workload", "", *(heading for heading, _, _ in FIGURES.values())]]
    for name, entry in counted.items():
        title = f"{entry['title']}, per {entry['per']}"
        for driver, result in entry["drivers"].items():
            rows.append([title, driver,
                         *(_cell(figure, result["figures"].get(figure, {}).get("median"))
                           for figure in FIGURES)])
            title = rate_unit(entry["stream"])
        wanted = [goals.get((name, figure)) for figure in FIGURES]
        if any(wanted):
            rows.append(["", "goal",
                         *(_cell(figure, limit.goal if limit else None)
                           for figure, limit in zip(FIGURES, wanted))])
    return rows


def timed_rows(timed: dict[str, Any]) -> list[list[str]]:
    rows = [["workload", "unit", "e1000", "e1k", "ratio", "least", "most", "virtio-net", "e1000e"]]
    for entry in timed.values():
        for figure, ratio in entry["ratio"].items():
            first = figure == "rate"
            others = [entry["others"].get(driver, {}).get(figure)
                      for driver in ("virtio_net", "e1000e")]
            rows.append([entry["title"] if first else "", entry["unit"] if first else f"{figure} us",
                         *(f"{entry['median'][driver][figure]:.4g}" for driver in DRIVERS),
                         *(f"{ratio[key]:.2f}" for key in ("median", "min", "max")),
                         *("-" if value is None else f"{value:.4g}" for value in others)])
    return rows


MEMORY = {
    "rx_bytes": "receive ring, bytes a descriptor with its buffer",
    "tx_bytes": "transmit ring, bytes a descriptor",
    "truesize_18": "truesize of a received frame, 18 bytes of data",
    "truesize_1472": "truesize of a received frame, 1472 bytes of data",
    "link_us": "module load to link, microseconds of virtual time",
}


def memory_rows(memory: dict[str, Any]) -> list[list[str]]:
    return [["memory and start, MTU 1500", "", *DRIVERS],
            *([title, "", *(str(memory[driver][name]) for driver in DRIVERS)]
              for name, title in MEMORY.items())]


def receiving_rows(counted: dict[str, Any]) -> list[list[str]]:
    """What receiving a frame takes, where sender and receiver can be told apart."""
    rows = [["what becomes of a frame", "", "receiving kernel insns", "writes to RDT",
             "writes to TDT a poll", "1000/s"]]
    for entry in counted.values():
        for driver in DRIVERS:
            figures = entry["drivers"].get(driver, {}).get("figures", {})
            if "receive" not in figures:
                continue
            rows.append([entry["title"] if driver == DRIVERS[0] else "", driver,
                         *(f"{figures[figure]['median']:.{decimals}f}" for figure, decimals in
                           (("receive", 0), ("rdt", 3), ("tdt-poll", 2), ("rate", 0)))])
    return rows


def function_rows(counted: dict[str, Any]) -> list[list[str]]:
    """Where e1k's own instructions are, workload by workload."""
    rows = [["workload", "function", "instructions"]]
    for entry in counted.values():
        title = f"{entry['title']}, per {entry['per']}"
        ranked = sorted(entry["drivers"]["e1k"]["driver_functions"].items(),
                        key=lambda item: -item[1])
        for function, insns in ranked[:6]:
            rows.append([title, f"`{function}`", f"{insns:.1f}"])
            title = ""
    return rows


def text(rows: list[list[str]]) -> str:
    """Aligned; the first column to the left."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) if i < 2 else cell.rjust(width)
                       for i, (cell, width) in enumerate(zip(row, widths))).rstrip()
             for row in rows]
    lines.insert(1, "-" * max(len(line) for line in lines))
    return "\n".join(lines)


def markdown(rows: list[list[str]]) -> str:
    head, *body = rows
    lines = [head, ["---", "---", *["---:"] * (len(head) - 2)], *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
