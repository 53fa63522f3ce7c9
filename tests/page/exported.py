# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the exports share: recorded walks, and programs that read the result."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Callable

import browser
import walkrecorded

RECORDED = ("udp", "closed", "tcp", "rps", "no-route")


def results(*names):
    return [walkrecorded.result(name) for name in names or RECORDED]


def read(*command: str) -> str:
    """What a program says about a file; an error if it does not like it."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


def main(test: Callable[[browser.Test, Path], None], *programs: str) -> None:
    """test: gets a directory; programs: what it runs."""
    for program in programs:
        if not shutil.which(program):
            sys.exit(browser.skip(f"{program} is not installed (scripts/setup test)"))
    print("KTAP version 1")
    points = browser.Test()
    with tempfile.TemporaryDirectory() as directory:
        try:
            test(points, Path(directory))
        except Exception:
            points.check(False, "the test ran to its end", *traceback.format_exc().splitlines())
    sys.exit(browser.finish(points))
