# SPDX-License-Identifier: GPL-2.0-only
"""All scenarios, in the order in which they are listed."""

from __future__ import annotations

import lostsends
import scenarios6
from scenarios import SCENARIOS

# Each has put its own into the list by being imported.
PARTS = (scenarios6, lostsends)

__all__ = ["PARTS", "SCENARIOS"]
