# SPDX-License-Identifier: GPL-2.0-only
"""What is going on, for those who wait: on standard error, so that results stay clean."""

from __future__ import annotations

import sys
import time

from lang import tr

# Seconds between two lines about one and the same wait.
INTERVAL = 5.0


class Progress:
    """Lines as things happen; silent if they are not wanted."""

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.last = time.monotonic()

    def say(self, text: str, **values: object) -> None:
        self.last = time.monotonic()
        if not self.quiet:
            print("e1k-walk: " + tr(text).format(**values), file=sys.stderr, flush=True)

    def now_and_then(self, text: str, **values: object) -> None:
        """While something takes long."""
        if time.monotonic() - self.last >= INTERVAL:
            self.say(text, **values)
