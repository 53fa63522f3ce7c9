# SPDX-License-Identifier: GPL-2.0-only
"""What the driver did wrong and cannot see: the NIC notices it and says so."""

from __future__ import annotations

import sys

# More than these of one kind say nothing new until they were asked for.
MOST_OF_A_KIND = 5


class Watch:
    """Violations, in words, until the harness asks for them."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._kinds: dict[str, int] = {}
        self.total = 0

    def report(self, kind: str, words: str) -> None:
        self.total += 1
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        if self._kinds[kind] <= MOST_OF_A_KIND:
            self._said.append(words)
            print(words, file=sys.stderr, flush=True)

    def take(self) -> list[str]:
        """Those since the last call."""
        more = [f"{kind}: {number - MOST_OF_A_KIND} more" for kind, number
                in self._kinds.items() if number > MOST_OF_A_KIND]
        said, self._said, self._kinds = self._said + more, [], {}
        return said

    def peek(self) -> list[str]:
        """The same, which the harness is still to be told."""
        return list(self._said)
