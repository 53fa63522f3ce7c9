# SPDX-License-Identifier: GPL-2.0-only
"""Connect this terminal to a program in a guest."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import sys
import termios
import threading
import tty
from typing import Any, Iterator


@contextlib.contextmanager
def _raw_mode(fd: int) -> Iterator[None]:
    saved = termios.tcgetattr(fd)
    try:
        tty.setraw(fd, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, saved)


def _write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _pump_input(job: Any, ended: threading.Event) -> None:
    """Forward stdin until it ends or the program does."""
    with contextlib.suppress(Exception):
        while not ended.is_set():
            ready, _, _ = select.select([0], [], [], 0.2)
            if not ready:
                continue
            data = os.read(0, 4096)
            if not data:
                job.end_input()
                return
            job.send_input(data)


def window() -> dict[str, int]:
    size = shutil.get_terminal_size()
    return {"rows": size.lines, "cols": size.columns}


def attach(job: Any, interactive: bool, forward_input: bool) -> int:
    """Show a job's output, feed it our input; its exit code."""
    ended = threading.Event()
    with contextlib.ExitStack() as stack:
        if interactive and os.isatty(0):
            stack.enter_context(_raw_mode(0))
            signal.signal(signal.SIGWINCH, lambda *_: job.resize(**window()))
        if forward_input:
            threading.Thread(target=_pump_input, args=(job, ended), daemon=True).start()
        else:
            job.end_input()
        try:
            return job.wait(on_output=_write).code
        finally:
            ended.set()
