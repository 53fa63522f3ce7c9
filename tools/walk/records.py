# SPDX-License-Identifier: GPL-2.0-only
"""The kernel's trace buffer in binary: exact times, and pointers as they are.

The text form would hash some pointers and not others, so that an skb could not
be followed from one event to the next. The layout of a record comes from the
event's own format file; the layout of a page is that of
Documentation/trace/ring-buffer-map and has not changed for many years.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

FIELD = re.compile(r"field:(?P<type>[^;]*?)(?P<name>\w+)(?P<array>\[[^;]*\])?;\s*"
                   r"offset:(?P<offset>\d+);\s*size:(?P<size>\d+);\s*signed:(?P<signed>\d)")
SYMBOL = re.compile(r"\{ ?(\d+), ?\"(\w+)\" ?\}")
PADDING, TIME_EXTEND, TIME_STAMP = 29, 30, 31
LAYOUTS = {(1, False): "<B", (1, True): "<b", (2, False): "<H", (2, True): "<h",
           (4, False): "<I", (4, True): "<i", (8, False): "<Q", (8, True): "<q"}


@dataclass
class Field:
    name: str
    offset: int
    layout: str
    located: bool
    text: bool


@dataclass
class Format:
    """One event: what its records look like."""

    name: str
    fields: list[Field] = field(default_factory=list)
    symbols: dict[int, str] = field(default_factory=dict)


def read_format(path: Path) -> tuple[int, Format]:
    text = path.read_text(encoding="utf-8", errors="replace")
    number = int(re.search(r"^ID: (\d+)", text, re.M)[1])
    made = Format(path.parent.name)
    for match in FIELD.finditer(text):
        kind, name = match["type"], match["name"]
        if name.startswith("common_"):
            continue
        size, located = int(match["size"]), "__data_loc" in kind
        signed = match["signed"] == "1"
        if match["array"] and not located:
            layout = f"<{size}s"
        else:
            layout = "<I" if located else LAYOUTS.get((size, signed), f"<{size}s")
        made.fields.append(Field(name, int(match["offset"]), layout, located, "char" in kind and
                                 "unsigned" not in kind))
    made.symbols = {int(value): name for value, name in SYMBOL.findall(text)}
    return number, made


def read_value(entry: Field, record: bytes) -> int | str | bytes:
    value = struct.unpack_from(entry.layout, record, entry.offset)[0]
    if entry.located:
        value = record[value & 0xffff:(value & 0xffff) + (value >> 16)]
    if isinstance(value, bytes) and entry.text:
        return value.split(b"\0", 1)[0].decode("utf-8", "replace")
    return value


def records(page: bytes) -> Iterator[tuple[int, bytes]]:
    """Time in nanoseconds and content of each record in a page."""
    now, commit = struct.unpack_from("<QQ", page)
    at, end = 16, 16 + (commit & 0xfffff)
    while at + 4 <= min(end, len(page)):
        head = struct.unpack_from("<I", page, at)[0]
        kind, delta = head & 31, head >> 5
        at += 4
        if kind == PADDING:
            if not delta:
                return
            now += delta
            at += struct.unpack_from("<I", page, at)[0]
        elif kind == TIME_EXTEND:
            now += delta + (struct.unpack_from("<I", page, at)[0] << 27)
            at += 4
        elif kind == TIME_STAMP:
            low = delta + (struct.unpack_from("<I", page, at)[0] << 27)
            now = (now & (0x1f << 59)) | low
            at += 4
        else:
            now += delta
            if kind:
                size = kind * 4
            else:
                size = struct.unpack_from("<I", page, at)[0] - 4
                at += 4
            yield now, page[at:at + size]
            at += size


def decode(formats: dict[int, Format], record: bytes) -> tuple[str, int, int, dict] | None:
    """Name, flags, task and values of a record."""
    number, flags, _, pid = struct.unpack_from("<HBBi", record)
    known = formats.get(number)
    if not known:
        return None
    values = {entry.name: read_value(entry, record) for entry in known.fields}
    if known.symbols:
        for name in ("reason", "vec"):
            if name in values:
                values[f"{name}_name"] = known.symbols.get(values[name], str(values[name]))
    return known.name, flags, pid, values
