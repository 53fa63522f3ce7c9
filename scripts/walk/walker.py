# SPDX-License-Identifier: GPL-2.0-only
"""Play a scenario, or wait for somebody's packet, and follow it."""

from __future__ import annotations

import os
import time
from typing import Any

import figures
import timeline
from bed import Bed, run
from errors import NoPacket, WalkError
from follow import Follower, Walk, packet_of
from hooks import Hook, install
from progress import Progress
from scenarios import Scenario, Wanted
from tracefs import Event, Trace

# A scenario is played again when its packet was not seen: on a busy machine
# the NIC may not have been idle before it.
TRIES = 3
# Seconds in which what a scenario has sent should have gone all its way.
SETTLE = 4
# Events before the packet: its interrupt is among the latest.
KEEP = 20000
ARMED = "the probes are armed on {device}: send now; waiting {seconds} s for '{filter}'"
WAITING = "{left} s left; frames seen on {device} so far: {seen}, none of them matches"


def header(device: str, name: str, title: str) -> dict[str, Any]:
    return {"scenario": name, "title": title, "device": device,
            "kernel": os.uname().release, "walks": [], "missing": []}


def pick(follower: Follower, wanted: Wanted) -> Walk | None:
    """The first that has what is preferred, else the first that matches."""
    follow = follower.receive if wanted.path == "receive" else follower.transmit
    name = "e1k_rx_deliver" if wanted.path == "receive" else "e1k_tx_map"
    first = None
    for which in range(len(follower.candidates(name, wanted.filter))):
        walk = follow(wanted.filter, which)
        first = first or walk
        if not wanted.prefer or has(walk, wanted.prefer):
            return walk
    return first


