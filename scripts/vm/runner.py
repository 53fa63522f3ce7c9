# SPDX-License-Identifier: GPL-2.0-only
"""Run test programs in guests, several guests at a time."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import traceback
from dataclasses import dataclass, field
from typing import Callable

from lib.paths import BUILD, TREE
from vm import aftermath, klog, ktap, splat
from vm.config import ConfigError, GuestConfig
from vm.guest import Guest, GuestError
from vm.kernel import KernelError
from vm.suite import Item, Shape

SLOW_FACTOR = 3
# Checkers cost a factor of two to four.
LAB_FACTOR = 3
# For what a lab kernel is asked beside the tests.
LAB_SECONDS = 300
# Asked after each test; the libraries of the tests ask it before they unload the module.
NICSTATE = "/e1k/scripts/vm/nicstate.sh"
NICSTATE_SERVER = "/e1k/scripts/vm/nicstate"
COVERAGE = BUILD / "coverage"
# A kernel that does not boot will not boot for the next test either.
BOOT_FAILURES = 2


@dataclass
class Outcome:
    """How one item ended."""

    item: Item
    report: ktap.Report
    output: str = ""
    seconds: float = 0.0
    guest: str = ""
    details: list[str] = field(default_factory=list)


class Queue:
    """Items to run; hands out what fits the guest that a worker has."""

    def __init__(self, items: list[Item]) -> None:
        self._items = list(items)
        self._lock = threading.Lock()
        self.aborted = ""

    def take(self, shape: Shape | None) -> Item | None:
        with self._lock:
            if not self._items:
                return None
            fitting = [i for i in self._items if i.shape == shape and not i.test.own_guest]
            item = fitting[0] if fitting else self._items[0]
            self._items.remove(item)
            return item


class Worker(threading.Thread):
    """Keeps one guest and runs items in it, one after the other."""

    def __init__(self, name: str, items: Queue, on_start: Callable[[Item, str], None],
                 on_end: Callable[[Outcome], None]) -> None:
        super().__init__(daemon=True, name=name)
        self._queue = items
        self._on_start = on_start
        self._on_end = on_end
        self._shape: Shape | None = None
        self._boot_failures = 0
        self.guest: Guest | None = None

    def run(self) -> None:
        while True:
            item = self._queue.take(self._shape)
            if item is None:
                break
            self._on_start(item, self.name)
            began = time.monotonic()
            try:
                outcome = self._run_item(item)
            except Exception:  # pylint: disable=broad-exception-caught
                # A mistake in the lab itself must not make a test vanish.
                outcome = Outcome(item, ktap.Report(problems=["the test runner failed"]),
                                  details=traceback.format_exc().splitlines())
                self.discard()
            outcome.seconds = time.monotonic() - began
            self._on_end(outcome)
        self.discard()

    def discard(self) -> None:
        if self.guest:
            self.guest.stop()
        self.guest = None
        self._shape = None

    @staticmethod
    def _save_coverage(guest: Guest, test: str) -> None:
        """What this test ran, into build/coverage/TEST@TIME for scripts/coverage; a guest
        that cannot tell any more has failed the test already."""
        name = f"{test}@{time.time_ns()}"
        with contextlib.suppress(GuestError):
            guest.run(["/e1k/scripts/vm/lab", "coverage", "/out/coverage"], timeout=LAB_SECONDS)
            if (guest.dir / "coverage").is_dir():
                COVERAGE.mkdir(parents=True, exist_ok=True)
                os.rename(guest.dir / "coverage", COVERAGE / name)

    def _run_item(self, item: Item) -> Outcome:
        outcome = Outcome(item, ktap.Report(), guest=self.name)
        if item.skip:
            outcome.report.checks.append(ktap.Check("skip", f"# SKIP {item.skip}"))
            return outcome
        if self._queue.aborted:
            outcome.report.problems.append(self._queue.aborted)
            return outcome
        try:
            guest = self._guest_for(item)
        except GuestError as error:
            self._boot_failed(outcome, error)
            return outcome
        except (ConfigError, KernelError) as error:
            # What this guest is made of cannot be had on this machine.
            self.discard()
            outcome.report.checks.append(ktap.Check("skip", f"# SKIP {error}"))
            return outcome
        self._boot_failures = 0
        self._run_in(guest, item, outcome)
        # What a failed test left behind must not be the next one's trouble.
        if item.test.own_guest or outcome.report.status == "fail":
            self._end_guest(outcome)
        return outcome

    def _guest_for(self, item: Item) -> Guest:
        if self.guest and (item.test.own_guest or self._shape != item.shape):
            self.discard()
        if not self.guest:
            self._shape = item.shape
            config = GuestConfig(nic=item.shape.nic, machine=item.shape.machine)
            config.disk = config.disk or item.shape.disk
            config.peer = item.shape.peer or config.peer
            config.bus = item.shape.bus or config.bus
            config.counted = config.counted or item.shape.counted
            config.smp = item.shape.smp or config.smp
            self.guest = Guest(config, self.name)
            self.guest.start()
            if not item.test.own_guest:
                self.guest.run([NICSTATE_SERVER, "serve"], timeout=LAB_SECONDS)
        return self.guest

    def _boot_failed(self, outcome: Outcome, error: GuestError) -> None:
        outcome.report.problems.append(str(error))
        if self.guest:
            outcome.details += self.guest.console_tail().splitlines()
        self.discard()
        self._boot_failures += 1
        if self._boot_failures >= BOOT_FAILURES:
            self._queue.aborted = "not run: the guest does not boot"

    def _run_in(self, guest: Guest, item: Item, outcome: Outcome) -> None:
        limit = item.test.timeout * (SLOW_FACTOR if guest.slow else 1) * \
            (LAB_FACTOR if guest.kernel.is_lab else 1) * guest.config.patience
        parts: list[bytes] = []
        try:
            result = guest.run([str(item.test.path.relative_to(TREE)), *item.test.arguments],
                               on_output=parts.append, cwd="/e1k", timeout=limit,
                               klog=True, tidy=True, mark=f"begin {item.test.name}",
                               env={"E1K_NICSTATE": NICSTATE})
        except GuestError as error:
            outcome.output = b"".join(parts).decode("utf-8", "replace")
            outcome.report = ktap.parse(outcome.output, 0)
            outcome.report.problems.append(f"{error} (console below)")
            outcome.report.problems += self._violations(guest)
            outcome.details += guest.console_tail().splitlines()
            return
        outcome.output = result.output.decode("utf-8", "replace")
        outcome.report = ktap.parse(outcome.output, result.code)
        outcome.report.problems += self._violations(guest)
        if result.timed_out:
            outcome.report.problems.append(f"stopped after {limit} s")
        self._check_log(guest, outcome, result.klog)
        self._check_nic(guest, outcome, result.klog)
        if guest.kernel.is_lab:
            self._check_memory(guest, outcome)
            self._save_coverage(guest, item.test.name)

    @staticmethod
    def _violations(guest: Guest) -> list[str]:
        """What the driver cannot see and its NIC can."""
        return [f"the NIC: {words}" for words in guest.violations()]

    @staticmethod
    def _check_memory(guest: Guest, outcome: Outcome) -> None:
        try:
            result = guest.run(["/e1k/scripts/vm/lab", "leaks"], timeout=LAB_SECONDS)
        except GuestError as error:
            outcome.report.problems.append(f"{error} (while looking for leaks)")
            return
        if result.code:
            outcome.report.problems.append("memory was lost, by this test or the one before")
            outcome.details += result.output.decode("utf-8", "replace").splitlines()[:80]

    @staticmethod
    def _check_nic(guest: Guest, outcome: Outcome, log: list[str]) -> None:
        """What the test left behind at the NIC, see aftermath.py."""
        try:
            result = guest.run([NICSTATE, "end"], timeout=LAB_SECONDS)
            found = aftermath.judge(aftermath.read(result.output.decode("utf-8", "replace")),
                                    log, outcome.item.test.heals)
        except (GuestError, ValueError) as error:
            outcome.report.problems.append(f"{error} (while looking at the NIC)")
            return
        outcome.report.problems += found.problems
        outcome.details += found.details

    @staticmethod
    def _check_log(guest: Guest, outcome: Outcome, lines: list[str]) -> None:
        bad = klog.offences(lines, outcome.item.test.allow_log)
        if bad:
            outcome.report.problems.append(f"the kernel log is not clean ({len(bad)} lines)")
            outcome.details += splat.decode(bad[:80], guest.module)

    def _end_guest(self, outcome: Outcome) -> None:
        """Stop the guest; its last words belong to the test that ended it."""
        guest = self.guest
        if guest and guest.alive and not guest.stop():
            outcome.report.problems.append("the guest ended without its final word")
        self.discard()
