# SPDX-License-Identifier: GPL-2.0-only
"""A guest in which everything is counted, and workloads run in it."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "scripts"), str(TOP / "tools")]
# pylint: disable=wrong-import-position
from lib.paths import BUILD, TREE
from vm.config import GuestConfig, Nic
from vm.guest import Guest, GuestError

from counting import Counts, read_counts
from symbols import Symbols
from workloads import WORKLOADS, Workload

HERE = TREE / "scripts/bench"
TOOLS = BUILD / "bench"
# What is counted, and its stock driver
MODELS = {"e1000": "e1000", "e1000e": "e1000e"}

# Two NICs under test face each other; a pair for forwarding has virtio outside;
# one sends into a card that is never opened and so discards. Slots are chosen
# so that NICs used together do not share an interrupt line.
def nics(model: str) -> tuple[Nic, ...]:
    return (
        Nic("a", model, 0, "52:54:00:e1:00:01", 4),
        Nic("b", model, 0, "52:54:00:e1:00:02", 5),
        Nic("c", model, 1, "52:54:00:e1:00:05", 6),
        Nic("g", "virtio-net-pci", 1, "52:54:00:e1:00:08", 12),
        Nic("d", model, 2, "52:54:00:e1:00:06", 11),
        Nic("h", "virtio-net-pci", 2, "52:54:00:e1:00:09", 13),
        Nic("t", model, 3, "52:54:00:e1:00:07", 8),
        Nic("sink", "rtl8139", 3, "52:54:00:e1:00:0a", 14),
    )


# Where the frames of pktgen go that are received by a NIC under test
RECEIVER = "b"

# With fast string operations QEMU counts an instruction a byte, without them
# the kernel uses loops whose cost is like that of real ones.
COUNTED_KERNEL = "clearcpuid=112,297,580 clocksource=tsc noautogroup"


MOST_GUESTS = 4


class BenchError(Exception):
    """A workload that did not run."""


@dataclass
class Run:
    """One workload, once, with one driver."""

    workload: Workload
    driver: str
    values: dict[str, int]          # what guest/load printed
    counts: Counts = field(default_factory=Counts)
    # What sending costs, where the workload says who sends.
    sender: "Run | None" = None

    @property
    def units(self) -> int:
        """How many packets or transactions the totals are divided by."""
        return self.values[self.workload.divisor]

    def each(self, total: float) -> float:
        return total / self.units

    def receiving(self, part: str) -> float:
        """The driver's or the kernel's instructions for one unit on the receiving side:
        all of them less what the sender alone takes for what was sent. Without pktgen's
        own: how often it looks whether there is room for more differs from run to run."""
        assert self.sender
        sending = self.sender.besides_pktgen(part) / self.sender.values["units"]
        return self.each(self.besides_pktgen(part) - sending * self.values["units"])

    def besides_pktgen(self, part: str) -> int:
        if part == "driver":
            return self.counts.driver
        return sum(function.insns for (module, _), function in self.counts.functions.items()
                   if module != "pktgen")

    @property
    def rate(self) -> float:
        """Units (of streams: bytes) per second of the guest's time."""
        amount = self.values["bytes"] if self.workload.is_stream else self.units
        return amount * 1e9 / self.values["ns"]


