# SPDX-License-Identifier: GPL-2.0-only
"""What the checks share: the files of the project and the objects of its builds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lib.paths import TREE


class CheckError(Exception):
    """A check could not be carried out."""


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    about: str
    function: Callable[[Project], list[str]]


def need(program: str) -> None:
    """Complain of a program that is not installed."""
    if "/" not in program and not shutil.which(program):
        raise CheckError(f"{program} is missing; scripts/setup check installs it")


def run(*command: str, cwd: Path = TREE) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and keep what it said."""
    need(command[0])
    return subprocess.run(command, cwd=cwd, text=True, errors="replace", check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@dataclass(frozen=True)
class Symbol:
    """A global symbol that an object defines or uses."""

    name: str
    kind: str  # nm's letter; U is a use

    @property
    def is_function(self) -> bool:
        return self.kind in "TW"


@dataclass(frozen=True)
class Build:
    """The module as built for the kernel of one Debian suite."""

    suite: str
    is_host: bool

    @property
    def directory(self) -> Path:
        return TREE / "build/kernels" / self.suite

    @property
    def release(self) -> str:
        text = (self.directory / "e1k_kcompat.h").read_text()
        found = re.search(r"^/\* kernel (\S+) \*/$", text, re.M)
        if not found:
            raise CheckError(f"{self.directory}/e1k_kcompat.h names no kernel")
        return found[1]

    def objects(self) -> dict[str, Path]:
        """Source file (as in the tree) -> its object."""
        return {str(o.relative_to(self.directory).with_suffix(".c")): o
                for top in ("src", "include")
                for o in sorted((self.directory / top).rglob("*.o"))}


def symbols(obj: Path) -> list[Symbol]:
    """The global symbols of an object file."""
    lines = run("nm", "-g", str(obj)).stdout.splitlines()
    return [Symbol(words[-1], words[-2]) for words in map(str.split, lines) if len(words) >= 2]


class Project:
    """The tree under check."""

    def __init__(self, suites: list[str]) -> None:
        self.suites = suites
        self._lock = threading.Lock()
        self._builds: list[Build] | None = None
        self.build_log = ""
        self.build_failed = False

    @cached_property
    def files(self) -> list[str]:
        """Every file that is or may become part of the repository."""
        listing = run("git", "ls-files", "-co", "--exclude-standard")
        if listing.returncode:
            raise CheckError("not a git work tree: " + listing.stdout.strip())
        return sorted(f for f in listing.stdout.splitlines() if (TREE / f).is_file())

    def sources(self, *tops: str) -> list[str]:
        """The C files and headers below some directories."""
        return [f for f in self.files
                if f.endswith((".c", ".h")) and f.startswith(tuple(t + "/" for t in tops))]

    @cached_property
    def scripts(self) -> dict[str, str]:
        """Program text -> "sh", "bash" or "python", by its first line or its name."""
        found = {}
        for name in self.files:
            with open(TREE / name, "rb") as handle:
                first = handle.readline(80).decode(errors="replace")
            match = re.match(r"#!.*\b(sh|bash|python)[0-9.]*\s", first)
            if match:
                found[name] = match[1]
            elif name.endswith(".py"):
                found[name] = "python"
            elif name.endswith(".sh"):
                found[name] = "bash"
        return found

    def text(self, name: str) -> str:
        return (TREE / name).read_text(errors="replace")

    def builds(self) -> list[Build]:
        """Build for every suite, once, with scripts/kernel/kernels."""
        with self._lock:
            if self._builds is None:
                print(f"(building for {', '.join(self.suites)})", file=sys.stderr, flush=True)
                done = run("scripts/kernel/kernels", *self.suites)
                self.build_log = done.stdout
                self.build_failed = done.returncode != 0
                own = run("sh", "-c", ". /etc/os-release; echo $VERSION_CODENAME").stdout.strip()
                self._builds = [Build(s, s == own) for s in self.suites]
        if not any(b.objects() for b in self._builds):
            raise CheckError("nothing was built; see the check \"kernels\"")
        return self._builds
