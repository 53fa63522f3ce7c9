# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: many packets, what became of them, and what other programs
are given. From recorded walks; readers of the formats are in tests/page."""

from __future__ import annotations

import io
import json
from typing import Any, Callable

import exports
import outcome
import reference
import walkrecorded
from lib.paths import TREE
from many import KEPT, Distribution, Drops, Many, as_text
from tracefs import Event, Symbols


def walks(name: str) -> dict[str, dict[str, Any]]:
    """By path."""
    return {walk["path"]: walk for walk in walkrecorded.result(name)["walks"]}


def test_outcomes() -> None:
    assert outcome.sentence(walks("udp")["receive"]).startswith("delivered: receiver (pid ")
    assert outcome.outcome(walks("udp")["transmit"]) == "sent"
    lost = outcome.sentence(walks("closed")["receive"])
    assert lost.startswith("dropped: NO_SOCKET in udp_rcv "), lost
    refused = outcome.sentence(walks("no-route")["transmit"])
    assert "ENETUNREACH" in refused and "no skb was made" in refused


def test_spans() -> None:
    """All steps that have a time are in one, in their order, on one CPU each."""
    for name in ("udp", "rps", "tcp"):
        for walk in walks(name).values():
            spans = outcome.spans(walk)
            rows = [row for row in walk["steps"] if row["us"] is not None]
            inside = [row["n"] for span in spans for row in rows
                      if span["first"] <= row["n"] <= span["last"]]
            assert inside == [row["n"] for row in rows]
            for span in spans:
                assert {row["cpu"] for row in rows
                        if span["first"] <= row["n"] <= span["last"]} == {span["cpu"]}
    assert len({span["cpu"] for span in outcome.spans(walks("rps")["receive"])}) > 1


def test_steps_have_what_was_recorded() -> None:
    walk = walks("udp")["receive"]
    irq = next(row for row in walk["steps"] if row["event"] == "e1k_irq")
    assert irq["values"]["icr"] == 0x80 and irq["pid"] > 0
    upward = [row for row in walk["steps"] if row["event"] in ("udp_rcv", "ip_local_deliver")]
    assert upward and len({row["skb"] for row in upward}) == 1 and upward[0]["skb"] > "0xf"
    assert b"follow-me" in bytes.fromhex(walk["bytes"]) and walk["length"] == 170


def test_lines() -> None:
    result, out = walkrecorded.result("closed"), io.StringIO()
    lines = exports.Lines(out)
    lines.begin(result)
    before = out.getvalue().count("\n")
    lines.walk(result["walks"][0])
    # Written when it is known, not at the end.
    assert before == 1 and out.getvalue().count("\n") > 10
    lines.end(result)
    rows = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [rows[0]["type"], rows[-1]["type"]] == ["begin", "end"]
    assert rows[0]["schema"] == exports.SCHEMA and rows[-1]["packets"] == 1
    steps = [row for row in rows if row["type"] == "step"]
    assert [row["n"] for row in steps] == list(range(1, len(steps) + 1))
    timed = [row for row in steps if not row["inferred"]]
    assert all(abs(row["time"] - result["walks"][0]["origin"] - row["us"]) < 0.01 for row in timed)
    assert rows[-2]["outcome"] == "dropped" and rows[-2]["reason"] == "NO_SOCKET"


def walk_of(deltas: list[float], drop: str = "") -> dict[str, Any]:
    rows, now = [], 0.0
    for number, delta in enumerate(deltas):
        now += delta
        rows.append({"n": number + 1, "step": f"R{number + 3}", "us": now, "delta": delta,
                     "function": f"net:f{number}", "drop": "", "inferred": False, "cpu": 0,
                     "event": "f", "values": {}})
    rows[-1]["drop"] = drop
    return {"path": "receive", "packet": "udp", "steps": rows}


def test_many() -> None:
    many = Many()
    for number in range(1, 101):
        many.add(walk_of([0, number, 1], "NO_SOCKET" if number > 90 else ""))
    made = many.plain()
    hop = made["hops"][0]
    assert (hop["function"], hop["count"]) == ("f1", 100)
    assert (hop["least"], hop["median"], hop["p99"], hop["most"]) == (1, 50, 99, 100)
    assert sum(count for _, count in hop["histogram"]) == 100
    # 64 to 100 are below 128 and not below 64.
    assert dict(map(tuple, hop["histogram"]))[128] == 37
    assert made["outcomes"] == {"used": 90, "dropped": 10}
    assert many.walks()[0]["steps"][-1]["us"] == 101
    shown = as_text({"device": "eth0", "many": made, "drops": []})
    assert "100 packets followed on eth0" in shown and "f1" in shown and "99.0" in shown


def test_more_than_are_kept() -> None:
    one = Distribution()
    for number in range(3 * KEPT):
        one.add(float(number % 1000))
    made = one.plain()
    assert made["count"] == 3 * KEPT and (made["least"], made["most"]) == (0, 999)
    assert len(one.values) == KEPT and abs(made["median"] - 500) < 30


def test_drops() -> None:
    symbols = Symbols()
    symbols.starts = [(0x1000, "nf_hook_slow"), (0x2000, "udp_rcv")]
    counted = Drops(symbols)
    made = lambda reason, place, context: Event(0, 0, 0, "", 1, context, "kfree_skb",
                                                {"reason_name": reason, "location": place})
    counted.add([made("NETFILTER_DROP", 0x1010, "process")] * 3 + [made("NO_SOCKET", 0x2001, "softirq"),
                Event(0, 0, 0, "", 1, "softirq", "consume_skb")])
    assert counted.plain() == [
        {"reason": "NETFILTER_DROP", "where": "nf_hook_slow", "context": "process", "count": 3},
        {"reason": "NO_SOCKET", "where": "udp_rcv", "context": "softirq", "count": 1}]


def test_reference() -> None:
    """tools/walk/walk-docs words writes them into the documents."""
    for language, pages in {"en": ("walk/glossary", "walk/lost"), "zh": ("zh/glossary", "zh/lost")}.items():
        blocks = reference.blocks(language)
        for page in pages:
            text = (TREE / f"docs/{page}.md").read_text(encoding="utf-8")
            name = "glossary" if "glossary" in page else "places"
            assert f"<!-- walk:{name} -->\n{blocks[name]}\n<!-- /walk:{name} -->" in text, page


TESTS: dict[str, Callable[[], None]] = {
    "walk: what became of a packet": test_outcomes,
    "walk: stretches of time": test_spans,
    "walk: steps have registers, task, skb; the packet its bytes": test_steps_have_what_was_recorded,
    "walk: lines of JSON, as they are known": test_lines,
    "walk: many packets: least, median, p99, most": test_many,
    "walk: many packets: more than are kept": test_more_than_are_kept,
    "walk: drops by reason and place": test_drops,
    "walk: glossary and places are in the documents": test_reference,
}