def has(walk: Walk, what: str) -> bool:
    if what == "TSO":
        return any(mark.event.name == "e1k_tx_map" and mark.event.values["frames"] > 1
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

    def __init__(self, trace: Trace, progress: Progress) -> None:
        self.trace, self.progress = trace, progress
        self.hooks: dict[str, Hook]
        self.missing: list[dict]
        self.hooks, self.missing = install(trace, progress)

    def play(self, scenario: Scenario, bed: Bed) -> dict[str, Any]:
        for attempt in range(TRIES):
            result, wanted = self.play_once(scenario, bed)
            if not problems(result, wanted) or attempt == TRIES - 1:
                break
        result["problems"] = problems(result, wanted)
        return result

    def play_once(self, scenario: Scenario, bed: Bed) -> tuple[dict[str, Any], list[Wanted]]:
        result = header(bed.nut, scenario.name, scenario.title)
        result["missing"] = self.missing
        play = scenario.play(bed)
        try:
            next(play)
            before = bed.counters()
            self.trace.start()
            try:
                wanted = next(play)
                events = self.record(bed.nut, wanted)
            finally:
                self.trace.stop()
            after = bed.counters()
        finally:
            play.close()
            bed.restore()
        result["lost"] = self.trace.lost()
        result["walks"] = self.walks(events, bed.nut, wanted, {"mac": moved(before, after)})
        result["figures"] = figures.count(events, bed.nut, bed.peer, wanted)
        return result, wanted

    def record(self, device: str, wanted: list[Wanted]) -> list[Event]:
        """Until everything that is wanted was seen, or nothing new comes."""
        events: list[Event] = []
        end = time.monotonic() + SETTLE
        while time.monotonic() < end:
            events = joined(events, self.trace.read())
            if not problems({"walks": self.walks(events, device, wanted, {})}, wanted):
                break
            time.sleep(0.05)
        # What comes after the last of it: the system call returns, and so on.
        time.sleep(0.1)
        return joined(events, self.trace.read())

    def walks(self, events: list[Event], device: str, wanted: list[Wanted],
              facts: dict[str, str]) -> list[dict[str, Any]]:
        follower = Follower(events, self.hooks, device)
        walks = (pick(follower, one) for one in wanted)
        return [timeline.build(walk, self.hooks, facts) for walk in walks if walk]

    def follow(self, device: str, wanted: list[Wanted], seconds: float) -> dict[str, Any]:
        """The next packet of somebody else, on any machine."""
        result = header(device, "follow", f"the next packet that matches '{wanted[0].filter}'")
        result["missing"] = self.missing
        events = self.wait_for(device, wanted, seconds)
        result["walks"] = self.walks(events, device, wanted, {})
        if not result["walks"]:
            raise NoPacket(f"no packet that matches '{wanted[0].filter}' on {device} "
                           f"within {seconds:g} s")
        result["lost"] = self.trace.lost()
        return result

    def wait_for(self, device: str, wanted: list[Wanted], seconds: float) -> list[Event]:
        """Until one that matches has come, and a moment more for the rest of its way."""
        names = {"receive": "e1k_rx_deliver", "transmit": "e1k_tx_map"}
        events: list[Event] = []
        seen = 0
        self.trace.start()
        end = time.monotonic() + seconds
        self.progress.say(ARMED, device=device, filter=wanted[0].filter, seconds=f"{seconds:g}")
        while time.monotonic() < end:
            time.sleep(0.2)
            new = self.trace.read()
            events = joined(events[-KEEP:], new)
            frames = [(one, event) for one in wanted for event in new
                      if event.name == names[one.path] and event.values["name"] == device]
            seen += len(frames)
            if any(one.filter.matches(packet_of(event)) for one, event in frames):
                self.progress.say("it came; waiting for the rest of its way")
                time.sleep(0.3)
                break
            self.progress.now_and_then(WAITING, left=f"{max(0, end - time.monotonic()):.0f}",
                                       device=device, seen=seen)
        self.trace.stop()
        return joined(events, self.trace.read())


def moved(before: dict[str, int], after: dict[str, int]) -> str:
    """The MAC counter of good frames, before and after."""
    for name in ("mac_rx_good_packets", "mac_rx_packets", "mac_good_rx_packets"):
        if name in after:
            return f"{name} +{after[name] - before.get(name, 0)}"
    name = next((key for key in after if key.startswith("mac_rx") and
                 after[key] > before.get(key, 0)), "")
    return f"{name} +{after[name] - before.get(name, 0)}" if name else ""


def problems(result: dict[str, Any], wanted: list[Wanted]) -> list[str]:
    """What a scenario should have shown and did not."""
    found = []
    for one in wanted:
        walk = next((walk for walk in result["walks"] if walk["path"] == one.path), None)
        if not walk:
            found.append(f"{one.path}: no packet matched '{one.filter}'")
            continue
        seen = timeline.steps_seen(walk)
        for chain in one.steps.split(";"):
            found += chain_problems(one.path, chain.split(), seen)
        functions = {row["function"] for row in walk["steps"]}
        found += [f"{one.path}: {name} was not seen" for name in one.functions
                  if name not in functions]
        reasons = [row["drop"] for row in walk["steps"] if row["drop"]]
        if one.drop and one.drop not in reasons:
            found.append(f"{one.path}: dropped for {reasons or 'nothing'}, not {one.drop}")
        if not one.drop and reasons:
            found.append(f"{one.path}: dropped for {reasons}")
    return found


def chain_problems(path: str, chain: list[str], seen: list[str]) -> list[str]:
    found = [f"{path}: step {step} is missing" for step in chain if step not in seen]
    places = [(seen.index(step), step) for step in chain if step in seen]
    for (at, step), (next_at, following) in zip(places, places[1:]):
        if next_at < at:
            found.append(f"{path}: step {following} came before {step}")
    return found


def check_device(device: str) -> None:
    """There, and driven by e1k; or a message that says which are."""
    paths = run("sh", "-c", "ls -d /sys/class/net/*/device/driver 2>/dev/null || :").split()
    ours = [path.split("/")[4] for path in paths
            if os.path.basename(os.path.realpath(path)).startswith("e1k")]
    if not os.path.isdir(f"/sys/class/net/{device}"):
        raise WalkError(f"there is no interface '{device}'"
                        + (f"; e1k drives {', '.join(ours)}" if ours else ""))
    if device not in ours:
        raise WalkError(f"'{device}' is not driven by e1k"
                        + (f"; these are: {', '.join(ours)}" if ours else ""))


__all__ = ["Walker", "check_device", "problems"]
