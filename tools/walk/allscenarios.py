# SPDX-License-Identifier: GPL-2.0-only
"""All scenarios, in the order in which they are listed."""

from __future__ import annotations

import lessons
import lostsends
import scenarios6
import tcplessons
import zerocopy
from scenarios import SCENARIOS

# Each has put its own into the list by being imported.
PARTS = (scenarios6, lostsends, lessons, tcplessons, zerocopy)

__all__ = ["PARTS", "SCENARIOS"]
