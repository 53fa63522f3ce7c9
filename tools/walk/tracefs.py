# SPDX-License-Identifier: GPL-2.0-only
"""A trace of our own: probes on kernel functions and tracepoints, in a buffer
that nobody else writes to, and all of it gone again afterwards."""

from __future__ import annotations

import bisect
import contextlib
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import records
from errors import WalkError

MOUNTS = ("/sys/kernel/tracing", "/sys/kernel/debug/tracing")
BUFFER_KB = 4096
# The name of our probes and our buffer, and the process that they belong to.
GROUP = "e1k_walk_"

# What the compiler appends to a function that it has changed, but not moved.
SUFFIXES = r"(?:\.(?:constprop|isra|part)\.\d+)+"
POINTERS = ("skbaddr", "a1", "a2", "a3", "a4", "a6", "d1", "ret")
KERNEL_HALF = 1 << 63
IRQS_OFF, HARDIRQ, SOFTIRQ, NMI = 0x01, 0x08, 0x10, 0x40
# Tracepoints of which it is told whether their CPU could be interrupted. A probe on a
# function is an exception, and closes interrupts by itself.
TELL_IRQS = ("irq_handler_entry", "softirq_entry")
KALLSYMS, MODULES = Path("/proc/kallsyms"), Path("/proc/modules")
# Each module has these beside the names of its own functions, at the same addresses.
ALIASES = ("init_module", "cleanup_module")


@dataclass
class Event:
    """One record of the trace. Times are in microseconds."""

    index: int
    time: float
    cpu: int
    comm: str
    pid: int
    context: str
    name: str
    values: dict[str, Any] = field(default_factory=dict)
    pointers: tuple[int, ...] = ()


def context_of(flags: int, comm: str) -> str:
    if flags & NMI:
        return "nmi"
    if flags & HARDIRQ:
        return "hardirq"
    if flags & SOFTIRQ:
        return "ksoftirqd" if comm.startswith("ksoftirqd/") else "softirq"
    return "napi thread" if comm.startswith("napi/") else "process"


def epoch() -> int:
    """Microseconds from 1970 to the zero of the trace's clock."""
    return round((time.time_ns() - time.monotonic_ns()) / 1000)


