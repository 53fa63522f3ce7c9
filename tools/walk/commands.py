# SPDX-License-Identifier: GPL-2.0-only
"""What the options of e1k-walk do."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import comparing
import drawing
import labs
import lang
import options
import plotting
from allscenarios import SCENARIOS
from bed import Bed, driver_of
from capfilter import Filter
from comparing import PAIRS
from errors import NoPacket, WalkError
from lang import tr
from progress import Progress
from scenarios import Wanted
from text import Text, wants_colour
from tracefs import Trace, find_tracefs
from walker import Walker, check_device


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
    check_module()
    if wanted:
        args.device = the_device(args.device)
    progress = Progress(args.quiet)
    if args.lab:
        return run_lab(args, progress)
    text = Text(wants_colour(args.colour))
    if wanted:
        results, failed = [follow(args, wanted, progress)], []
        if args.json != "-":
            print(text.result(results[0]))
    else:
        results, failed = play(chosen(args), text if args.json != "-" else None, progress)
    if args.compare and args.json != "-":
        pair = PAIRS[args.compare]
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
        save(args.html, plotting.page(result))
    failed = [step for step, good in result["seen"].items() if not good]
    if failed and args.check:
        print(f"e1k-walk: not seen: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed and args.check else 0


def chosen(args: argparse.Namespace) -> list[str]:
    if args.compare:
        return [PAIRS[args.compare].left, PAIRS[args.compare].right]
    return list(SCENARIOS) if args.scenario == ["all"] else args.scenario


def check_module() -> None:
    if not any(Path("/sys/module").glob("e1k*")):
        raise WalkError("the module e1k is not loaded: modprobe e1k, or insmod e1k.ko")


def play(names: list[str], text: Text | None,
         progress: Progress) -> tuple[list[dict[str, Any]], list[str]]:
    results, failed = [], []
    progress.say("preparing the two ends of the wire")
    with Bed() as bed, Trace() as trace:
        walker = Walker(trace, progress)
        for number, name in enumerate(names, 1):
            progress.say("scenario {name}, {number} of {all}", name=name, number=number,
                         all=len(names))
            result = walker.play(SCENARIOS[name], bed)
            results.append(result)
            failed += [f"{name}: {line}" for line in result["problems"]]
            if text:
                print(text.result(result), end="\n\n", flush=True)
    if not any(result["walks"] for result in results):
        raise NoPacket(failed[0])
    return results, failed


def the_device(name: str | None) -> str:
    """The one that was said, or the only one there is."""
    if not name:
        ours = [one for one in os.listdir("/sys/class/net") if driver_of(one).startswith("e1k")]
        if len(ours) != 1:
            raise WalkError("say which interface with -d; e1k drives "
                            + (", ".join(sorted(ours)) or "none here"))
        name = ours[0]
    check_device(name)
    return name


def follow(args: argparse.Namespace, wanted: Filter, progress: Progress) -> dict[str, Any]:
    paths = ("receive", "transmit") if args.path == "both" else (args.path,)
    with Trace() as trace:
        return Walker(trace, progress).follow(
            args.device, [Wanted(path, wanted, "") for path in paths], args.timeout)


def write(args: argparse.Namespace, results: list[dict[str, Any]]) -> None:
    if args.json == "-":
        json.dump(results, sys.stdout, indent=1)
        print()
    elif args.json:
        save(args.json, json.dumps(results, indent=1) + "\n")
    if args.svg or args.html:
        pair = PAIRS.get(args.compare)
        if args.svg:
            save(args.svg, comparing.picture(*results) if pair else drawing.picture(results))
        if args.html:
            save(args.html, comparing.page(pair, *results) if pair else drawing.page(results))


def save(name: str, content: str) -> None:
    try:
        Path(name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise WalkError(f"cannot write {name}: {error.strerror}") from error
