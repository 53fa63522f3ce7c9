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
import plotting
from bed import Bed, driver_of
from comparing import PAIRS
from errors import NoPacket, WalkError
from packet import Filter
from scenarios import SCENARIOS, Wanted
from text import Text, wants_colour
from tracefs import Trace, find_tracefs
from walker import Walker, check_device

def run(args: argparse.Namespace) -> int:
    if args.list:
        for scenario in SCENARIOS.values():
            print(f"{scenario.name:<12} {scenario.title}")
        return 0
    if not args.lab:
        chosen(args)
    find_tracefs()
    if args.lab:
        check_module()
        return run_lab(args)
    names = chosen(args)
    check_module()
    text = Text(wants_colour(args.colour))
    if args.follow:
        results, failed = [follow(args)], []
    else:
        results, failed = play(names, text if args.json != "-" else None)
    if args.follow and args.json != "-":
        print(text.result(results[0]))
    if args.compare and args.json != "-":
        pair = PAIRS[args.compare]
        print(text.side_by_side(*results), text.figures(pair, *results), pair.lesson, sep="\n\n")
    write(args, results)
    for line in failed if args.check else ():
        print(f"e1k-walk: {line}", file=sys.stderr)
    return 1 if failed and args.check else 0


def run_lab(args: argparse.Namespace) -> int:
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
        if args.compare not in PAIRS:
            raise WalkError(f"cannot compare '{args.compare}'; there are {', '.join(PAIRS)}")
        return [PAIRS[args.compare].left, PAIRS[args.compare].right]
    names = list(SCENARIOS) if args.scenario == ["all"] else args.scenario
    for name in names:
        if name not in SCENARIOS:
            raise WalkError(f"no scenario '{name}'; there are {', '.join(SCENARIOS)}")
    return names


def check_module() -> None:
    if not any(Path("/sys/module").glob("e1k*")):
        raise WalkError("the module e1k is not loaded: modprobe e1k, or insmod e1k.ko")


def play(names: list[str], text: Text | None) -> tuple[list[dict[str, Any]], list[str]]:
    results, failed = [], []
    with Bed() as bed, Trace() as trace:
        walker = Walker(trace)
        for name in names:
            result = walker.play(SCENARIOS[name], bed)
            results.append(result)
            failed += [f"{name}: {line}" for line in result["problems"]]
            if text:
                print(text.result(result), end="\n\n", flush=True)
    if not any(result["walks"] for result in results):
        raise NoPacket(failed[0])
    return results, failed


def follow(args: argparse.Namespace) -> dict[str, Any]:
    if not args.device:
        ours = [name for name in os.listdir("/sys/class/net")
                if driver_of(name).startswith("e1k")]
        if len(ours) != 1:
            raise WalkError("say which interface with -d")
        args.device = ours[0]
    check_device(args.device)
    paths = ("receive", "transmit") if args.path == "both" else (args.path,)
    wanted = [Wanted(path, Filter(args.follow), "") for path in paths]
    with Trace() as trace:
        return Walker(trace).follow(args.device, wanted, args.timeout)


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
