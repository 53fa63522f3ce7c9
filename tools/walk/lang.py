# SPDX-License-Identifier: GPL-2.0-only
"""English, and the same in another language: zh.json has each sentence by its English."""

from __future__ import annotations

import json
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


def in_each(make: Callable[[], Made]) -> dict[str, Made]:
    """What is made while each language is chosen."""
    before, made = CHOICE["language"], {}
    for language in LANGUAGES:
        choose(language)
        made[language] = make()
    choose(before)
    return made
