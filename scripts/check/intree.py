# SPDX-License-Identifier: GPL-2.0-only
"""src/ is what the kernel's tree would hold, and include/ no more than it needs elsewhere."""

from __future__ import annotations

import re
import tomllib

from check.common import Check, CheckError, Project
from lib.paths import TREE

SERIES = "scripts/kernel/upstream.d/series.toml"

FOREIGN = re.compile(r"(?i)\bcompat_\w+|\bCOMPAT\b|\bE1K_HAVE_\w+|\b__has_include\w*|kcompat")
# What a header of include/ gives a name: macros, functions, types, constants.
GIVEN = [re.compile(pattern, re.M) for pattern in (
    r"^\s*#define\s+(\w+)",
    r"^(?:static\s[^;={]*?\b|[a-z][^;={(]*?\b)(\w+)\([^;{]*\)\n\{",
    r"^struct (\w+) \{",
    r"^typedef [^;]*\b(\w+);",
    r"^\t([A-Z]\w+)(?: = \w+)?,$",
)]
GUARD = re.compile(r"^#ifndef (COMPAT_\w+_H)\n#define \1$", re.M)


def check_intree(project: Project) -> list[str]:
    """Words by which a driver tells that it is not in the kernel's tree."""
    return [f"{name}:{number}: not for the kernel's tree: {match[0]}"
            for name in project.sources("src")
            for number, line in enumerate(project.text(name).splitlines(), 1)
            if (match := FOREIGN.search(line))]


def words(texts: list[str]) -> dict[str, int]:
    """How often each word is there, comments left out."""
    found: dict[str, int] = {}
    for text in texts:
        for word in re.findall(r"\w+", re.sub(r"/\*.*?\*/", "", text, flags=re.S)):
            found[word] = found.get(word, 0) + 1
    return found


def check_compat(project: Project) -> list[str]:
    """Probes that no header asks for, and what headers give that nothing uses."""
    probes = project.text("include/probes")
    asked = set(re.findall(r"^HAVE_\w+", probes, re.M))
    headers = {name: project.text(name) for name in project.sources("include")}
    sources = words([project.text(name) for name in project.sources("src")])
    within = words(list(headers.values()))
    used = {word.removeprefix("E1K_") for word in within if word.startswith("E1K_HAVE_")}
    found = [f"include/probes: no header asks for {name}" for name in sorted(asked - used)]
    found += [f"include/probes: a header asks for {name}, which is not there"
              for name in sorted(used - asked)]

    included = set(re.findall(r"^#include <(\S+)>", "\n".join(
        [*headers.values(), *(project.text(n) for n in project.sources("src"))]), re.M))
    for name, text in headers.items():
        if name.endswith(".h") and name.removeprefix("include/") not in included:
            found.append(f"{name}: nothing includes it")
        for given in {word for pattern in GIVEN for word in pattern.findall(text)}:
            if given in GUARD.findall(text) or given in sources:
                continue
            # A helper of the headers: where it is made, and where it is used
            helps = given.lower().startswith("compat_") and within.get(given, 0) > 1
            if not helps and not any(given in words([text]) for other, text in headers.items()
                                     if other != name):
                found.append(f"{name}: src/ does not use {given}")
    return found


def check_series(project: Project) -> list[str]:
    """Files that "make upstream" would leave out, or bring twice, and patterns for no file."""
    try:
        patches = tomllib.loads(project.text(SERIES))["patch"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise CheckError(f"{SERIES}: {error}") from error
    sources = {TREE / name for name in project.sources("src")}
    brought: dict[str, list[int]] = {str(path.relative_to(TREE)): [] for path in sources}
    found = []
    for number, patch in enumerate(patches, 1):
        for pattern in patch["files"]:
            files = sources & set((TREE / "src").glob(pattern))
            if not files:
                found.append(f"{SERIES}: patch {number}: no file is {pattern}")
            for path in files:
                brought[str(path.relative_to(TREE))].append(number)
    found += [f"{SERIES}: {name} is in " + (f"patches {' and '.join(map(str, numbers))}"
                                            if numbers else "no patch")
              for name, numbers in sorted(brought.items()) if len(numbers) != 1]
    # What a patch brings may include only what is there by then
    for name, numbers in sorted(brought.items()):
        for header in re.findall(r'^#include "(\S+)"', project.text(name), re.M):
            path = (TREE / "src" / header)
            if not path.is_file():
                path = (TREE / name).parent / header
            later = brought.get(str(path.relative_to(TREE)), [])
            if numbers and later and later[0] > numbers[0]:
                found.append(f"{SERIES}: {name} (patch {numbers[0]}) includes {header}, "
                             f"which comes with patch {later[0]}")
    return found


CHECKS = [
    Check("series", "each file of src/ is in one patch of the series", check_series),
    Check("intree", "src/ is as in the kernel's tree: nothing for older kernels", check_intree),
    Check("compat", "nothing in include/ that src/ does not use", check_compat),
]