def build_tools() -> None:
    """The plugin and the program of the guest, when older than their sources."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    for target, folder, options in (("count.so", "plugin", ["-shared", "-fPIC"]),
                                    ("load", "guest", ["-static"])):
        sources = sorted((HERE / folder).glob("*.[ch]"))
        built = TOOLS / target
        if built.exists() and built.stat().st_mtime > max(s.stat().st_mtime for s in sources):
            continue
        subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", *options, "-o", str(built),
                        *(str(s) for s in sources if s.suffix == ".c")], check=True)


def find_qemu() -> str:
    done = subprocess.run([str(HERE / "qemu")], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise BenchError("no QEMU that can count")
    return done.stdout.strip()


def counted_config(out: Path, model: str) -> GuestConfig:
    return GuestConfig(
        nic=model, machine="pc", smp=1, mem=1024, qemu=find_qemu(), nics=nics(model),
        append=COUNTED_KERNEL,
        cpu_options=("-accel", "tcg,thread=single,tb-size=256", "-cpu", "max,la57=off",
                     "-icount", "shift=0,sleep=off"),
        qemu_options=("-plugin", f"{TOOLS}/count.so,out={out}"))


class CountingGuest:
    """Boots once, then drivers come and go and workloads run, counted."""

    def __init__(self, name: str = "bench", model: str = "e1000") -> None:
        build_tools()
        self._name = name
        self.model = model
        self.driver = ""
        # Another build of the module than the lab's; its path in the guest.
        self.module = ""
        self._layout = ""
        self._setting: dict[str, str] = {}
        self.link_us = 0
        self._symbols: dict[str, Symbols] = {}
        self._senders: dict[str, Run] = {}
        self._bars: dict[str, int] = {}

    def _boot(self) -> None:
        """Another run may be counting in this tree: then under another name."""
        for number in range(1, MOST_GUESTS + 1):
            name = self._name if number == 1 else f"{self._name}-{number}"
            self._folder = BUILD / "vm" / name
            self._snapshots = self._folder / "counts"
            self._guest = Guest(counted_config(self._snapshots, self.model), name)
            try:
                self._guest.start()
                return
            except GuestError as error:
                if "running already" not in str(error) or number == MOST_GUESTS:
                    raise BenchError(f"{error}") from error

    def __enter__(self) -> "CountingGuest":
        self._boot()
        for nic in nics(self.model):
            text = self.sh(f"cat /sys/bus/pci/devices/0000:00:{nic.slot:02x}.0/resource")
            if nic.model == self.model:
                self._bars[nic.name] = int(text.split()[0], 16)
        return self

    def __exit__(self, *_: object) -> None:
        self._guest.stop()

    def sh(self, command: str, limit: int = 300, tidy: bool = True) -> str:
        """tidy: what it leaves running is ended."""
        try:
            done = self._guest.run(command, timeout=limit, tidy=tidy, cwd="/e1k")
        except GuestError as error:
            raise BenchError(f"{error}\n{self._guest.console_tail()}") from error
        text = done.output.decode("utf-8", "replace")
        if done.code:
            raise BenchError(f"{command}: exit {done.code}\n{text[-1500:]}")
        return text

    def net(self, words: str) -> str:
        return self.sh(f"scripts/bench/guest/net {words}")

    def use(self, driver: str) -> None:
        if driver == self.driver:
            return
        self.forget()
        module = f"E1K_KO={self.module} " if self.module else ""
        self.link_us = int(self.sh(f"{module}scripts/bench/guest/net load {driver}").split()[-1])
        self.driver = driver
        self._symbols[driver] = Symbols(self._folder / f"kallsyms-{driver}")

    def forget(self) -> None:
        """Take the driver away; the next run() loads it anew."""
        self.lay("")
        self.net("unload")
        self.driver = ""
        self._senders = {}

    def lay(self, layout: str) -> None:
        """Lay the wires, unless they are there already."""
        if layout == self._layout:
            return
        if self._layout:
            self.net("reset")
        self._layout = layout
        self._setting = {}
        if layout:
            self._setting = dict(re.findall(r"^((?:GEN|XDP)_\w+)=(\S+)$", self.net(layout), re.M))

    def run_all(self, workload: Workload, driver: str) -> list[Run]:
        """As often as the workload wants it."""
        return [self.run(workload, driver) for _ in range(workload.repeat)]

    def _sender(self, workload: Workload) -> Run | None:
        """Counted once a driver, before the wires of what it sends to are laid."""
        if not workload.sender:
            return None
        if workload.sender not in self._senders:
            self._senders[workload.sender] = self.run(WORKLOADS[workload.sender], self.driver)
        return self._senders[workload.sender]

    def run(self, workload: Workload, driver: str) -> Run:
        self.use(driver)
        sender = self._sender(workload)
        self.lay(workload.net)
        setting = " ".join(f"{name}={value}" for name, value in self._setting.items())
        words = " ".join(f"{name}={value}" for name, value in workload.options.items())
        with open(self._snapshots, encoding="ascii") as snapshots:
            snapshots.seek(0, 2)
            text = self.sh(f"{setting} build/bench/load {workload.load} {words}")
            values = {name: int(value) for name, value in re.findall(r"^(\w+) (\d+)$", text, re.M)}
            run = Run(workload, driver, values, sender=sender)
            run.counts = read_counts(snapshots, self._symbols[driver], driver, self._bars)
            # What the generator spun away at its end; a nanosecond is an instruction.
            run.counts.kernel -= values.get("idle", 0)
        return run
