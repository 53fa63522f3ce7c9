# SPDX-License-Identifier: GPL-2.0-only
"""Play a scenario, or wait for a packet of others, and follow it."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import cost
import culprit
import figures
import timeline
from anynic import AnyNic, driver_name, is_foreign
from bed import NS, Bed, run
from errors import NoPacket, NotHere, WalkError
from hooks import Hook, install
from lang import CHOICE, in_each, tr
from many import Drops
from progress import Progress
from scenarios import Scenario, Wanted
from sending import BORN, NAMED, Follower, target_of
from tracefs import Event, Trace, epoch
from trail import MAPPED, SEEN, Walk, more_bytes, packet_of

# A scenario is played again when its packet was not seen: on a busy machine
# the NIC may not have been idle before it.
TRIES = 3
# Seconds in which what a scenario has sent should have gone all its way.
SETTLE = 4
# Events before the packet: its interrupt is among the latest.
KEEP = 20000
# Seconds after which a packet that waits is taken to be stuck: a neighbour that does not
# answer is asked three times, a second apart.
GIVE_UP = 8.0
# Seconds to wait for the answer to a packet, which may match too.
OTHER_HALF = 1.5
ARMED = "the probes are armed on {device}: send now; waiting {seconds} s for '{filter}'"
WAITING = "{left} s left; frames seen on {device} so far: {seen}, none of them matches"


def header(device: str, name: str, title: str) -> dict[str, Any]:
    return {"scenario": name, "title": title, "device": device, "driver": driver_name(device),
            "kernel": os.uname().release, "epoch": epoch(), "walks": [], "missing": []}


def pick(follower: Follower, wanted: Wanted) -> Walk | None:
    """The first that has what is preferred, else the first that matches."""
    first = None
    anchors = follower.seen("receive", wanted.filter) if wanted.path == "receive" \
        else follower.sends(wanted.filter)
    for anchor in anchors:
        walk = follower.receive(anchor) if wanted.path == "receive" else follower.transmit(anchor)
        first = first or walk
        if not wanted.prefer or has(walk, wanted.prefer):
            return walk
    return first


def has(walk: Walk, what: str) -> bool:
    if what == "TSO":
        return any(mark.event.name in MAPPED and mark.event.values["frames"] > 1
                   for mark in walk.marks.values())
    return any(mark.event.name == what for mark in walk.marks.values())


def joined(old: list[Event], new: list[Event]) -> list[Event]:
    """One list in the order of time."""
    events = sorted(old + new, key=lambda event: event.time)
    for index, event in enumerate(events):
        event.index = index
    return events


class Walker:
    """Probes in place; any number of scenarios one after the other."""

    # For a device of another driver.
    any: AnyNic | None = None

    def __init__(self, trace: Trace, progress: Progress, device: str = "",
                 driver: str = "") -> None:
        """device: what is followed; driver: of the bed's NIC, if it is another than e1k."""
        self.trace, self.progress = trace, progress
        self.found: list[Walk] = []
        self.hooks: dict[str, Hook]
        self.missing: list[dict]
        foreign = driver or (driver_name(device) if device and is_foreign(device) else "")
        if foreign:
            self.any = AnyNic(device, foreign)
        self.cost = cost.Cost(trace, cost.measure(trace))
        self.hooks, self.missing = install(trace, progress, foreign or "e1k")
        self.watch_for("")

    def watch_for(self, group: str) -> None:
        """Switch the probes on that only these scenarios need, and the others off."""
        for name, hook in self.hooks.items():
            if hook.only:
                self.trace.enable(name, hook.only == group)

    def begin(self) -> None:
        self.cost.start()
        self.trace.start()

    def probes(self, walks: list[dict[str, Any]], events: list[Event]) -> dict[str, Any]:
        """How often they were hit, and what that costs."""
        return self.cost.told(cost.on_the_way(walks, [event.time for event in events]))

    def read(self) -> list[Event]:
        """What was recorded since, and what stands for a driver that does not tell."""
        events = self.trace.read()
        return self.any.add(events) if self.any else events

    def play(self, scenario: Scenario, bed: Bed) -> dict[str, Any]:
        for attempt in range(TRIES):
            try:
                result, wanted = self.play_once(scenario, bed)
            except NotHere as error:
                return self.not_played(scenario, bed, str(error))
            if not problems(result, wanted) or attempt == TRIES - 1:
                break
        result["problems"] = problems(result, wanted)
        return result

    @staticmethod
    def not_played(scenario: Scenario, bed: Bed, why: str) -> dict[str, Any]:
        """On another NIC it can be."""
        return header(bed.nut, scenario.name, scenario.title) | {
            "driver": bed.driver, "by_message": bed.by_message(), "problems": [],
            "not_played": why, "figures": {}}

    def play_once(self, scenario: Scenario, bed: Bed) -> tuple[dict[str, Any], list[Wanted]]:
        device = scenario.device or bed.nut
        result = header(device, scenario.name, scenario.title)
        result["driver"] = bed.driver if device == bed.nut else "virtual"
        result["by_message"] = bed.by_message()
        if self.any:
            self.any.device = bed.nut
        usual = self.any
        if scenario.device:
            self.any = AnyNic(device, "virtual")
        play = scenario.play(bed)
        try:
            next(play)
            before = bed.counters()
            self.watch_for(scenario.group)
            self.begin()
            try:
                wanted = next(play)
                events = self.record(device, wanted)
                result |= self.notes(device, NS)
            finally:
                self.trace.stop()
            after = bed.counters()
        finally:
            self.watch_for("")
            play.close()
            bed.restore()
            self.any = usual
        result |= {"lost": self.trace.lost(), "drops": self.drops(events)}
        result["counters"] = {name: value - before.get(name, 0) for name, value in after.items()
                              if value > before.get(name, 0)}
        result["walks"] = self.walks(events, device, wanted, {"mac": moved(before, after)})
        result["missing"] = self.not_here(result["walks"])
        result["probes"] = self.probes(result["walks"], events)
        result["figures"] = figures.count(events, bed.nut, bed.peer, wanted) | \
            figures.of_payload(result["walks"])
        return result, wanted

    def record(self, device: str, wanted: list[Wanted]) -> list[Event]:
        """Until everything that is wanted was seen, or nothing new comes."""
        events: list[Event] = []
        end = time.monotonic() + SETTLE
        while time.monotonic() < end:
            events = joined(events, self.read())
            if not problems({"walks": self.walks(events, device, wanted, {})}, wanted):
                break
            time.sleep(0.05)
        # What comes after the last of it: the system call returns, and so on.
        time.sleep(0.1)
        return joined(events, self.read())

    def walks(self, events: list[Event], device: str, wanted: list[Wanted],
              facts: dict[str, Any], above: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """All on one clock: it begins with the first event of the first of them."""
        follower = Follower(events, self.hooks, device, above)
        walks = []
        for one in wanted:
            walk = pick(follower, one)
            if walk:
                walk.filter = str(one.filter)
                walks.append(walk)
        if not walks:
            return []
        for walk in walks:
            self.name_places(walk)
        # Anew each time: whoever plays a scenario looks at it again and again.
        self.found = walks
        origin = min(walk.ordered()[0].event.time for walk in walks)
        return [timeline.build(walk, follower, {**facts, "origin": origin}) for walk in walks]

    def name_places(self, walk: Walk) -> None:
        """In which function it was dropped."""
        for mark in walk.marks.values():
            place = mark.event.values.get("location")
            if mark.event.name == "kfree_skb" and place:
                mark.event.values["where"] = self.trace.symbols.at(place)

    def drops(self, events: list[Event]) -> list[dict[str, Any]]:
        counted = Drops(self.trace.symbols)
        counted.add(events)
        return counted.plain()

    def notes(self, device: str, ns: str = "") -> dict[str, Any]:
        """Who dropped it, in the language that was chosen and in each."""
        said = in_each(lambda: self.culprits(device, ns))
        return {"notes": said[CHOICE["language"]], "notes_by": said}

    def culprits(self, device: str, ns: str = "") -> list[str]:
        return [line for walk in self.found for line in culprit.notes(walk, device, ns)]

    def follow(self, device: str, wanted: list[Wanted], seconds: float) -> dict[str, Any]:
        """The next packet of others, on any machine."""
        result = header(device, "follow", tr("the next packet that matches '{filter}'").format(
            filter=wanted[0].filter))
        above = devices_above(device)
        events = self.wait_for(device, wanted, seconds, above)
        result["walks"] = self.walks(events, device, wanted, {}, above)
        if not result["walks"]:
            raise NoPacket(f"no packet that matches '{wanted[0].filter}' on {device} "
                           f"within {seconds:g} s")
        result |= self.notes(device)
        result["drops"] = self.drops(events)
        result["missing"] = self.not_here(result["walks"])
        result["probes"] = self.probes(result["walks"], events)
        result["lost"] = self.trace.lost()
        return result

    def not_here(self, walks: list[dict[str, Any]]) -> list[dict]:
        """What is missing of the hooks that these walks could have used."""
        ipv6 = any(walk["kind"] == "ip6" for walk in walks)
        ipv4 = any(walk["kind"] != "ip6" for walk in walks)
        return [row for row in self.missing if ipv6 and row["ipv6"] or ipv4 and not row["ipv6"]]

    def wait_for(self, device: str, wanted: list[Wanted], seconds: float,
                 above: tuple[str, ...]) -> list[Event]:
        """Until one that matches has come, and a moment more for the rest of its way."""
        events: list[Event] = []
        watch, told = Watch(device, wanted), False
        self.begin()
        end = time.monotonic() + seconds
        self.progress.say(ARMED, device=device, filter=wanted[0].filter, seconds=f"{seconds:g}")
        while time.monotonic() < end:
            time.sleep(0.2)
            new = self.read()
            events = joined(events[-KEEP:], new)
            watch.look(new)
            if watch.complete():
                break
            if watch.matched and not told:
                told = True
                self.progress.say("it came; waiting for the rest of its way")
                end = min(end, time.monotonic() + OTHER_HALF)
            if watch.born and not watch.matched and \
                    self.settled(Follower(events, self.hooks, device, above), watch):
                break
            self.progress.now_and_then(WAITING, left=f"{max(0, end - time.monotonic()):.0f}",
                                       device=device, seen=watch.seen)
        # What comes after the last of it: the poll ends, the process reads.
        time.sleep(0.3)
        self.trace.stop()
        return joined(events, self.read())

    def settled(self, follower: Follower, watch: "Watch") -> bool:
        """Something that matches was sent, and did not reach the driver: is it lost?"""
        fates = {anchor.fate for anchor in follower.sends(watch.filter)}
        if fates & {"dropped", "unborn"}:
            self.progress.say("it was lost before it reached the driver")
            return True
        if fates == {"waits"} and time.monotonic() - watch.born > GIVE_UP:
            self.progress.say("it waits, and does not go on")
            return True
        if not fates:
            # Another device's.
            watch.born = 0.0
        return False


class Watch:
    """Looks at events as they come."""

    def __init__(self, device: str, wanted: list[Wanted]) -> None:
        self.device, self.filter = device, wanted[0].filter
        self.names = {name for one in wanted for name in SEEN[one.path]}
        self.paths = {one.path for one in wanted}
        self.sends = any(one.path == "transmit" for one in wanted)
        self.seen = 0
        # On which paths one that matches was seen.
        self.matched: set[str] = set()
        # When one that matches was first sent by a process, or 0.
        self.born = 0.0

    def complete(self) -> bool:
        return self.matched == self.paths

    def look(self, new: list[Event]) -> None:
        """In the driver it is seen for certain; where it is born it may be another's."""
        frames = [event for event in new if event.name in self.names
                  and event.values["name"] == self.device]
        self.seen += len(frames)
        wide = more_bytes(new)
        self.matched |= {path for event in frames for path in self.paths
                         if event.name in SEEN[path] and self.filter.matches(
                             packet_of(event, wide.get(event.index, b"")))}
        if self.sends and not self.born and any(self.is_sent(event) for event in new):
            self.born = time.monotonic()

    def is_sent(self, event: Event) -> bool:
        if event.name in BORN and "b" in event.values:
            return self.filter.matches(packet_of(event))
        return event.name in NAMED and self.filter.matches(target_of(event))


def devices_above(device: str) -> tuple[str, ...]:
    """VLANs, bridge, bond that send through it, and what is above those."""
    found: list[str] = []
    for path in Path(f"/sys/class/net/{device}").glob("upper_*"):
        name = path.name.removeprefix("upper_")
        found += [name, *devices_above(name)]
    return tuple(found)


def moved(before: dict[str, int], after: dict[str, int]) -> str:
    """The MAC counter of good frames, before and after."""
    name = "eth-mac-FramesReceivedOK"
    return f"{name} +{after[name] - before.get(name, 0)}" if name in after else ""


def walk_of(result: dict[str, Any], one: Wanted) -> dict[str, Any] | None:
    """Of several on one path that which was found by the same filter."""
    return next((walk for walk in result["walks"] if walk["path"] == one.path
                 and walk["filter"] in ("", str(one.filter))), None)


def problems(result: dict[str, Any], wanted: list[Wanted]) -> list[str]:
    """What a scenario should have shown and did not."""
    found = []
    for one in wanted:
        walk = walk_of(result, one)
        if not walk:
            found.append(f"{one.path}: no packet matched '{one.filter}'")
            continue
        seen = timeline.steps_seen(walk)
        for chain in one.steps.split(";"):
            found += chain_problems(one.path, chain.split(), seen)
        # By the hook's name too: the kernel's own differs from one to the next.
        functions = {row[name] for row in walk["steps"] for name in ("function", "event")}
        found += [f"{one.path}: {name} was not seen" for name in one.functions
                  if name not in functions]
        found += [f"{one.path}: {name} was seen" for name in one.lacks if name in functions]
        found += [f"{one.path}: no row says '{said}'" for said in one.says
                  if not any(re.search(said, row["en"]) for row in walk["steps"])]
        reasons = [row["drop"] for row in walk["steps"] if row["drop"]]
        if one.drop and not set(one.drop.split()) & set(reasons):
            found.append(f"{one.path}: dropped for {reasons or 'nothing'}, not {one.drop}")
        if not one.drop and reasons:
            found.append(f"{one.path}: dropped for {reasons}")
    return found


# On an unknown NIC the causes are masked before they are read.
EITHER = {("R4", "R5")}


def chain_problems(path: str, chain: list[str], seen: list[str]) -> list[str]:
    found = [f"{path}: step {step} is missing" for step in chain if step not in seen]
    places = [(seen.index(step), step) for step in chain if step in seen]
    for (at, step), (next_at, following) in zip(places, places[1:]):
        if next_at < at and (step, following) not in EITHER:
            found.append(f"{path}: step {following} came before {step}")
    return found


def check_device(device: str) -> None:
    """There; or a message that says which e1k drives."""
    paths = run("sh", "-c", "ls -d /sys/class/net/*/device/driver 2>/dev/null || :").split()
    ours = [path.split("/")[4] for path in paths
            if os.path.basename(os.path.realpath(path)).startswith("e1k")]
    if not os.path.isdir(f"/sys/class/net/{device}"):
        raise WalkError(f"there is no interface '{device}'"
                        + (f"; e1k drives {', '.join(ours)}" if ours else ""))


__all__ = ["Walker", "check_device", "problems"]
