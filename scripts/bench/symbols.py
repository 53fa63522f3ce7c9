# SPDX-License-Identifier: GPL-2.0-only
"""Which function of which module an address of the guest's kernel belongs to."""

from __future__ import annotations

from bisect import bisect_right
from pathlib import Path

KERNEL = "kernel"


class Symbols:
    """A /proc/kallsyms read as root, taken after the driver was loaded."""

    def __init__(self, path: Path) -> None:
        table: dict[int, tuple[str, str]] = {}
        with open(path, encoding="ascii", errors="replace") as lines:
            for line in lines:
                address, kind, name, *module = line.split()
                # Of several names for one address the first is as good as any.
                if kind in "tTwW":
                    table.setdefault(int(address, 16),
                                     (module[0].strip("[]") if module else KERNEL, name))
        self._starts = sorted(table)
        self._names = [table[start] for start in self._starts]
        self._table = table

    def find(self, address: int) -> tuple[str, str]:
        """(module, function); the module is "kernel" for what is built in."""
        index = bisect_right(self._starts, address) - 1
        return self._names[index] if index >= 0 else (KERNEL, "?")

    def starts(self, address: int) -> bool:
        """Does a function begin here?"""
        return address in self._table
