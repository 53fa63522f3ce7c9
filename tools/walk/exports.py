# SPDX-License-Identifier: GPL-2.0-only
"""Walks in formats that other programs read: lines of JSON, trace events, pcapng.

docs/walk/exports.md describes them, walk.schema.json the lines.
"""

from __future__ import annotations

import json
import struct
from typing import Any, TextIO

import outcome

SCHEMA = "e1k-walk/1"
Result = dict[str, Any]


# --- lines of JSON ---------------------------------------------------------------------


class Lines:
    """A record a line, each written when it is known: a reader can follow the file."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.packets = file, 0

    def record(self, kind_: str, **values: Any) -> None:
        print(json.dumps({"type": kind_, **values}, ensure_ascii=False), file=self.file, flush=True)

    def begin(self, result: Result) -> None:
        self.record("begin", schema=SCHEMA, **{name: result[name] for name in (
            "scenario", "title", "device", "kernel", "epoch")})

    def walk(self, walk: dict[str, Any]) -> None:
        self.packets += 1
        number = self.packets
        self.record("packet", packet=number, path=walk["path"], text=walk["packet"],
                    kind=walk["kind"], length=walk["length"], bytes=walk["bytes"])
        for row in walk["steps"]:
            time = None if row["us"] is None else round(walk["origin"] + row["us"], 3)
            self.record("step", packet=number, time=time, **{name: row[name] for name in (
                "n", "step", "us", "delta", "cpu", "context", "task", "pid", "function", "event",
                "source", "skb", "drop", "inferred", "en", "zh", "gaps", "values")})
        for span in outcome.spans(walk):
            self.record("span", packet=number, **{name: value for name, value in span.items()
                                                  if name != "key"})
        drop = outcome.drop_of(walk)
        self.record("outcome", packet=number, outcome=outcome.outcome(walk),
                    reason=drop["drop"] if drop else "",
                    where=outcome.place_of(drop) if drop else "")

    def end(self, result: Result) -> None:
        self.record("end", packets=self.packets, lost=result.get("lost", 0),
                    drops=result.get("drops", []), probes=result.get("probes"))


# --- trace events: Perfetto, chrome://tracing --------------------------------------------


def lane(row: dict[str, Any]) -> str:
    if row["context"] == "process":
        return f"CPU {row['cpu']} {row['task']} ({row['pid']})"
    return f"CPU {row['cpu']} {row['context']}"


def complete(name: str, category: str, begin: float, end: float, at: tuple[int, int],
             args: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "cat": category, "ph": "X", "ts": round(begin, 3),
            "dur": round(max(end - begin, 0), 3), "pid": at[0], "tid": at[1], "args": args}


class TraceEvents:
    """A process for each packet, a thread for each CPU and context, arrows between them."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.packets = 0

    def name(self, what: str, pid: int, tid: int, text: str) -> None:
        self.events.append({"name": what, "ph": "M", "pid": pid, "tid": tid, "ts": 0,
                            "args": {"name": text}})

    def walk(self, walk: dict[str, Any]) -> None:
        self.packets += 1
        pid, origin, lanes = self.packets, walk["origin"], {"hardware": 1}
        rows = {row["n"]: row for row in walk["steps"]}
        self.name("process_name", pid, 0, f"{walk['path']}: {walk['packet']}")
        self.name("thread_name", pid, 1, "hardware (inferred)")
        spans = outcome.spans(walk)
        for number, span in enumerate(spans):
            first = rows[span["first"]]
            if lane(first) not in lanes:
                lanes[lane(first)] = len(lanes) + 1
                self.name("thread_name", pid, lanes[lane(first)], lane(first))
            at = (pid, lanes[lane(first)])
            self.events.append(complete(span["context"], "context", origin + span["begin"],
                                        origin + span["end"], at, {}))
            self.steps([row for row in walk["steps"] if span["first"] <= row["n"] <= span["last"]],
                       origin, at)
            # The packet's way from one to the next: begin, go on, end.
            if len(spans) > 1:
                kind = "s" if number == 0 else "f" if number == len(spans) - 1 else "t"
                self.events.append({"name": "packet", "cat": "packet", "ph": kind, "id": pid,
                                    "ts": round(origin + span["begin"], 3), "pid": at[0],
                                    "tid": at[1], "bp": "e"})
        self.inferred(walk, pid)

    def steps(self, rows: list[dict[str, Any]], origin: float, at: tuple[int, int]) -> None:
        """Each lasts until the next of its span: that is all that is known."""
        timed = [row for row in rows if row["us"] is not None]
        for row, following in zip(timed, timed[1:] + timed[-1:]):
            args = {name: row[name] for name in ("step", "en", "source", "skb", "drop")
                    if row[name]} | row["values"]
            self.events.append(complete(row["function"] or row["step"], "step",
                                        origin + row["us"], origin + following["us"], at, args))

    def inferred(self, walk: dict[str, Any], pid: int) -> None:
        """Where a step without a time is said to be: at the next that has one."""
        timed = [row for row in walk["steps"] if row["us"] is not None]
        for row in walk["steps"]:
            if row["us"] is None:
                near = next((one for one in timed if one["n"] > row["n"]), timed[-1])
                self.events.append({"name": f"{row['step']} {row['en']}", "cat": "inferred",
                                    "ph": "i", "s": "t", "pid": pid, "tid": 1,
                                    "ts": round(walk["origin"] + near["us"], 3), "args": {}})

    def text(self, result: Result) -> str:
        return json.dumps({"traceEvents": self.events, "displayTimeUnit": "ns",
                           "otherData": {"program": "e1k-walk", "kernel": result["kernel"],
                                         "device": result["device"]}}, ensure_ascii=False) + "\n"


