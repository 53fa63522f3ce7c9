# SPDX-License-Identifier: GPL-2.0-only
"""The test programs and what they say about themselves in header lines."""

from __future__ import annotations

import fnmatch
import os
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from lib.paths import TREE
from nic.personality import DATASHEET, PERSONALITIES
from vm.config import (ALL_NICS, BUSES, MACHINES, NIC_MODELS, PEER_MODULES, SOFT_NICS, STOCK_NICS,
                       ConfigError)

DEFAULT_TIMEOUT = 120
# What every NIC must do: probing, ping, TCP, UDP, TSO, checksums, VLAN, jumbo frames,
# multicast, moderation, self-test, up and down, change of rings and MTU, a hang, XDP
# verdicts, AF_XDP without copies, reload, reset. T=core; without T all that is run on
# the NIC in software, but for its first personality.
CORE = ("probe.sh", "ping4.sh", "ping6.sh", "ping-sizes.py", "tcp.py", "udp.py", "tso.py",
        "tx-tso-largest.py", "tx-checksum.py", "vlan.py", "vlan-ids.py", "jumbo.py",
        "multicast.py", "coalesce.py", "self-test.py", "up-down.py", "ring-resize.py",
        "mtu-change.py", "tx-timeout.py", "xdp-verdicts.py", "xsk-zero-copy.py", "reload.sh",
        "devlink-reload.py")
HEADER = re.compile(r"#\s*(timeout|nics|nic|needs|guest|root|peer|machine|bus|time|smp|cases|"
                    r"allow-log|heals):"
                    r"\s*(.*?)\s*$")
# Among what a test needs: a NIC of QEMU's own.
QEMU = "qemu"
HEADER_LINES = 60
SUITE = "tests"
# Below tests/, but not of the suite: run by DIR=, by name, or on the host.
APART = ("differential", "long", "upstream", "unit", "page", "lib")


@dataclass
class Test:
    """A program below tests/."""

    path: Path
    timeout: int = DEFAULT_TIMEOUT
    nics: list[str] = field(default_factory=list)
    nic: list[str] = field(default_factory=list)
    own_guest: bool = False
    disk: bool = False
    peer: str = ""
    machine: str = ""
    bus: str = ""
    counted: bool = False
    smp: int = 0
    # The file with the cases of this program, and which of them this is.
    cases: str = ""
    case: str = ""
    needs: list[str] = field(default_factory=list)
    heals: str = ""
    allow_log: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.case or self.path.name

    @property
    def place(self) -> str:
        """As T= may say it, with the folder: xdp/xdp-tx.py"""
        return f"{self.path.parent.name}/{self.name}"

    @property
    def arguments(self) -> list[str]:
        return [self.case] if self.case else []


@dataclass(frozen=True)
class Shape:
    """The kind of guest that a test needs."""

    nic: str
    machine: str
    disk: bool = False
    peer: str = ""
    bus: str = ""
    counted: bool = False
    smp: int = 0


@dataclass
class Item:
    """A test to be run in one kind of guest; skipped when `skip` says why."""

    test: Test
    shape: Shape
    skip: str = ""


def read_test(path: Path) -> Test:
    """Parse the header lines of a test program."""
    test = Test(path)
    with open(path, encoding="utf-8") as file:
        for _, line in zip(range(HEADER_LINES), file):
            match = HEADER.match(line)
            if not match:
                continue
            key, value = match[1], match[2]
            if key == "timeout":
                test.timeout = int(value)
            elif key == "nics":
                test.nics = value.replace(",", " ").split()
            elif key == "nic":
                test.nic = value.replace(",", " ").split()
            elif key == "needs":
                test.needs = value.split()
            elif key == "guest":
                test.own_guest = value == "own"
            elif key == "root":
                test.disk = value == "disk"
            elif key == "peer":
                test.peer = value
            elif key == "machine":
                test.machine = value
            elif key == "bus":
                test.bus = value
            elif key == "time":
                test.counted = value == "counted"
            elif key == "smp":
                test.smp = int(value)
            elif key == "cases":
                test.cases = value
            elif key == "heals":
                test.heals = value
            else:
                test.allow_log.append(value)
    unknown = set(test.nics) - set(ALL_NICS)
    unknown |= {need for need in test.needs if need != QEMU and not hasattr(DATASHEET, need)}
    unknown |= set(test.nic) - set(ALL_NICS)
    if unknown or test.machine not in ("", *MACHINES) or \
            test.peer not in ("", *PEER_MODULES) or test.bus not in ("", *BUSES):
        raise ConfigError(f"{path.name}: its header names an unknown NIC, behaviour, machine or bus")
    return test


