# SPDX-License-Identifier: GPL-2.0-only
"""What the parts of e1k-switch share: running programs, talking, failing."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.1
BATCH_FAILED = re.compile(r"Command failed -:(\d+)")


class SwitchError(Exception):
    """Something that cannot be done, in words for the user."""


def run(*command: str, timeout: float = 60) -> str:
    """Run a program; what it printed. SwitchError if it fails or takes too long."""
    shown = shlex.join(command)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=timeout, check=False)
    except FileNotFoundError:
        raise SwitchError(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise SwitchError(f"{shown}: not done after {timeout:.0f} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise SwitchError(f"{shown}: {said or f'exit code {done.returncode}'}")
    return done.stdout


def succeeds(*command: str, timeout: float = 60) -> bool:
    """Whether a program could be run and was content."""
    try:
        run(*command, timeout=timeout)
    except SwitchError:
        return False
    return True


def run_batch(program: str, lines: list[str]) -> dict[str, str]:
    """Give many commands to one ip (-4, -6) or bridge; the lines that failed, with the reason."""
    if not lines:
        return {}
    done = subprocess.run([*program.split(), "-force", "-batch", "-"], input="\n".join(lines) + "\n",
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    failed = {}
    reason = ""
    for line in done.stderr.splitlines():
        match = BATCH_FAILED.match(line)
        if match:
            failed[lines[int(match[1]) - 1]] = reason
        reason = "" if match else line
    if done.returncode and not failed:
        raise SwitchError(f"{program}: {done.stderr.strip()}")
    return failed


def run_json(*command: str) -> Any:
    """Run a program that prints JSON, or nothing for an empty list."""
    return json.loads(run(*command) or "[]")


def wait_for(condition: Callable[[], Any], seconds: float) -> Any:
    """Ask again and again; what the condition said last."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result or time.monotonic() > deadline:
            return result
        time.sleep(POLL_SECONDS)


def read(path: Path | str) -> str:
    """A line of sysfs or procfs; empty if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def write(path: Path | str, text: str) -> None:
    """Write to sysfs. SwitchError with the kernel's reason if it refuses."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SwitchError(f"{path}: {error.strerror}") from None
