# SPDX-License-Identifier: GPL-2.0-only
"""What can be typed after e1k-walk, and what of it makes no sense together."""

from __future__ import annotations

import argparse
import math
import os
from pathlib import Path

from allscenarios import SCENARIOS
from comparing import DRIVERS, PAIRS
from errors import UsageError, WalkError
from labs import LABS
from lang import LANGUAGES

# That of the driver (dkms.conf); a unit test holds them together.
VERSION = "0.9.0"
ABOUT = """Follow one packet through a live kernel, step by step.

  e1k-walk --list                              the scenarios
  e1k-walk udp                                 play one (in the project's guest)
  e1k-walk --follow 'udp and dst port 53' -d eth0    the next that matches, anywhere
  e1k-walk --follow tcp -d eth0 --count 100    how long each hop takes, of many packets
  e1k-walk --compare rps                       two runs side by side
  e1k-walk --lab drops                         where frames are dropped, and who counts them
"""
STATUS = """exit status: 0 the packet was seen; 1 it was not, or could not be watched for;
2 what was asked for can never be done (options, filter, names)"""
# Only with --follow.
FOLLOWING = (("device", "--device"), ("path", "--path"), ("timeout", "--timeout"),
             ("count", "--count"), ("live", "--live"))
FILES = ("json", "svg", "html", "lines", "trace", "pcapng")
# Those of one packet or a few, which labs do not have.
OF_WALKS = ("lines", "trace", "pcapng")


def seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise ValueError
    return value


def number(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError
    return value


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="e1k-walk", description=ABOUT, epilog=STATUS,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("scenario", nargs="*", help="one or more of --list, or 'all'")
    made.add_argument("--list", action="store_true", help="show the scenarios and end")
    made.add_argument("-f", "--follow", metavar="FILTER",
                      help="follow somebody's packet: an expression of tcpdump's, "
                           "pcap-filter(7), or 'any'")
    made.add_argument("-d", "--device", help="interface, of any driver (with --follow)")
    made.add_argument("-p", "--path", choices=("receive", "transmit", "both"))
    made.add_argument("-t", "--timeout", type=seconds, metavar="SECONDS",
                      help="how long --follow waits (default 30)")
    made.add_argument("-n", "--count", type=number, metavar="N",
                      help="follow N packets: how long each hop takes of them all")
    made.add_argument("--live", action="store_const", const=True,
                      help="follow packets, and count drops, until Ctrl-C or --timeout")
    made.add_argument("--compare", metavar="WHAT", help=f"{', '.join(PAIRS)}: with and without; driver={DRIVERS[0]}: "
                           "with e1k and with a stock driver")
    made.add_argument("--lab", metavar="NAME", help=", ".join(LABS))
    made.add_argument("-j", dest="json", action="store_const", const="-",
                      help="the result as JSON on standard output; the same as --json -")
    made.add_argument("--json", metavar="FILE", help="write the result, '-' for standard output")
    made.add_argument("--svg", metavar="FILE", help="draw a picture")
    made.add_argument("--html", metavar="FILE", help="write a page that works offline")
    made.add_argument("--lines", metavar="FILE",
                      help="write a line of JSON for each step as it is known, '-' for "
                           "standard output")
    made.add_argument("--trace", metavar="FILE", help="write trace events, for Perfetto")
    made.add_argument("--pcapng", metavar="FILE",
                      help="write the packets, each with what became of it, for Wireshark")
    made.add_argument("--check", action="store_true",
                      help="fail if a step that the scenario shows is missing")
    made.add_argument("--lang", choices=LANGUAGES, default="en",
                      help="the language of the steps")
    made.add_argument("--colour", "--color", choices=("auto", "always", "never"), default="auto")
    made.add_argument("-q", "--quiet", action="store_true", help="say nothing about the progress")
    made.add_argument("-V", "--version", action="version", version=f"e1k-walk {VERSION}")
    return made


def parse(words: list[str] | None = None) -> argparse.Namespace:
    args = parser().parse_args(words)
    check_together(args)
    check_names(args)
    if not modes(args):
        args.scenario = ["udp"]
    return args


def modes(args: argparse.Namespace) -> list[str]:
    """Each does something of its own, so there can be one of them only."""
    return [name for name, given in (("--list", args.list), ("--follow", args.follow is not None),
                                     ("--compare", args.compare), ("--lab", args.lab),
                                     ("a scenario", args.scenario)) if given]


def check_together(args: argparse.Namespace) -> None:
    given = modes(args)
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} cannot be used together")
    if args.follow is None:
        for name, option in FOLLOWING:
            if getattr(args, name) is not None:
                raise UsageError(f"{option} belongs to --follow")
    elif args.check:
        raise UsageError("--check is for scenarios: no list says which steps another "
                         "packet has to show")
    if args.count and args.live:
        raise UsageError("--count and --live cannot be used together")
    if args.lab and any(getattr(args, name) for name in OF_WALKS):
        raise UsageError("a lab has no packet to write: --lines, --trace and --pcapng are for "
                         "scenarios and --follow")
    args.path = args.path or "both"
    # Without a limit, until it is ended.
    args.timeout = args.timeout or (0.0 if args.live else 30.0)
    files = [os.path.realpath(getattr(args, name)) for name in FILES
             if getattr(args, name) not in (None, "-")]
    if len(set(files)) < len(files) or (args.json, args.lines) == ("-", "-"):
        raise UsageError("two results cannot be written to one file")


def comparisons() -> list[str]:
    return [*PAIRS, *(f"driver={driver}" for driver in DRIVERS)]


def check_names(args: argparse.Namespace) -> None:
    for name, known, what in ((args.compare, comparisons(), "comparison"), (args.lab, LABS, "lab")):
        if name and name not in known:
            raise UsageError(f"no {what} '{name}'; there are {', '.join(known)}")
    if args.scenario == ["all"]:
        return
    for name in args.scenario:
        if name == "all":
            raise UsageError("'all' stands alone")
        if name not in SCENARIOS:
            raise UsageError(f"no scenario '{name}'; there are {', '.join(SCENARIOS)}")


def check_files(args: argparse.Namespace) -> None:
    """Before anything runs: what could not be written at its end."""
    for name in FILES:
        target = getattr(args, name)
        if target is None or (name in ("json", "lines") and target == "-"):
            continue
        path = Path(target)
        if path.is_dir():
            raise WalkError(f"cannot write {target}: it is a directory")
        if not path.parent.is_dir():
            raise WalkError(f"cannot write {target}: there is no directory {path.parent}")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise WalkError(f"cannot write {target}: not allowed")