# --- pcapng ------------------------------------------------------------------------------

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
MAGIC, ETHERNET = 0x1A2B3C4D, 1
# Options: the same number means another thing in another block.
END, COMMENT, OS, PROGRAM, IF_NAME, IF_RESOLUTION, FLAGS = 0, 1, 3, 4, 2, 9, 2
NANOSECONDS = 9
INBOUND, OUTBOUND = 1, 2


def padded(raw: bytes) -> bytes:
    return raw + bytes(-len(raw) % 4)


def option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + padded(value)


def block(kind: int, body: bytes) -> bytes:
    size = 12 + len(body)
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def pcapng(results: list[Result]) -> bytes:
    """Each packet once, with what became of it as its comment."""
    first = results[0]
    out = block(SECTION, struct.pack("<IHHq", MAGIC, 1, 0, -1)
                + option(OS, f"Linux {first['kernel']}".encode())
                + option(PROGRAM, b"e1k-walk") + option(END, b""))
    names = list(dict.fromkeys(result["device"] for result in results))
    for name in names:
        out += block(INTERFACE, struct.pack("<HHI", ETHERNET, 0, 0) + option(IF_NAME, name.encode())
                     + option(IF_RESOLUTION, bytes([NANOSECONDS])) + option(END, b""))
    found = [(result["epoch"] + walk["origin"], names.index(result["device"]), walk)
             for result in results for walk in result["walks"]]
    for time, interface, walk in sorted(found, key=lambda item: item[0]):
        out += packet_block(time, interface, walk)
    return out


def packet_block(time: float, interface: int, walk: dict[str, Any]) -> bytes:
    raw, stamp = bytes.fromhex(walk["bytes"]), round(time * 1000)
    flags = INBOUND if walk["path"] == "receive" else OUTBOUND
    return block(PACKET, struct.pack("<IIIII", interface, stamp >> 32, stamp & 0xffffffff,
                                     len(raw), max(walk["length"], len(raw))) + padded(raw)
                 + option(COMMENT, outcome.sentence(walk).encode())
                 + option(FLAGS, struct.pack("<I", flags)) + option(END, b""))
