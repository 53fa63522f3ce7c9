# SPDX-License-Identifier: GPL-2.0-only
"""Read what a test prints: KTAP, Documentation/dev-tools/ktap.rst.

Only the outermost level counts; nested (indented) results are the test's own
affair and have to be summed up by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

RESULT = re.compile(r"(?P<bad>not )?ok\b\s*(?P<number>\d+)?\s*(?:-\s*)?(?P<text>[^#]*)"
                    r"(?:#\s*(?P<directive>.*))?$")
PLAN = re.compile(r"1\.\.(?P<count>\d+)\s*(?:#\s*(?P<directive>.*))?$")
EXIT_SKIP = 4
# What tests/lib/e1k.sh says when a wait ended without what it was for: outside of a check,
# as when a test cleans up, only this notices.
VAIN = "# waited in vain for: "


@dataclass
class Check:
    """One result line."""

    status: str  # pass, fail, skip
    text: str


@dataclass
class Report:
    """All that a test program said, and what is wrong with how it said it."""

    checks: list[Check] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def count(self, status: str) -> int:
        extra = len(self.problems) if status == "fail" else 0
        return sum(c.status == status for c in self.checks) + extra

    @property
    def status(self) -> str:
        if self.count("fail"):
            return "fail"
        return "pass" if self.count("pass") else "skip"


def _status(bad: bool, directive: str) -> str:
    word = directive.split()[0].upper().rstrip(":") if directive.split() else ""
    if word.startswith("SKIP"):
        return "skip"
    if bad and word in ("TODO", "XFAIL"):
        return "skip"
    return "fail" if bad else "pass"


def parse(text: str, code: int) -> Report:
    """Judge a test program by its output and exit status."""
    report = Report()
    planned: int | None = None
    skip_reason = ""
    for line in text.splitlines():
        plan = PLAN.match(line)
        result = RESULT.match(line)
        if plan:
            planned = int(plan["count"])
            skip_reason = (plan["directive"] or "").strip()
        elif result and line.startswith(("ok", "not ok")):
            directive = (result["directive"] or "").strip()
            name = result["text"].strip() or f"check {len(report.checks) + 1}"
            status = _status(bool(result["bad"]), directive)
            report.checks.append(Check(status, f"{name} # {directive}" if directive else name))
        elif line.startswith(("Bail out!", VAIN)):
            report.problems.append(line)
    _judge(report, planned, skip_reason, code)
    return report


def _judge(report: Report, planned: int | None, skip_reason: str, code: int) -> None:
    """A test that says less than it promised has failed."""
    failed = any(c.status == "fail" for c in report.checks)
    if code == EXIT_SKIP and not failed:
        if not any(c.status == "skip" for c in report.checks):
            report.checks.append(Check("skip", skip_reason or "whole test # SKIP"))
        return
    if planned is None:
        report.problems.append(f"no plan line (1..N), exit status {code}")
    elif planned != len(report.checks):
        report.problems.append(f"planned {planned} checks, {len(report.checks)} reported")
    elif planned == 0:
        report.checks.append(Check("skip", skip_reason or "whole test # SKIP"))
    if code != 0 and not failed and not report.problems:
        report.problems.append(f"no check failed, but the exit status is {code}")
    if code == 0 and failed:
        report.problems.append("a check failed, but the exit status is 0")
