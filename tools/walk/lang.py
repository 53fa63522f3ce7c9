# SPDX-License-Identifier: GPL-2.0-only
"""English, and the same in another language: zh.json has each sentence by its English."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Callable, TypeVar

Made = TypeVar("Made")

LANGUAGES = ("en", "zh")
CHOICE = {"language": "en"}


def choose(language: str) -> None:
    CHOICE["language"] = language


@lru_cache(maxsize=1)
def catalogue() -> dict[str, str]:
    path = Path(__file__).resolve().parent / "zh.json"
    return json.loads(path.read_text(encoding="utf-8"))


def tr(text: str) -> str:
    """The sentence in the language that was chosen; its {fields} are filled in afterwards."""
    return catalogue().get(text, text) if CHOICE["language"] == "zh" else text


def phrase(text: str) -> str:
    """A whole sentence or a cell of a table: its numbers and what stands behind a colon are
    not in the catalogue, "UDP, 1000 bytes" is there as "UDP, # bytes"."""
    if CHOICE["language"] != "zh":
        return text
    if text in catalogue():
        return catalogue()[text]
    head, colon, rest = text.partition(": ")
    if colon and head in catalogue():
        return f"{catalogue()[head]}：{rest}"
    numbers = re.findall(r"\d+", text)
    found = catalogue().get(re.sub(r"\d+", "#", text))
    return re.sub("#", lambda _: numbers.pop(0), found) if found else text


def columns(text: str) -> int:
    """Columns that a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def padded(text: str, room: int, right: bool = False) -> str:
    space = " " * (room - columns(text))
    return space + text if right else text + space


def in_each(make: Callable[[], Made]) -> dict[str, Made]:
    """What is made while each language is chosen."""
    before, made = CHOICE["language"], {}
    for language in LANGUAGES:
        choose(language)
        made[language] = make()
    choose(before)
    return made
