# SPDX-License-Identifier: GPL-2.0-only
"""Where in e1k's source a tracepoint is."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
PACKAGED = Path("/usr/src")
# The return type may stand on a line of its own
FUNCTION = re.compile(r"^(?=[a-z])(?:.*?\b)?(\w+)\(")
# By the tracepoint's function, or by a macro that is told its name
CALL = re.compile(r"\b(?:trace_|e1k_irq_trace\()(e1k_\w+?)(?:_enabled)?[(,]")


def root() -> Path:
    """The tree this is part of; else what the package e1k-dkms has installed."""
    if (TREE / "src").is_dir():
        return TREE
    return next(iter(PACKAGED.glob("e1k-*")), TREE)


@lru_cache(maxsize=4)
def places(message: bool = False, split: bool = False) -> dict[str, tuple[str, str]]:
    """Tracepoint -> (file:line, function). Empty where the source is not at hand.

    message: with message interrupts some are elsewhere; split: and with header split.
    """
    found: dict[str, dict[str, tuple[str, str]]] = {"": {}, "_msix": {}, "_split": {}}
    tree = root()
    for path in sorted((tree / "src").rglob("*.[ch]")):
        kind = next((name for name in found if name and path.stem.endswith(name)), "")
        function = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = FUNCTION.match(line)
            if match:
                function = match[1]
            for name in CALL.findall(line):
                found[kind].setdefault(name, (f"{path.relative_to(tree)}:{number}", function))
    chosen = [name for name, on in (("_msix", message), ("_split", split)) if on]
    order = [*(name for name in found if name and name not in chosen), "", *chosen]
    return {event: place for name in order for event, place in found[name].items()}
