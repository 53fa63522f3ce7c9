# SPDX-License-Identifier: GPL-2.0-only
"""Follow packet after packet of others: until there are enough of them, or for ever."""

from __future__ import annotations

import time
from typing import Any, Callable

import timeline
from lang import tr
from many import Drops, Many
from scenarios import Wanted
from sending import Follower
from tracefs import Event
from trail import Walk
from walker import GIVE_UP, Walker, devices_above, header, joined

# Microseconds after which what a packet does is taken to be over: the answer of a process.
SETTLED = 700_000.0
# Events that are kept for packets that are not over, and for the interrupts before them.
KEEP = 30000
LOOK, SHOW = 0.2, 2.0
# Without an end in sight: seconds of work on what was found before the trace is read again.
BUSY = 0.5

Found = Callable[[dict[str, Any]], None]


class Crowd:
    """All packets that match, each followed once."""

    def __init__(self, walker: Walker, device: str, wanted: list[Wanted]) -> None:
        self.walker, self.device, self.wanted = walker, device, wanted
        self.above = devices_above(device)
        self.many, self.drops = Many(), Drops(walker.trace.symbols)
        self.events: list[Event] = []
        # By path: the time of the latest packet that was looked at.
        self.done = {one.path: 0.0 for one in wanted}
        self.skipped = 0
        self.looked = 0.0

    def run(self, count: int, seconds: float, found: Found, show: Callable[[dict], None]) -> dict:
        """count: how many packets, 0 for any number; seconds: 0 for as long as nobody ends it."""
        trace, progress = self.walker.trace, self.walker.progress
        self.walker.begin()
        end = time.monotonic() + seconds if seconds else float("inf")
        shown = time.monotonic()
        progress.say("the probes are armed on {device}: following what matches '{filter}'",
                     device=self.device, filter=self.wanted[0].filter)
        try:
            while time.monotonic() < end and not self.enough(count):
                time.sleep(LOOK)
                self.look(self.walker.read(), count, found)
                if time.monotonic() - shown > SHOW:
                    shown = time.monotonic()
                    show(self.result())
        except KeyboardInterrupt:
            # That is how it is ended; what was found is the result.
            progress.say("ended; the last packets are looked at")
        trace.stop()
        if not self.enough(count):
            self.look(self.walker.read(), count, found, last=True)
        return self.result()

    def enough(self, count: int) -> bool:
        return bool(count) and self.many.packets >= count

    def look(self, new: list[Event], count: int, found: Found, last: bool = False) -> None:
        self.drops.add(new)
        self.events = joined(self.events[-KEEP:], new)
        now = self.events[-1].time if self.events else 0.0
        # All events are gone through each time: no more often than anything can be over.
        if not self.events or not last and now - self.looked < SETTLED:
            return
        self.looked = now
        follower = Follower(self.events, self.walker.hooks, self.device, self.above)
        stop = float("inf") if count or last else time.monotonic() + BUSY
        for one in self.wanted:
            for anchor, walk in self.ready(follower, one, now, last):
                if self.enough(count):
                    return
                if time.monotonic() > stop:
                    self.skipped += 1
                    continue
                made = self.made(follower, walk())
                self.many.add(made)
                found(made)

    def ready(self, follower: Follower, one: Wanted, now: float,
              last: bool) -> list[tuple[Event, Callable[[], Walk]]]:
        """Those that are over and were not looked at before."""
        rows: list[tuple[Event, Callable[[], Walk]]] = []
        if one.path == "receive":
            anchors = [(event, "seen", lambda event=event: follower.receive(event))
                       for event in follower.seen("receive", one.filter)]
        else:
            anchors = [(anchor.event, anchor.fate, lambda anchor=anchor: follower.transmit(anchor))
                       for anchor in follower.sends(one.filter)]
        for event, fate, walk in anchors:
            if event.time <= self.done[one.path]:
                continue
            patience = GIVE_UP * 1e6 if fate == "waits" else SETTLED
            if not last and now - event.time < patience:
                # Those behind it are looked at when it is over: none is forgotten.
                break
            self.done[one.path] = event.time
            rows.append((event, walk))
        return rows

    def made(self, follower: Follower, walk: Walk) -> dict[str, Any]:
        self.walker.name_places(walk)
        return timeline.build(walk, follower, {})

    def result(self) -> dict[str, Any]:
        made = header(self.device, "follow", tr("packets that match '{filter}'").format(
            filter=self.wanted[0].filter))
        return made | {"walks": self.many.walks(), "many": self.many.plain(),
                       "drops": self.drops.plain(), "skipped": self.skipped,
                       "lost": self.walker.trace.lost(), 
                       # Hits of all packets, whether they matched or not.
                       "probes": self.walker.cost.told(packets=self.many.packets)}
