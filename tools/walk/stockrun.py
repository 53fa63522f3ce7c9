# SPDX-License-Identifier: GPL-2.0-only
"""The same scenario with e1k and with a stock driver, on the same NIC."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, Iterator

from bed import Bed, run, wait_for
from errors import NoPacket, WalkError
from progress import Progress
from scenarios import Scenario
from tracefs import Trace
from walker import Walker

DEVICES = Path("/sys/bus/pci/devices")


def write(path: Path, words: str) -> None:
    try:
        path.write_text(words, encoding="ascii")
    except OSError as error:
        raise WalkError(f"cannot write '{words.strip()}' to {path}: {error.strerror}") from error


def driver_at(pci: str) -> str:
    path = DEVICES / pci / "driver"
    return os.path.basename(os.path.realpath(path)) if path.exists() else ""


def bind(pci: str, driver: str) -> None:
    """driver: the only one that may have it from now on."""
    write(DEVICES / pci / "driver_override", driver + "\n")
    if driver_at(pci):
        write(DEVICES / pci / "driver/unbind", pci)
    write(Path("/sys/bus/pci/drivers_probe"), pci)
    wait_for(lambda: driver_at(pci) == driver and any((DEVICES / pci / "net").glob("*")),
             f"{driver} to take {pci}")


@contextlib.contextmanager
def driven_by(pci: str, driver: str) -> Iterator[None]:
    """As long as this lasts; then the driver that was there has it again."""
    before = driver_at(pci)
    override = (DEVICES / pci / "driver_override").read_text(encoding="ascii").strip()
    run("modprobe", driver)
    try:
        bind(pci, driver)
        yield
    finally:
        bind(pci, before)
        write(DEVICES / pci / "driver_override", (override if override != "(null)" else "") + "\n")


def play(scenario: Scenario, driver: str,
         progress: Progress) -> tuple[list[dict[str, Any]], list[str]]:
    """Results of both, each named after its driver; what e1k's did not show."""
    progress.say("preparing the two ends of the wire")
    with Bed() as bed, Trace() as trace:
        if not bed.made_ns:
            raise WalkError(f"{bed.nut} is in use in a network namespace, whose settings would "
                            "be lost with the driver")
        pci = os.path.basename(bed.path_of_nut())
        ours = Walker(trace, progress).play(scenario, bed)
        name = driver_at(pci)
    with driven_by(pci, driver), Bed(driver) as bed, Trace() as trace:
        theirs = Walker(trace, progress, driver=driver).play(scenario, bed)
    for result, who in ((ours, name), (theirs, driver)):
        result["scenario"] += f", {who}"
        if not result["walks"]:
            raise NoPacket(f"{who}: {'; '.join(result['problems'])}")
    # That a driver tells nothing of its own steps is no problem.
    theirs["problems"] = []
    return [ours, theirs], ours["problems"]
