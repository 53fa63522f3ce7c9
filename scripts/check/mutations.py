# SPDX-License-Identifier: GPL-2.0-only
"""The faults that scripts/mutate applies still fit the sources."""

from __future__ import annotations

from check.common import Check, Project, run


def check_mutations(_: Project) -> list[str]:
    """Each text that a mutation replaces is found exactly once, each test is there."""
    done = run("scripts/mutate", "--anchors")
    return done.stdout.strip().splitlines() if done.returncode else []


CHECKS = [Check("mutations", "the faults of make mutate fit the sources", check_mutations)]
