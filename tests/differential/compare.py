# SPDX-License-Identifier: GPL-2.0-only
"""What two drivers made of the same scenario, compared: a pure function, tested on the
host by tests/unit/host.py."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "meant.tsv"
COLUMNS = 5
NOTHING = "(nothing)"


@dataclass(frozen=True)
class NoLess:
    """A number of which e1k must not have less than the stock driver, or than this share."""

    value: float
    share: float = 1.0

    def holds(self, stock: NoLess) -> bool:
        return self.value >= stock.value * self.share

    def __str__(self) -> str:
        return f"{self.value:g}"


@dataclass(frozen=True)
class NoMore:
    """A number of which e1k must not have more, but for this factor and this addend."""

    value: float
    factor: float = 1.0
    slack: float = 0.0

    def holds(self, stock: NoMore) -> bool:
        return self.value <= stock.value * self.factor + self.slack

    def __str__(self) -> str:
        return f"{self.value:g}"


Facts = dict[str, object]


@dataclass
class Row:
    """A difference that is meant. All but the reason may be shell patterns."""

    scenario: str
    what: str
    stock: str
    ours: str
    reason: str
    used: bool = False

    def fits(self, scenario: str, what: str, stock: str, ours: str) -> bool:
        return all(fnmatch.fnmatchcase(seen, pattern) for seen, pattern in
                   ((scenario, self.scenario), (what, self.what), (stock, self.stock),
                    (ours, self.ours)))


def read_table(text: str) -> list[Row]:
    """The rows of the table; ValueError names the line that is none."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != COLUMNS or not all(cells):
            raise ValueError(f"line {number}: not {COLUMNS} columns, each with a text")
        rows.append(Row(*cells))
    return rows


def agree(stock: object, ours: object) -> bool:
    """Whether e1k did as it must, measured by the stock driver."""
    if isinstance(ours, (NoLess, NoMore)) and isinstance(stock, type(ours)):
        return ours.holds(stock)
    return stock == ours


def differences(scenario: str, stock: Facts, ours: Facts, meant: list[Row]
                ) -> tuple[list[str], list[str]]:
    """What differs and is not meant, and what differs and is, with the reason. A fact
    that only one of them has is a difference."""
    wrong, excused = [], []
    for what in [*stock, *(name for name in ours if name not in stock)]:
        left, right = stock.get(what, NOTHING), ours.get(what, NOTHING)
        if agree(left, right):
            continue
        text = f"{what}: stock {left}, e1k {right}"
        row = next((r for r in meant if r.fits(scenario, what, str(left), str(right))), None)
        if row:
            row.used = True
            excused.append(f"{text}: meant, {row.reason}")
        else:
            wrong.append(text)
    return wrong, excused