def matches(name: str, patterns: str) -> bool:
    """T=: parts of names, shell patterns, or core; several are joined by commas or blanks.
    What begins with - is left out. A name may have its folder before it, FOLDER/NAME, which
    only a pattern with a slash looks at."""
    base = name.split("/", 1)[-1]

    def fits(pattern: str) -> bool:
        if pattern == "core":
            return base in CORE
        whole = name if "/" in pattern else base
        if not set(pattern) & set("*?["):
            return pattern in whole
        return fnmatch.fnmatch(whole, pattern) or fnmatch.fnmatch(whole.rsplit(".", 1)[0], pattern)

    words = patterns.replace(",", " ").split()
    wanted = [p for p in words if not p.startswith("-")]
    return (not wanted or any(map(fits, wanted))) and \
        not any(fits(p[1:]) for p in words if p.startswith("-"))


def chosen(patterns: str, nic: str) -> str:
    """What T= means on this NIC."""
    return patterns or ("core" if nic in SOFT_NICS[1:] else "")


def nic_models(choice: str, driver: str = "") -> list[str]:
    """NIC=: one model, several, or all; DRV=: that of another driver."""
    if driver:
        if driver not in STOCK_NICS:
            raise ConfigError(f"DRV={driver}: choose one of {', '.join(STOCK_NICS)}")
        return [STOCK_NICS[driver]]
    if choice == "all":
        return list(NIC_MODELS)
    models = choice.replace(",", " ").split() or [NIC_MODELS[0]]
    for model in models:
        if model not in ALL_NICS:
            raise ConfigError(f"NIC={model}: choose all or some of {', '.join(ALL_NICS)}")
    return models


def missing(test: Test, nic: str) -> str:
    """Why this test makes no sense on this NIC, if so."""
    if test.nics and nic not in test.nics:
        return f"only for {', '.join(test.nics)}"
    if QEMU in test.needs and nic in SOFT_NICS:
        return "this NIC is not QEMU's own"
    row = PERSONALITIES.get(nic, DATASHEET)
    return next((f"this NIC has no {need.replace('_', ' ')}" for need in test.needs
                 if need != QEMU and not getattr(row, need)), "")


def with_cases(test: Test) -> list[Test]:
    """A program that runs many others is a test for each of them: for each key of its table."""
    if not test.cases:
        return [test]
    with open(test.path.parent / test.cases, "rb") as file:
        return [replace(test, case=case) for case in tomllib.load(file)]


def programs(directory: str = SUITE) -> list[Path]:
    """The test programs of a directory; the suite's are in the folders below it."""
    found = sorted((TREE / directory).glob("*/*" if directory == SUITE else "*"),
                   key=lambda path: path.name)
    return [path for path in found if path.suffix in (".sh", ".py") and path.is_file() and
            os.access(path, os.X_OK) and (directory != SUITE or path.parent.name not in APART)]


def collect(patterns: str, nics: list[str], machine: str, directory: str) -> list[Item]:
    """What is to be run of this directory, ordered so that a guest serves many tests."""
    items = []
    order = (*ALL_NICS, *STOCK_NICS.values())
    for path in programs(directory):
        for test in with_cases(read_test(path)):
            wanted = [n for n in nics if matches(test.place, chosen(patterns, n))]
            if test.nic and wanted:
                # Its own, whatever was chosen for the others: the first one, unless others of
                # its own were chosen.
                wanted = [n for n in wanted if n in test.nic] or test.nic[:1]
            for nic in wanted:
                # The NIC in software knows no clock but the host's.
                shape = Shape(nic, test.machine or machine, test.disk, test.peer, test.bus,
                              test.counted and nic not in SOFT_NICS, test.smp)
                items.append(Item(test, shape, missing(test, nic)))
    return sorted(items, key=lambda i: (MACHINES.index(i.shape.machine),
                                        order.index(i.shape.nic), i.shape.disk, i.shape.peer,
                                        i.shape.bus, i.shape.counted, i.shape.smp, i.test.name))
