# SPDX-License-Identifier: GPL-2.0-only
"""Trace events as far as tests need them: counted, and told apart by what they happen in.

    with tracing.Trace("e1k/e1k_tx_reap", filters={"irq/irq_handler_exit": "irq==11"}) as trace:
        ...
    for cpu, event, text in trace.events(): ...
"""

import contextlib
import os
import re

TRACING = "/sys/kernel/tracing"
LINE = re.compile(r"^.{16,}-\d+\s+\[(\d+)\]\s.*?\d+\.\d+: (\w+): ?(.*)$")


def write(name, value):
    """Write to a file of tracefs."""
    with open(f"{TRACING}/{name}", "w", encoding="ascii") as file:
        file.write(value)


class Trace:
    """Events, recorded while the block runs."""

    def __init__(self, *events, filters=None, kib=8192):
        self._filters = filters or {}
        self._events = (*events, *self._filters)
        self._kib = kib
        self.lines = []

    def __enter__(self):
        write("buffer_size_kb", str(self._kib))
        write("trace", "\n")
        for event, condition in self._filters.items():
            write(f"events/{event}/filter", condition)
        for event in self._events:
            write(f"events/{event}/enable", "1")
        return self

    def __exit__(self, *_):
        for event in self._events:
            write(f"events/{event}/enable", "0")
        for event in self._filters:
            write(f"events/{event}/filter", "0")
        with open(f"{TRACING}/trace", encoding="ascii", errors="replace") as file:
            self.lines = [line.rstrip("\n") for line in file if not line.startswith("#")]
        write("trace", "\n")

    @staticmethod
    def mark(text):
        """Put a marker among the events."""
        with contextlib.suppress(OSError):
            write("trace_marker", text)

    def events(self):
        """(processor, event, text) of each, in the order of time. A marker is an event
        "tracing_mark_write"."""
        found = filter(None, map(LINE.match, self.lines))
        return [(int(match[1]), match[2], match[3]) for match in found]


def exists(event):
    """Whether the kernel has this event."""
    return os.path.isdir(f"{TRACING}/events/{event}")


def in_timer(events, wanted):
    """Those events of this name that happened in a timer of the tick: what waited for it
    waited for the tick. Timers of high resolution are none of these."""
    inside, found = set(), []
    for at, (cpu, event, _) in enumerate(events):
        if event == "timer_expire_entry":
            inside.add(cpu)
        elif event == "timer_expire_exit":
            inside.discard(cpu)
        elif event == wanted and cpu in inside:
            found.append(at)
    return found
