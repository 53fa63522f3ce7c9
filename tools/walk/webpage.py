# SPDX-License-Identifier: GPL-2.0-only
"""The page: one HTML file that needs no network, put together from page/."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import comparing
import source
from hooks import load_steps
from lang import CHOICE, catalogue

HERE = Path(__file__).resolve().parent
PARTS = ("model.js", "chart.js", "detail.js", "tabs.js", "main.js")
# Lines of source before and after the one that is shown.
AROUND = 4
# What the page does not look at, and is long.
UNUSED = ("words", "gap")


def load(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def text(name: str) -> str:
    return (HERE / "page" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=None)
def lines_of(name: str) -> tuple[str, ...]:
    """A file of e1k's source, or nothing where it is not at hand."""
    path = source.root() / name
    return tuple(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else ()


def excerpt(place: str) -> dict[str, Any] | None:
    """place: file:line."""
    name, _, number = place.rpartition(":")
    lines, at = lines_of(name), int(number)
    if at > len(lines):
        return None
    first = max(1, at - AROUND)
    return {"first": first, "lines": [line.expandtabs(8) for line
                                      in lines[first - 1:at + AROUND]]}


def lean(result: dict[str, Any]) -> dict[str, Any]:
    walks = [{**walk, "steps": [{name: value for name, value in row.items()
                                 if name not in UNUSED} for row in walk["steps"]]}
             for walk in result["walks"]]
    return {**result, "walks": walks, "title_zh": catalogue().get(result["title"], "")}


def data(results: list[dict[str, Any]], pair: comparing.Comparison | None,
         lab: dict[str, Any] | None) -> dict[str, Any]:
    places = {row["source"] for result in results for walk in result["walks"]
              for row in walk["steps"] if row["source"]}
    return {
        "language": CHOICE["language"], "results": [lean(result) for result in results],
        "pair": pair and {"lesson": pair.lesson, "zh": pair.zh,
                          "rows": comparing.figures(pair, *results)},
        "lab": lab, "steps": load_steps(), "places": load("places.json"),
        "glossary": load("glossary.json"), "words": load("page/words.json"),
        "sources": {place: found for place in sorted(places) if (found := excerpt(place))}}


def page(results: list[dict[str, Any]], pair: comparing.Comparison | None = None,
         lab: dict[str, Any] | None = None) -> str:
    # "</script>" in a packet's bytes or a sentence would end the data.
    inside = json.dumps(data(results, pair, lab), ensure_ascii=False,
                        separators=(",", ":")).replace("<", "\\u003c")
    parts = {"/*STYLE*/": text("style.css"), "/*DATA*/": inside,
             "/*SCRIPT*/": "\n".join(text(name) for name in PARTS)}
    made = text("page.html")
    for mark, part in parts.items():
        before, _, after = made.partition(mark)
        made = before + part + after
    return made