def find_tracefs() -> Path:
    if os.geteuid() != 0:
        raise WalkError("tracing the kernel needs root: run it with sudo")
    for name in MOUNTS:
        if os.path.exists(f"{name}/kprobe_events"):
            return Path(name)
    # "ip netns exec" gives a /sys of its own, to which tracefs may be added.
    subprocess.run(["mount", "-t", "tracefs", "tracefs", MOUNTS[0]], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if os.path.exists(f"{MOUNTS[0]}/kprobe_events"):
        return Path(MOUNTS[0])
    raise WalkError("no tracefs with kprobe_events: mount it with "
                    "'mount -t tracefs tracefs /sys/kernel/tracing'")


class Symbols:
    """Functions of the running kernel that the compiler has given another name.

    The table is long and read only if there is something to look up in it; and again
    when a module has come since: its addresses are behind those of all others, and would
    be taken for the last function of another.
    """

    def __init__(self) -> None:
        self.table = ""
        self.starts: list[tuple[int, str]] = []
        self.modules = ""
        self.known: dict[int, str] = {}

    def variants(self, function: str) -> list[str]:
        if not self.table:
            self.table = KALLSYMS.read_text(encoding="ascii", errors="replace")
        found = re.findall(rf" [tT] ({function}{SUFFIXES})\s", self.table)
        return sorted(set(found), key=len)

    def at(self, address: int) -> str:
        """The function that an address is in, without the compiler's additions."""
        if address not in self.known:
            self.read_starts()
            index = bisect.bisect_right(self.starts, (address, "\x7f")) - 1
            self.known[address] = self.starts[index][1].partition(".")[0] if index >= 0 else ""
        return self.known[address]

    def read_starts(self) -> None:
        """Where functions begin, if that is not known or modules have come or gone."""
        try:
            modules = MODULES.read_text(encoding="ascii", errors="replace")
        except OSError:
            # A kernel without modules.
            modules = ""
        # Name and address: how often each is in use says nothing.
        modules = "\n".join(" ".join(line.split()[::5]) for line in modules.splitlines())
        if self.starts and modules == self.modules:
            return
        self.modules = modules
        self.known.clear()
        text = KALLSYMS.read_text(encoding="ascii", errors="replace")
        rows = [line.split()[:3] for line in text.splitlines()]
        self.starts = sorted((int(row[0], 16), row[2]) for row in rows
                             if row[1] in "tTwW" and row[2] not in ALIASES)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


class Trace:
    """Use as a context manager: whatever happens, nothing stays behind."""

    def __init__(self) -> None:
        self.root = find_tracefs()
        self.group = f"{GROUP}{os.getpid()}"
        self.dir = self.root / "instances" / self.group
        self.symbols = Symbols()
        self.probes: list[str] = []
        # Tracepoints in use, and what was read of them.
        self.events: list[str] = []
        self.records = 0
        self.formats: dict[int, records.Format] = {}

    def __enter__(self) -> "Trace":
        # A signal must unwind the stack as an error does.
        signal.signal(signal.SIGTERM, interrupted)
        signal.signal(signal.SIGHUP, interrupted)
        self.remove_leftovers()
        try:
            self.dir.mkdir()
            self.write("tracing_on", "0")
            self.write("buffer_size_kb", str(BUFFER_KB))
            self.write("trace_clock", "mono")
        except BaseException as error:
            self.__exit__()
            if isinstance(error, OSError):
                raise WalkError(f"cannot make a trace buffer: {error}") from error
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # Who presses Ctrl-C twice must not stop the cleaning up.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.remove(self.dir)

    def remove(self, instance: Path) -> None:
        """A buffer, and the probes that belong to it."""
        for name in ("tracing_on", "events/enable", f"events/{instance.name}/enable"):
            self.try_write(instance / name, "0")
        # The whole group at once: each write waits for all CPUs.
        self.try_write(self.root / "kprobe_events", f"-:{instance.name}/", append=True)
        self.close_files(instance)
        try:
            instance.rmdir()
        except OSError:
            pass

    @staticmethod
    def close_files(instance: Path) -> None:
        """A signal that comes while a file is being opened leaves it open: nobody was told its
        number. A buffer whose files are open cannot be removed."""
        for path in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                if f"/instances/{instance.name}/" in os.readlink(path):
                    os.close(int(path.name))

    def remove_leftovers(self) -> None:
        """Those of a walk that was killed."""
        for instance in self.dir.parent.glob(f"{GROUP}*"):
            if not os.path.exists(f"/proc/{instance.name.removeprefix(GROUP)}"):
                self.remove(instance)

    @staticmethod
    def try_write(path: Path, text: str, append: bool = False) -> bool:
        # Not open(): it seeks to the end, which kprobe_events does not allow.
        flags = os.O_WRONLY | (os.O_APPEND if append else os.O_TRUNC)
        try:
            fd = os.open(path, flags)
        except OSError:
            return False
        try:
            os.write(fd, (text + "\n").encode())
        except OSError:
            return False
        finally:
            os.close(fd)
        return True

    def write(self, name: str, text: str) -> None:
        if not self.try_write(self.dir / name, text):
            raise WalkError(f"cannot write '{text}' to {self.dir / name}")

    def add_probe(self, name: str, functions: list[str], args: Callable[[str], str],
                  on_return: bool = False) -> str | None:
        """Probe the first of the functions that this kernel has.

        args: what to record of a symbol. Return the symbol, or None.
        """
        kind = "r" if on_return else "p"
        variants = (symbol for find in (lambda function: [function], self.symbols.variants)
                    for function in functions for symbol in find(function))
        for symbol in variants:
            line = f"{kind}:{self.group}/{name} {symbol} {args(symbol)}"
            if self.try_write(self.root / "kprobe_events", line, append=True):
                self.probes.append(name)
                self.learn(f"{self.group}/{name}")
                return symbol
        return None

    def add_event(self, event: str, condition: str = "") -> bool:
        path = self.dir / "events" / event
        if condition:
            self.try_write(path / "filter", condition)
        if not self.try_write(path / "enable", "1"):
            return False
        self.learn(event)
        self.events.append(event)
        return True

    def learn(self, event: str) -> None:
        number, made = records.read_format(self.dir / "events" / event / "format")
        # sys_enter_read -> enter_read: the same word as the hook's
        made.name = made.name.removeprefix("sys_")
        self.formats[number] = made

    def enable(self, name: str, on: bool) -> None:
        """One probe of ours."""
        self.try_write(self.dir / "events" / self.group / name / "enable", str(int(on)))

    def armed(self) -> int:
        """Probes and tracepoints that are in place."""
        return len(self.probes) + len(self.events)

    def profile(self) -> tuple[str, str]:
        """What the kernel tells of all probes: what each is, how often it was hit."""
        return tuple((self.root / name).read_text(encoding="ascii", errors="replace")
                     for name in ("kprobe_events", "kprobe_profile"))

    def remove_probe(self, name: str) -> None:
        self.enable(name, False)
        self.try_write(self.root / "kprobe_events", f"-:{self.group}/{name}", append=True)
        self.probes.remove(name)

    def arm(self) -> None:
        """Let the probes fire; nothing is recorded before start()."""
        if self.probes:
            self.write(f"events/{self.group}/enable", "1")

    def start(self) -> None:
        self.write("trace", "")
        self.write("tracing_on", "1")

    def stop(self) -> None:
        self.write("tracing_on", "0")

    def mark(self, text: str) -> None:
        self.try_write(self.dir / "trace_marker", text)

    def lost(self) -> int:
        """Lines that had no room."""
        total = 0
        for path in (self.dir / "per_cpu").glob("cpu*/stats"):
            match = re.search(r"^overrun: (\d+)", path.read_text(encoding="ascii"), re.M)
            total += int(match[1]) if match else 0
        return total

    def names(self) -> dict[int, str]:
        """Task names, as the kernel remembers them."""
        found = {0: "<idle>"}
        text = (self.root / "saved_cmdlines").read_text(encoding="utf-8", errors="replace")
        for line in text.splitlines():
            pid, _, name = line.partition(" ")
            if pid.isdigit():
                found[int(pid)] = name
        return found

    def read(self) -> list[Event]:
        """Everything recorded, in the order in which it happened; the buffer is
        empty afterwards."""
        names, found, probes = self.names(), [], set(self.probes)
        for path in (self.dir / "per_cpu").glob("cpu*"):
            for page in self.pages(path / "trace_pipe_raw"):
                for when, record in records.records(page):
                    found.append((when, int(path.name[3:]), record))
        found.sort(key=lambda item: item[0])
        events: list[Event] = []
        for when, cpu, record in found:
            made = records.decode(self.formats, record)
            if made:
                name, flags, pid, values = made
                comm = names.get(pid, "?")
                self.records += name not in probes
                if name in TELL_IRQS:
                    values["irqs_off"] = bool(flags & IRQS_OFF)
                pointers = tuple(values[key] for key in POINTERS
                                 if isinstance(values.get(key), int) and
                                 values[key] & KERNEL_HALF and values[key] > 0)
                events.append(Event(len(events), when / 1000, cpu, comm, pid,
                                    context_of(flags, comm), name, values, pointers))
        return events

    @staticmethod
    def pages(path: Path):
        """As many as the buffer has: what comes while it is read is left to the next time, or a
        slow reader would never end."""
        size = os.sysconf("SC_PAGE_SIZE")
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            for _ in range(BUFFER_KB * 1024 // size + 1):
                page = os.read(fd, size)
                if not page:
                    return
                yield page
        except BlockingIOError:
            pass
        finally:
            os.close(fd)
