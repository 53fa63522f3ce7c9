# SPDX-License-Identifier: GPL-2.0-only
"""Where in e1k's source a tracepoint is."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FUNCTION = re.compile(r"^[a-z].*?\b(\w+)\(")
CALL = re.compile(r"\btrace_(e1k_\w+)\(")


@lru_cache(maxsize=1)
def places() -> dict[str, tuple[str, str]]:
    """Tracepoint -> (file:line, function). Empty where the source is not at hand."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((ROOT / "src").rglob("*.c")):
        function = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = FUNCTION.match(line)
            if match:
                function = match[1]
            for name in CALL.findall(line):
                found.setdefault(name, (f"{path.relative_to(ROOT)}:{number}", function))
    return found
