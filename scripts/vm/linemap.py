# SPDX-License-Identifier: GPL-2.0-only
"""Which tests run a line of the driver: written by scripts/coverage, asked by scripts/test.

The map keeps the sources that were counted, so that a line is found again after lines
above it have come or gone.
"""

from __future__ import annotations

import difflib
import fnmatch
import json
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from lib.paths import TREE, cache_dir, publish

# Directories of the driver, and of the tests
SOURCES = ("src", "include")
TESTS = "tests"
# A line that more tests run than these is left to the core tests among them.
MANY = 30

Hunk = tuple[int, int, int, int]


@dataclass
class File:
    """A source as it was when it was counted."""

    text: list[str]
    # Executable lines, from 1, and the tests that ran them
    lines: dict[int, set[str]] = field(default_factory=dict)


@dataclass
class Choice:
    """The tests to run, and what no test is known to run."""

    tests: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def place() -> Path:
    """The map outlives the build directory: it took hours to make."""
    return cache_dir("coverage") / "map.json"


def load(path: Path) -> dict[str, File]:
    """The map; empty if there is none."""
    if not path.is_file():
        return {}
    data = json.loads(path.read_text(encoding="utf-8"))
    sets = [{data["tests"][n] for n in numbers} for numbers in data["sets"]]
    return {name: File(entry["text"], {int(line): sets[n] for line, n in entry["lines"].items()})
            for name, entry in data["files"].items()}


def save(path: Path, files: dict[str, File]) -> None:
    """Each set of tests is written once: most lines share theirs with many others."""
    tests = sorted({test for file in files.values() for ran in file.lines.values() for test in ran})
    sets: dict[tuple[int, ...], int] = {}
    entries = {}
    for name, file in files.items():
        lines = {}
        for line, ran in file.lines.items():
            key = tuple(n for n, test in enumerate(tests) if test in ran)
            lines[line] = sets.setdefault(key, len(sets))
        entries[name] = {"text": file.text, "lines": lines}
    data = {"tests": tests, "sets": list(sets), "files": entries}
    publish(path, json.dumps(data, separators=(",", ":")).encode())


def _hunks(old: list[str], new: list[str]) -> list[Hunk]:
    """Where two texts differ: lines old[a:b] became new[c:d]."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [(a, b, c, d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _moved(old: list[str], new: list[str]) -> dict[int, int]:
    """Number of each line of `old` that is still there in `new`, from 1."""
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {a + n + 1: b + n + 1 for a, b, size in blocks for n in range(size)}


def merge(old: dict[str, File], new: dict[str, File], ran: set[str]) -> None:
    """Add to `new` what `old` knows of tests that did not run this time."""
    for name, file in new.items():
        before = old.get(name, File([]))
        numbers = _moved(before.text, file.text)
        for line, tests in before.lines.items():
            if numbers.get(line) in file.lines:
                file.lines[numbers[line]] |= tests - ran


def _next(file: File, number: int, step: int) -> list[int]:
    """The next executable line in this direction, if the function goes on so far: a brace at
    the start of a line ends one."""
    while 1 <= number <= len(file.text) and not file.text[number - 1].startswith("}"):
        if number in file.lines:
            return [number]
        number += step
    return []


def _around(file: File, first: int, last: int) -> list[int]:
    """The executable lines from first to last; else, in a function, those before and after."""
    inside = [n for n in file.lines if first <= n <= last]
    if inside:
        return inside
    before = _next(file, first - 1, -1)
    return before + _next(file, last + 1, 1) if before else []


def _choose(ran: set[str], core: tuple[str, ...]) -> set[str]:
    return ran if len(ran) <= MANY else (ran & set(core) or ran)


def select(name: str, base: list[str], now: list[str], files: dict[str, File],
           core: tuple[str, ...]) -> Choice:
    """The tests that run what changed in a source between `base` and `now`."""
    choice = Choice()
    file = files.get(name)
    if not file:
        choice.notes.append(f"{name}: no line of it was counted")
        return choice
    numbers = _moved(base, file.text)
    for a, b, c, d in _hunks(base, now):
        where = f"{name}:{c + 1}" + (f"-{d}" if d > c + 1 else "")
        counted = [numbers[n] for n in range(a + 1, b + 1) if n in numbers]
        if not counted:
            # Only new lines, or lines newer than the map: what is around them
            before = next((numbers[n] for n in range(a, 0, -1) if n in numbers), 0)
            after = next((numbers[n] for n in range(b + 1, len(base) + 1) if n in numbers),
                         len(file.text) + 1)
            lines = _around(file, before + 1, after - 1)
        else:
            lines = _around(file, min(counted), max(counted))
        ran = set().union(*(file.lines[n] for n in lines))
        if not lines:
            choice.notes.append(f"{where}: no code was counted there: "
                                "a declaration, a macro, something new?")
        elif not ran:
            choice.notes.append(f"{where}: no test runs this")
        choice.tests |= _choose(ran, core)
    return choice


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", str(TREE), *words], stdout=subprocess.PIPE, check=True,
                          text=True).stdout


def _lines_at(revision: str, name: str) -> list[str]:
    done = subprocess.run(["git", "-C", str(TREE), "show", f"{revision}:{name}"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def _lines_now(name: str) -> list[str]:
    path = TREE / name
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def named(name: str, mutations: Path, programs: list[str]) -> Choice:
    """Without a map: the tests that notice a fault which make mutate puts into this source."""
    patterns = {pattern.strip() for path in sorted(mutations.glob("*.toml"))
                for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mutation"]
                if entry["file"] == name for pattern in entry["tests"].split(",")}
    tests = {program for program in programs
             if any(fnmatch.fnmatch(Path(program).stem, pattern) for pattern in patterns)}
    if not tests:
        return Choice(notes=[f"{name}: no fault of tests/mutations is in it"])
    return Choice(tests, [f"{name}: the tests of its faults in tests/mutations; "
                          "make coverage finds those of each line"])


def changed(revision: str, core: tuple[str, ...]) -> Choice:
    """The tests for all that changed since a revision, committed or not: those that run the
    changed lines, and the tests that were changed themselves."""
    names = _git("diff", "--name-only", "--no-renames", revision, "--", *SOURCES, TESTS)
    names += _git("ls-files", "--others", "--exclude-standard", "--", *SOURCES, TESTS)
    files = load(place())
    choice = Choice()
    for name in names.splitlines():
        path = Path(name)
        if path.parts[0] == TESTS:
            choice.tests.add(path.name)
        elif path.parts[0] in SOURCES and path.suffix in (".c", ".h"):
            if files:
                found = select(name, _lines_at(revision, name), _lines_now(name), files, core)
            else:
                found = named(name, TREE / TESTS / "mutations",
                              [p.name for p in (TREE / TESTS).glob("*/*")
                               if p.suffix in (".py", ".sh")])
            choice.tests |= found.tests
            choice.notes += found.notes
    return choice
