# SPDX-License-Identifier: GPL-2.0-only
"""What became of a packet, and in which stretches of time: a walk in short."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
WORDS = ("dropped", "refused", "waits", "sent", "delivered", "used")
# Steps in which a process has what it asked for.
READ = ("R21", "R24", "R25")


def drop_of(walk: dict[str, Any]) -> Row | None:
    return next((row for row in walk["steps"] if row["drop"]), None)


def place_of(row: Row) -> str:
    """The function that dropped it; the system call that was refused."""
    return row["values"].get("where") or row["function"].rpartition(":")[2]


def outcome(walk: dict[str, Any]) -> str:
    """One of WORDS."""
    drop = drop_of(walk)
    if drop:
        # No skb was ever made: the system call says why.
        return "refused" if drop["event"].startswith("exit_") else "dropped"
    if walk["steps"] and walk["steps"][-1].get("inferred") \
            and walk["steps"][-1]["step"] in ("T6", "T7"):
        return "waits"
    steps = {row["step"] for row in walk["steps"]}
    if walk["path"] == "transmit" or "T11" in steps:
        return "sent"
    return "delivered" if steps & set(READ) else "used"


def sentence(walk: dict[str, Any]) -> str:
    """As a comment beside the packet."""
    word, drop = outcome(walk), drop_of(walk)
    timed = [row for row in walk["steps"] if row["us"] is not None]
    took = f"{timed[-1]['us'] - timed[0]['us']:.0f} us, {len(walk['steps'])} steps"
    if word == "dropped":
        return f"dropped: {drop['drop']} in {place_of(drop)} ({took})"
    if word == "refused":
        return f"not sent: {drop['en'].partition(': ')[2]} (no skb was made; these bytes are what it would have been)"
    if word == "delivered":
        reader = [row for row in timed if row["step"] in READ][-1]
        return f"delivered: {reader['task']} (pid {reader['pid']}) on CPU {reader['cpu']} ({took})"
    if word == "waits":
        return f"waits: {walk['steps'][-1]['en']} ({took})"
    return f"{word} ({took})"


def spans(walk: dict[str, Any]) -> list[dict[str, Any]]:
    """Stretches on one CPU, in one context, of one task. Inferred steps are in none."""
    found: list[dict[str, Any]] = []
    for row in walk["steps"]:
        if row["us"] is None:
            continue
        key = (row["cpu"], row["context"], row["pid"])
        if found and found[-1]["key"] == key:
            found[-1]["end"], found[-1]["last"] = row["us"], row["n"]
        else:
            found.append({"key": key, "cpu": row["cpu"], "context": row["context"],
                          "task": row["task"], "pid": row["pid"], "begin": row["us"],
                          "end": row["us"], "first": row["n"], "last": row["n"]})
    return found
