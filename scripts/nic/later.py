# SPDX-License-Identifier: GPL-2.0-only
"""What happens later, by itself: the other threads of an emulation."""

from __future__ import annotations

import time
from typing import Callable


class Later:
    """Actions by name, each to be done once when its time has come."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._due: dict[str, tuple[float, Callable[[], None]]] = {}

    def after(self, name: str, seconds: float, action: Callable[[], None]) -> None:
        """Do it so much later, unless it is to be done sooner already."""
        if name not in self._due:
            self._due[name] = self.now() + seconds, action

    def cancel(self, *names: str) -> None:
        for name in names:
            self._due.pop(name, None)

    def pending(self, name: str) -> bool:
        return name in self._due

    def wait(self) -> float | None:
        """How long it is to the next action; None if there is none."""
        if not self._due:
            return None
        return max(0.0, min(due for due, _ in self._due.values()) - self.now())

    def run(self) -> None:
        """Do what is due, the oldest first."""
        if not self._due:
            return
        now = self.now()
        for due, name in sorted((due, name) for name, (due, _) in self._due.items()):
            if due <= now and name in self._due:
                self._due.pop(name)[1]()
