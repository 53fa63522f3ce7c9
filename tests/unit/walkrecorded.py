# SPDX-License-Identifier: GPL-2.0-only
"""Unit tests of the packet walk: what real kernels have recorded (tests/lib/walkrecord.py)
is made a walk of again, and has to show what its scenario is there for."""

from __future__ import annotations

import gzip
import json
from functools import partial
from pathlib import Path
from typing import Any, Callable

import figures
import text
import timeline
import walker
from allscenarios import SCENARIOS
from capfilter import Filter
from hooks import load_hooks
from many import Drops
from scenarios import Wanted
from sending import Follower
from tracefs import Event, Symbols

# Any: a recording does not say when it was made.
EPOCH = 1796000000000000
RECORDED = sorted((Path(__file__).resolve().parent / "recorded").glob("*.json.gz"))


def plain(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


def load(path: Path) -> tuple[Follower, list[Wanted]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        content = json.load(file)
    hooks = {name: hook for name, hook in load_hooks().items() if name in content["symbols"]}
    for name, hook in hooks.items():
        hook.symbol = content["symbols"][name]
    events = [Event(index, time, cpu, comm, pid, context, name,
                    {key: plain(value) for key, value in values.items()}, tuple(pointers))
              for index, (time, cpu, comm, pid, context, name, values, pointers)
              in enumerate(content["events"])]
    # The older ones end before what has to be said.
    wanted = [Wanted(way, Filter(expression, data.encode()), steps, tuple(functions), prefer, drop,
                     *map(tuple, more))
              for way, expression, data, steps, functions, prefer, drop, *more
              in content["wanted"]]
    return Follower(events, hooks, content["device"]), wanted


def result(name: str) -> dict[str, Any]:
    """Of the newest kernel that recorded it: what e1k-walk would have said."""
    path = max(path for path in RECORDED if path.name.rpartition("-")[0] == name)
    follower, wanted = load(path)
    walks = [walk for walk in (walker.pick(follower, one) for one in wanted) if walk]
    for walk in walks:
        for mark in walk.marks.values():
            if mark.event.name == "kfree_skb":
                # The addresses were those of another machine.
                mark.event.values["where"] = "udp_rcv"
    drops = Drops(Symbols())
    drops.add(Event(**{**vars(event), "values": {**event.values, "location": 0}})
              for event in follower.events)
    origin = min(walk.ordered()[0].event.time for walk in walks)
    release = path.name.removesuffix(".json.gz").rpartition("-")[2]
    made = {**walker.header(follower.device, name, SCENARIOS[name].title), "driver": "e1k",
            "kernel": release, "epoch": EPOCH, "drops": drops.plain(), "notes": [],
            "figures": figures.count(follower.events, follower.device, "", wanted)}
    return {**made, "walks": [timeline.build(walk, follower, {"origin": origin})
                              for walk in walks]}


def check(path: Path) -> None:
    follower, wanted = load(path)
    walks = [walk for walk in (walker.pick(follower, one) for one in wanted) if walk]
    for walk, one in zip(walks, wanted):
        walk.filter = str(one.filter)
    made = [timeline.build(walk, follower, {}) for walk in walks]
    problems = walker.problems({"walks": made}, wanted)
    assert not problems, problems
    for walk in made:
        for row in walk["steps"]:
            assert "?" not in row["words"].removesuffix("?").replace("? then", ""), row["words"]
            assert text.Text(False).step(row)
        times = [row["us"] for row in walk["steps"] if row["us"] is not None]
        assert times == sorted(times)


TESTS: dict[str, Callable[[], None]] = {
    f"walk: as recorded: {path.name.removesuffix('.json.gz')}": partial(check, path)
    for path in RECORDED}
