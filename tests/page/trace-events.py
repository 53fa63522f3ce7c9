#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
#
# e1k-walk --trace: what is written keeps to the published format of trace events (Trace Event
# Format, by Google), as Perfetto reads it: each phase has its fields, events of a thread are
# nested, every thread has a name, arrows have both ends.

import json
from collections import defaultdict

import exported
import exports

FIELDS = {"X": {"name", "cat", "ts", "dur", "pid", "tid"}, "M": {"name", "pid", "tid", "args"},
          "i": {"name", "ts", "pid", "tid", "s"},
          **dict.fromkeys("stf", {"name", "cat", "id", "ts", "pid", "tid"})}
METADATA = {"process_name", "thread_name"}
# Both are rounded to a nanosecond.
ROUNDING = 0.002


def overlapping(events):
    """Two events of one thread of which neither holds the other."""
    threads = defaultdict(list)
    for event in events:
        if event["ph"] == "X":
            threads[event["pid"], event["tid"]].append(event)
    bad = []
    for rows in threads.values():
        rows.sort(key=lambda event: (event["ts"], -event["dur"]))
        open_ends = []
        for event in rows:
            while open_ends and event["ts"] >= open_ends[-1] - ROUNDING:
                open_ends.pop()
            if open_ends and event["ts"] + event["dur"] > open_ends[-1] + ROUNDING:
                bad.append(event["name"])
            open_ends.append(event["ts"] + event["dur"])
    return bad


def test(t, directory):
    path = directory / "trace.json"
    events, walks = exports.TraceEvents(), []
    for result in exported.results():
        walks += result["walks"]
        for walk in result["walks"]:
            events.walk(walk)
    path.write_text(events.text(result), encoding="utf-8")
    made = json.loads(path.read_text(encoding="utf-8"))
    t.same(made["displayTimeUnit"], "ns", "an object with events and a unit to show")
    rows = made["traceEvents"]
    lacking = [row for row in rows if not FIELDS.get(row["ph"], {"no such phase"}) <= row.keys()]
    t.same(lacking, [], "each event has the fields of its phase")
    numbers = [row for row in rows for name in ("ts", "dur", "pid", "tid") if name in row
               and (isinstance(row[name], bool) or not isinstance(row[name], (int, float)) or row[name] < 0)]
    t.same(numbers, [], "times and numbers are numbers, none below 0")
    t.check(all(isinstance(row["pid"], int) and isinstance(row["tid"], int) for row in rows),
            "processes and threads are whole numbers")
    named = {(row["pid"], row["tid"]) for row in rows if row["name"] == "thread_name"}
    t.check({row["name"] for row in rows if row["ph"] == "M"} == METADATA and
            {(row["pid"], row["tid"]) for row in rows if row["ph"] != "M"} <= named,
            "every thread has a name")
    t.same(overlapping(rows), [], "what overlaps is nested")
    arrows = defaultdict(list)
    for row in rows:
        if row["ph"] in "stf":
            arrows[row["id"]].append((row["ts"], row["ph"]))
    t.check(arrows and all([kind for _, kind in sorted(way)][0] == "s" and
                           [kind for _, kind in way][-1] == "f" for way in arrows.values()),
            "each arrow begins and ends")
    steps = sum(row["us"] is not None for walk in walks for row in walk["steps"])
    t.same(sum(row.get("cat") == "step" for row in rows), steps, "every step that was seen is there")
    t.same(sum(row.get("cat") == "inferred" for row in rows),
           sum(len(walk["steps"]) for walk in walks) - steps, "and every inferred one, as such")


exported.main(test)
