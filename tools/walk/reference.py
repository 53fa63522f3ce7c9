# SPDX-License-Identifier: GPL-2.0-only
"""What the documents have from the data: the glossary, and the places where packets are lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HEADS = {"en": ("place", "the kernel's reasons", "what tells", "what to do"),
         "zh": ("位置", "内核给出的原因", "由何得知", "怎么办")}
PATHS = {"en": {"receive": "Received packets, from the wire on",
                "transmit": "Sent packets, from the process on"},
         "zh": {"receive": "接收的数据包，从线路开始", "transmit": "发送的数据包，从进程开始"}}
# Of some places there are dozens.
REASONS = 4


def load(name: str) -> list[dict[str, Any]]:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def glossary(language: str) -> str:
    rows = [f"| {row['term']}{' ' + row['name'] if language == 'zh' and row['name'] else ''} "
            f"| {row[language]} |" for row in load("glossary.json")]
    return "\n".join(["| | |", "|---|---|", *rows])


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def place(row: dict[str, Any], language: str) -> str:
    name, tells, what = (("name", "tells", "do") if language == "en"
                         else ("zh", "zh_tells", "zh_do"))
    reasons = ", ".join(map(code, row["reasons"][:REASONS]))
    more = " …" if len(row["reasons"]) > REASONS else ""
    look = code(row["look"]) + ("<br>" if row["look"] else "") + row[tells]
    return f"| {row[name]} | {reasons}{more} | {look} | {row[what]} |"


def places(language: str) -> str:
    out = []
    for path, title in PATHS[language].items():
        out += [f"### {title}", "", "| " + " | ".join(HEADS[language]) + " |", "|---|---|---|---|"]
        out += [place(row, language) for row in load("places.json") if row["path"] == path]
        out.append("")
    return "\n".join(out).rstrip()


def blocks(language: str) -> dict[str, str]:
    return {"glossary": glossary(language), "places": places(language)}
