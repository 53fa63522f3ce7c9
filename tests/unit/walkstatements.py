# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: what the documents say that it shows is there to be shown."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any, Callable

import comparing
import labs
import lang
import statements
from allscenarios import SCENARIOS
from hooks import load_hooks, load_steps
from lib.paths import TREE

LESSONS = json.loads((TREE / "tools/walk/lessons.json").read_text(encoding="utf-8"))


def result(name: str, *rows: tuple[str, str]) -> dict[str, Any]:
    steps = [{"step": step, "event": event} for step, event in rows]
    return {"scenario": name, "walks": [{"steps": steps}]}


def test_statements_exist() -> None:
    """Scenarios, labs, steps and hooks are called so; each scenario is there for something."""
    hooks, steps, named = load_hooks(), load_steps(), set()
    for one in statements.load():
        assert one["says"] and one["shown"], one
        for row in one["shown"]:
            name, _, what = row.partition(":")
            named.add(name)
            if name in labs.LABS:
                assert what in steps, row
            else:
                assert name in SCENARIOS and (what in hooks or what in steps or what == "drop"), row
                step = what if what in steps else ""
                assert not step or step[0] in "RT", row
    assert named == {*SCENARIOS, *labs.LABS}, named ^ {*SCENARIOS, *labs.LABS}
    said = {row.partition(":")[2] for one in statements.load() for row in one["shown"]}
    assert not {step for step in steps if step[0] in "NDC"} - said


def test_statements_seen() -> None:
    """Each was seen on a kernel, and the document says on which."""
    kept = statements.seen()
    rows = {row for one in statements.load() for row in one["shown"]}
    assert not kept.keys() - rows, kept.keys() - rows
    nowhere = [one["says"] for one in statements.load() if not statements.kernels_of(one, kept)]
    assert not nowhere, nowhere
    text = (TREE / "docs/walk/coverage.md").read_text(encoding="utf-8")
    assert f"<!-- walk:statements -->\n{statements.table()}\n<!-- /walk:statements -->" in text


def test_scenarios_documented() -> None:
    """The pages in both languages list each scenario, and show each pair."""
    for page in ("docs/walk/packet-walk.md", "docs/zh/packet-walk.md"):
        text = (TREE / page).read_text(encoding="utf-8")
        assert re.findall(r"^\| `make walk S=([\w-]+)` \|", text, re.M) == [*SCENARIOS], page
        for name in comparing.PAIRS:
            assert f"make walk C={name}`." in text, (page, name)


def test_statements_message() -> None:
    """An 82574L masks nothing, and what it cannot play it need not show."""
    every = result("udp") | {"by_message": True}
    rows = statements.unseen([every])
    assert "udp:e1k_irq" in rows and "udp:e1k_irq_mask" not in rows, rows
    assert "udp:e1k_irq_mask" in statements.unseen([result("udp")])
    assert not statements.unseen([result("txirq") | {"not_played": "no such interrupt"}])


def test_statements_learn() -> None:
    """A row that was seen once and is not seen any more loses the kernel."""
    before = statements.SEEN
    with tempfile.TemporaryDirectory() as directory:
        statements.SEEN = Path(directory, "seen.json")
        try:
            good = result("txirq", ("T13", "e1k_irq"))
            statements.learn([good, {"lab": "napi", "seen": {"N1": True, "N2": False}}],
                             "6.1.0-57-amd64")
            statements.learn([good], "6.12.9+deb13")
            assert statements.seen() == {"napi:N1": ["6.1"], "txirq:T13": ["6.1", "6.12"]}
            assert statements.unseen([good]) == []
            statements.learn([result("txirq", ("T14", "e1k_tx_reap"))], "6.1.0")
            assert statements.seen() == {"napi:N1": ["6.1"], "txirq:T13": ["6.12"]}
        finally:
            statements.SEEN = before


def test_lessons_exist() -> None:
    """Each scenario of the group is in a box, its words are there in both languages."""
    shown = set()
    for lesson in LESSONS:
        assert all(lesson[key] for key in ("title", "zh", "words", "zh_words")), lesson
        for name, _, events in lesson["boxes"]:
            shown.add(name)
            assert name in SCENARIOS and not set(events) - load_hooks().keys(), (name, events)
    assert {one.name for one in SCENARIOS.values() if one.group == "lessons"} <= shown


def test_phrases() -> None:
    """Tables in Chinese: numbers and names are not in the catalogue."""
    assert lang.phrase("UDP, 1000 bytes") == "UDP, 1000 bytes"
    lang.choose("zh")
    try:
        assert lang.phrase("UDP, 1000 bytes") == "UDP，1000 字节"
        assert lang.phrase("forwarded, 1400 bytes, MTU 600") == "转发，1400 字节，MTU 600"
        assert lang.phrase("NAPI lab: eth3") == "NAPI 实验：eth3"
        assert lang.phrase("Udp: NoPorts") == "Udp: NoPorts"
        text = labs.as_text({"title": "Drop lab: eth3", "tables": [
            {"title": "Copies of what is sent", "head": ["place", "packets"],
             "rows": [["no socket", "20"], ["Udp", "3"]]}]})
    finally:
        lang.choose("en")
    rows = text.splitlines()[3:]
    assert not re.search("[A-Za-z]{4}", text.replace("eth3", "")), text
    # A Chinese character takes two columns: the last cells end at the same one.
    assert len({lang.columns(row) for row in rows}) == 1, rows


def cells(path: str) -> list[str]:
    """What the labs put into their tables, as written in their source."""
    text = (TREE / "tools/walk" / path).read_text(encoding="utf-8")
    found = re.findall(r'Place\("D\d+", "([^"]+)",\s*"([^"]+)"', text)
    heads = re.findall(r'"head": \[([^\]]*)\]|HEAD = \[([^\]]*)\]', text)
    return [cell for row in found for cell in row] + \
        [cell for head in heads for part in head for cell in re.findall(r'"([^"]+)"', part)]


def test_labs_in_chinese() -> None:
    lang.choose("zh")
    try:
        missing = [cell for path in ("droplab.py", "sendlab.py", "napilab.py", "copylab.py")
                   for cell in cells(path)
                   if re.search("[a-z]{3} ", cell) and lang.phrase(cell) == cell]
    finally:
        lang.choose("en")
    assert not missing, missing


TESTS: dict[str, Callable[[], None]] = {
    "walk: statements name what is there": test_statements_exist,
    "walk: each statement was seen on a kernel": test_statements_seen,
    "walk: the pages have each scenario and each pair": test_scenarios_documented,
    "walk: what was seen is kept by kernel": test_statements_learn,
    "walk: what a NIC with messages has to show": test_statements_message,
    "walk: lessons name what is there": test_lessons_exist,
    "walk: tables in Chinese": test_phrases,
    "walk: the labs' tables are there in Chinese": test_labs_in_chinese,
}
