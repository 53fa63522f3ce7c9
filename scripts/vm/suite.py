# SPDX-License-Identifier: GPL-2.0-only
"""The test programs and what they say about themselves in header lines."""

from __future__ import annotations

import fnmatch
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from config import BUSES, HOSTILE, MACHINES, NIC_MODELS, PEER_MODULES, ConfigError
from paths import TREE

DEFAULT_TIMEOUT = 120
HEADER = re.compile(r"#\s*(timeout|nics|nic|guest|root|peer|machine|bus|allow-log|heals):\s*(.*?)\s*$")
HEADER_LINES = 60


@dataclass
class Test:
    """A program in tests/ or below."""

    path: Path
    timeout: int = DEFAULT_TIMEOUT
    nics: list[str] = field(default_factory=list)
    nic: str = ""
    own_guest: bool = False
    disk: bool = False
    peer: str = ""
    machine: str = ""
    bus: str = ""
    heals: str = ""
    allow_log: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True)
class Shape:
    """The kind of guest that a test needs."""

    nic: str
    machine: str
    disk: bool = False
    peer: str = ""
    bus: str = ""


@dataclass
class Item:
    """A test to be run in one kind of guest; skipped when `skip` says why."""

    test: Test
    shape: Shape
    skip: str = ""


ALL_NICS = (*NIC_MODELS, HOSTILE)


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
                test.nic = value
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
            elif key == "heals":
                test.heals = value
            else:
                test.allow_log.append(value)
    unknown = set(test.nics) - set(NIC_MODELS)
    if unknown or test.nic not in ("", *ALL_NICS) or test.machine not in ("", *MACHINES) or \
            test.peer not in ("", *PEER_MODULES) or test.bus not in ("", *BUSES):
        raise ConfigError(f"{path.name}: its header names an unknown NIC, machine or bus")
    return test


def matches(name: str, patterns: str) -> bool:
    """T=: parts of names, or shell patterns; several are joined by commas or blanks."""
    wanted = patterns.replace(",", " ").split()
    stem = name.rsplit(".", 1)[0]
    return not wanted or any(p in name if not set(p) & set("*?[") else
                             fnmatch.fnmatch(name, p) or fnmatch.fnmatch(stem, p)
                             for p in wanted)


def nic_models(choice: str) -> list[str]:
    """NIC=: one model, several, or all."""
    if choice == "all":
        return list(NIC_MODELS)
    models = choice.replace(",", " ").split() or [NIC_MODELS[0]]
    for model in models:
        if model not in ALL_NICS:
            raise ConfigError(f"NIC={model}: choose all or some of {', '.join(ALL_NICS)}")
    return models


def collect(patterns: str, nics: list[str], machine: str, directory: str) -> list[Item]:
    """What is to be run of this directory, ordered so that a guest serves many tests."""
    items = []
    for path in sorted((TREE / directory).glob("*")):
        if path.suffix not in (".sh", ".py") or not path.is_file() or \
                not os.access(path, os.X_OK) or not matches(path.name, patterns):
            continue
        test = read_test(path)
        # A test that wants one NIC has it, once, whatever was chosen for the others.
        for nic in [test.nic] if test.nic else nics:
            skip = ""
            if test.nics and nic not in test.nics:
                skip = f"only for {', '.join(test.nics)}"
            items.append(Item(test, Shape(nic, test.machine or machine, test.disk, test.peer,
                                          test.bus), skip))
    return sorted(items, key=lambda i: (MACHINES.index(i.shape.machine),
                                        ALL_NICS.index(i.shape.nic), i.shape.disk, i.shape.peer,
                                        i.shape.bus, i.test.name))
