#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Say where in the sources the module's functions of a kernel splat are, as the kernel's
decode_stacktrace.sh does, which Debian has in linux-source alone:

    dmesg | scripts/vm/splat.py e1k.ko

It wants no vmlinux, and tells functions of .text from those of other sections, which all
begin at 0. Without debug information, or binutils, the lines stay as they are.
"""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from pathlib import Path

# function+offset/length [module], with its build id on some kernels
PLACE = re.compile(r"\b([\w.]+)\+0x([0-9a-f]+)/0x[0-9a-f]+ \[e1k(?: [0-9a-f]+)?\]")
# An address in a stack is the one to return to: the call is before it.
EXACT = re.compile(r"\bRIP: |\bpc : ")
# addr2line -i: where the code was inlined from comes in further lines
SOURCE = re.compile(r"\b((?:src|include|tests)/\S+:\d+)")


def _output(*command: str) -> str:
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, errors="replace", check=False).stdout
    except OSError:
        return ""


@functools.cache
def _functions(module: Path, _: float) -> dict[str, tuple[str, int]]:
    """Section and address of each function; none if there is no debug information."""
    sections = dict(re.findall(r"^ *\[ *(\d+)\] (\S+)", _output("readelf", "-SW", str(module)),
                               re.MULTILINE))
    if ".debug_line" not in sections.values():
        return {}
    found: dict[str, tuple[str, int]] = {}
    for line in _output("readelf", "-sW", str(module)).splitlines():
        # Num: Value Size Type Bind Vis Ndx Name
        words = line.split()
        if len(words) == 8 and words[3] == "FUNC" and words[6] in sections:
            found[words[7]] = (sections[words[6]], int(words[1], 16))
    return found


def source(module: Path, function: str, offset: int) -> str:
    """src/FILE.c:LINE, from the innermost outwards if it was inlined; empty if unknown."""
    if not module.is_file():
        return ""
    section, address = _functions(module, module.stat().st_mtime).get(function, ("", 0))
    if not section:
        return ""
    said = _output("addr2line", "-i", "-j", section, "-e", str(module), hex(address + offset))
    return " < ".join(SOURCE.findall(said))


def decode(lines: list[str], module: Path) -> list[str]:
    """The lines, with the place in the sources behind each function of the module."""
    decoded = []
    for line in lines:
        match = PLACE.search(line)
        if match:
            offset = int(match[2], 16)
            before = 0 if EXACT.search(line) or not offset else 1
            place = source(module, match[1], offset - before)
            line += f" {place}" if place else ""
        decoded.append(line)
    return decoded


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        print((__doc__ or "").strip())
        return 2
    for line in sys.stdin:
        print(*decode([line.rstrip("\n")], Path(sys.argv[1])), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
