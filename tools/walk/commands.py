# SPDX-License-Identifier: GPL-2.0-only
"""What the options of e1k-walk do."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, Callable, TextIO

import comparing
import drawing
import exports
import labs
import lang
import many
import options
import plotting
import stockrun
import webpage
from allscenarios import SCENARIOS
from bed import Bed, driver_of
from capfilter import Filter
from comparing import PAIRS
from crowd import Crowd
from errors import NoPacket, WalkError
from lang import tr
from progress import Progress
from scenarios import Wanted
from text import Text, wants_colour
from tracefs import Trace, find_tracefs
from walker import Walker, check_device

# To a terminal: go home and clear what is below.
CLEAR = "\033[H\033[J"


def run(args: argparse.Namespace) -> int:
    """Everything that can be refused is refused before anything is touched."""
    lang.choose(args.lang)
    if args.list:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:<14} {tr(scenario.title)}")
        return 0
    wanted = Filter(args.follow) if args.follow is not None else None
    options.check_files(args)
    find_tracefs()
    if wanted:
        args.device = the_device(args.device)
    else:
        check_module()
    progress = Progress(args.quiet)
    if args.lab:
        return run_lab(args, progress)
    text = Text(wants_colour(args.colour))
    quiet = "-" in (args.json, args.lines)
    with Output(args) as output:
        if wanted:
            results, failed = [follow(args, wanted, progress, output)], []
            if not quiet:
                print(many.as_text(results[0]) + "\n" if "many" in results[0] else "",
                      text.result(results[0]), sep="")
        elif args.compare and args.compare.startswith("driver="):
            results, failed = stockrun.play(SCENARIOS["udp"], args.compare.partition("=")[2],
                                            progress)
            for result in results:
                output.result(result)
        else:
            results, failed = play(chosen(args), None if quiet else text, progress, output)
    pair = compared(args, results)
    if pair and not quiet:
        print(text.side_by_side(*results), text.figures(pair, *results),
              pair.zh if args.lang == "zh" else pair.lesson, sep="\n\n")
    write(args, results)
    for line in failed if args.check else ():
        print(f"e1k-walk: {line}", file=sys.stderr)
    return 1 if failed and args.check else 0


def run_lab(args: argparse.Namespace, progress: Progress) -> int:
    progress.say("lab {name}: this takes a minute or more", name=args.lab)
    result = labs.play(args.lab)
    if args.json != "-":
        print(labs.as_text(result))
    if args.json == "-":
        json.dump(result, sys.stdout, indent=1)
        print()
    elif args.json:
        save(args.json, json.dumps(result, indent=1) + "\n")
    if args.svg and "plot" in result:
        save(args.svg, plotting.bars(result["plot"]))
    if args.html:
        save(args.html, webpage.page([], None, result))
    failed = [step for step, good in result["seen"].items() if not good]
    if failed and args.check:
        print(f"e1k-walk: not seen: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed and args.check else 0


def chosen(args: argparse.Namespace) -> list[str]:
    if args.compare:
        return [PAIRS[args.compare].left, PAIRS[args.compare].right]
    return list(SCENARIOS) if args.scenario == ["all"] else args.scenario


def compared(args: argparse.Namespace,
             results: list[dict[str, Any]]) -> comparing.Comparison | None:
    pair = comparing.pair_of(args.compare)
    return pair if pair and comparing.both(*results) else None


def check_module() -> None:
    if not any(Path("/sys/module").glob("e1k*")):
        raise WalkError("the module e1k is not loaded: modprobe e1k, or insmod e1k.ko")


def play(names: list[str], text: Text | None, progress: Progress,
         output: Output) -> tuple[list[dict[str, Any]], list[str]]:
    results, failed = [], []
    progress.say("preparing the two ends of the wire")
    with Bed() as bed, Trace() as trace:
        walker = Walker(trace, progress)
        for number, name in enumerate(names, 1):
            progress.say("scenario {name}, {number} of {all}", name=name, number=number,
                         all=len(names))
            result = walker.play(SCENARIOS[name], bed)
            results.append(result)
            output.result(result)
            failed += [f"{name}: {line}" for line in result["problems"]]
            if text:
                print(text.result(result), end="\n\n", flush=True)
    if not any(result["walks"] for result in results):
        raise NoPacket(next(iter(failed), "") or results[0]["not_played"])
    return results, failed


def the_device(name: str | None) -> str:
    """The one that was said, of whatever driver; or the only one that e1k has."""
    if not name:
        check_module()
        ours = [one for one in os.listdir("/sys/class/net") if driver_of(one).startswith("e1k")]
        if len(ours) != 1:
            raise WalkError("say which interface with -d; e1k drives "
                            + (", ".join(sorted(ours)) or "none here"))
        name = ours[0]
    check_device(name)
    return name


def follow(args: argparse.Namespace, wanted: Filter, progress: Progress,
           output: Output) -> dict[str, Any]:
    paths = [Wanted(path, wanted, "") for path in
             (("receive", "transmit") if args.path == "both" else (args.path,))]
    with Trace() as trace:
        walker = Walker(trace, progress, args.device)
        if not args.count and not args.live:
            result = walker.follow(args.device, paths, args.timeout)
            output.result(result)
            return result
        crowd = Crowd(walker, args.device, paths)
        output.begin(crowd.result())
        result = crowd.run(args.count or 0, args.timeout, output.walk, table(args))
        output.end(result)
    if not result["walks"] and not (args.live and result["drops"]):
        raise NoPacket(f"no packet that matches '{wanted}' on {args.device}"
                       + (f" within {args.timeout:g} s" if args.timeout else ""))
    return result


def table(args: argparse.Namespace) -> Callable[[dict[str, Any]], None]:
    """What is shown while it goes on: the figures so far, in place, if there is a terminal."""
    if not args.live or not sys.stdout.isatty() or "-" in (args.json, args.lines):
        return lambda result: None
    return lambda result: print(CLEAR + many.as_text(result), flush=True)


class Output:
    """The exports that are written packet by packet, each opened before anything is watched."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args, self.lines = args, None
        self.events = exports.TraceEvents()
        self.walks: list[dict[str, Any]] = []

    def __enter__(self) -> "Output":
        if self.args.lines:
            file = sys.stdout if self.args.lines == "-" else opened(self.args.lines)
            self.lines = exports.Lines(file)
        return self

    def __exit__(self, *_: object) -> None:
        if self.lines and self.lines.file is not sys.stdout:
            self.lines.file.close()

    def result(self, result: dict[str, Any]) -> None:
        """One that is there as a whole."""
        self.begin(result)
        for walk in result["walks"]:
            self.walk(walk)
        self.end(result)

    def begin(self, result: dict[str, Any]) -> None:
        if self.lines:
            self.lines.begin(result)

    def walk(self, walk: dict[str, Any]) -> None:
        if self.lines:
            self.lines.walk(walk)
        if self.args.trace:
            self.events.walk(walk)
        if self.args.pcapng:
            self.walks.append(walk)

    def end(self, result: dict[str, Any]) -> None:
        if self.lines:
            self.lines.end(result)
        if self.args.trace:
            save(self.args.trace, self.events.text(result))
        if self.args.pcapng:
            whole = {**result, "walks": self.walks}
            save(self.args.pcapng, exports.pcapng([whole]))


def write(args: argparse.Namespace, results: list[dict[str, Any]]) -> None:
    if args.json == "-":
        json.dump(results, sys.stdout, indent=1)
        print()
    elif args.json:
        save(args.json, json.dumps(results, indent=1) + "\n")
    if args.svg or args.html:
        pair = compared(args, results)
        if args.svg:
            save(args.svg, comparing.picture(*results) if pair else drawing.picture(results))
        if args.html:
            save(args.html, webpage.page(results, pair))


def opened(name: str) -> TextIO:
    try:
        return open(name, "w", encoding="utf-8")
    except OSError as error:
        raise WalkError(f"cannot write {name}: {error.strerror}") from error


def save(name: str, content: str | bytes) -> None:
    try:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise WalkError(f"cannot write {name}: {error.strerror}") from error
