# SPDX-License-Identifier: GPL-2.0-only
"""The timed part: wall-clock ratios of runs that follow each other closely.

How fast anything is on a busy machine under emulation says little. So each run
with e1k has a run with the stock driver next to it, and only the ratio of the
two counts, the median of several. virtio-net and e1000e run too, for
orientation.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from statistics import median
from typing import Callable

from bench_guest import BenchError, build_tools
from vm.config import GuestConfig, Nic
from vm.guest import Guest, GuestError

MODELS = {"e1k": "e1000", "e1000": "e1000", "virtio_net": "virtio-net-pci", "e1000e": "e1000e"}
# The first four have an interrupt line each; the others use MSI-X.
SLOTS = {"e1k": (4, 5), "e1000": (6, 11), "virtio_net": (12, 13), "e1000e": (14, 15)}


@dataclass(frozen=True)
class Timed:
    """A timed workload: a line for the guest's shell and how to read its output."""

    title: str
    unit: str
    line: str
    read: str = "iperf"
    mtu: int = 1500
    offload: bool = True
    quick: bool = False


IPERF = "ip netns exec near-{driver} iperf3 -c 192.0.2.2 -J -t {seconds}"
LOAD = "E1K_PAIR={driver} build/bench/load"
PKTGEN = "E1K_PAIR={driver} $(scripts/bench/guest/pairs generator {driver} "

TIMED = {
    "tcp": Timed("TCP, one flow", "Mbit/s", IPERF, quick=True),
    "tcp4": Timed("TCP, four flows", "Mbit/s", IPERF + " -P 4"),
    "tcp-off": Timed("TCP, one flow, no offloads", "Mbit/s", IPERF, offload=False),
    "tcp9000": Timed("TCP, one flow, MTU 9000", "Mbit/s", IPERF, mtu=9000, quick=True),
    "tcp9000-4": Timed("TCP, four flows, MTU 9000", "Mbit/s", IPERF + " -P 4", mtu=9000),
    "udp18": Timed("UDP, 18 bytes", "1000/s", IPERF + " -u -b 0 -l 18 2>/dev/null", "iperf-udp"),
    "udp1472": Timed("UDP, 1472 bytes", "1000/s", IPERF + " -u -b 0 -l 1472 2>/dev/null", "iperf-udp"),
    "rr": Timed("UDP request-response", "1/s", LOAD + " rr n=600 warm=50", "load", quick=True),
    "rr-poll": Timed("the same, busy polling", "1/s", LOAD + " rr n=600 warm=50 poll=50", "load"),
    "rr16k": Timed("TCP request-response, 16 KB", "1/s", LOAD + " tcp-rr n=300 warm=30 size=16384",
                   "load"),
    "tx1": Timed("pktgen transmit, burst 1", "1000/s",
                 "env " + PKTGEN + "nobody) build/bench/load pktgen n=40000 warm=2000 size=60",
                 "sent", quick=True),
    "tx32": Timed("pktgen transmit, burst 32", "1000/s",
                  "env " + PKTGEN + "nobody) build/bench/load pktgen n=80000 warm=2000 size=60 "
                  "burst=32", "sent"),
    "rx": Timed("pktgen receive, dropped in tc", "1000/s",
                "env " + PKTGEN + "far) build/bench/load pktgen n=30000 warm=2000 size=60",
                "arrived", quick=True),
}


def _nics() -> tuple[Nic, ...]:
    nics = []
    for hub, (driver, slots) in enumerate(SLOTS.items()):
        for end, slot in enumerate(slots):
            nics.append(Nic(f"{driver}-{end}", MODELS[driver], hub,
                            f"52:54:00:e1:{hub + 1:02x}:{end + 1:02x}", slot))
    return tuple(nics)


def read_output(kind: str, text: str) -> dict[str, float]:
    if kind.startswith("iperf"):
        end = json.loads(text)["end"]
        if kind == "iperf":
            return {"rate": end["sum_received"]["bits_per_second"] / 1e6}
        total = end["sum"]
        return {"rate": (total["packets"] - total["lost_packets"]) / total["seconds"] / 1000}
    values = {name: int(value) for name, value in re.findall(r"^(\w+) (\d+)$", text, re.M)}
    seconds = values["ns"] / 1e9
    if kind in ("sent", "arrived"):
        amount = values["units" if kind == "sent" else "packets"]
        return {"rate": amount / seconds / 1000}
    return {"rate": values["units"] / seconds, "p50": values["p50"] / 1000,
            "p99": values["p99"] / 1000}


class TimedGuest:
    """All drivers at once, each on a pair of NICs of its own."""

    def __init__(self, name: str = "bench-timed") -> None:
        build_tools()
        self._guest = Guest(GuestConfig(nic="e1000", machine="q35", smp=2, mem=1536,
                                        nics=_nics()), name)
        self._mtu = dict.fromkeys(SLOTS, 1500)
        self._offload = dict.fromkeys(SLOTS, True)

    def __enter__(self) -> "TimedGuest":
        try:
            self._guest.start()
        except GuestError as error:
            raise BenchError(f"{error}\n{self._guest.console_tail()}") from error
        self.accel = self._guest.accel
        pairs = " ".join(f"{driver}={near},{far}" for driver, (near, far) in SLOTS.items())
        self.sh(f"scripts/bench/guest/pairs setup {pairs}")
        return self

    def __exit__(self, *_: object) -> None:
        self._guest.stop()

    def sh(self, command: str, limit: int = 120) -> str:
        try:
            done = self._guest.run(command, timeout=limit, cwd="/e1k")
        except GuestError as error:
            raise BenchError(f"{error}\n{self._guest.console_tail()}") from error
        text = done.output.decode("utf-8", "replace")
        if done.code:
            raise BenchError(f"{command}: exit {done.code}\n{text[-1500:]}")
        return text

    def _adjust(self, timed: Timed, driver: str) -> None:
        if self._mtu[driver] != timed.mtu:
            self.sh(f"scripts/bench/guest/pairs mtu {driver} {timed.mtu}")
            self._mtu[driver] = timed.mtu
        if self._offload[driver] != timed.offload:
            state = "on" if timed.offload else "off"
            self.sh(f"scripts/bench/guest/pairs offload {driver} {state}")
            self._offload[driver] = timed.offload

    def run(self, timed: Timed, driver: str, seconds: int) -> dict[str, float]:
        self._adjust(timed, driver)
        text = self.sh(timed.line.format(driver=driver, seconds=seconds))
        return read_output(timed.read, text)


def compare(guest: TimedGuest, name: str, repeat: int, seconds: int,
            orientation: bool, progress: Callable[[str], None]) -> dict[str, object]:
    """One workload: pairs in alternating order, then the other NICs once."""
    timed = TIMED[name]
    runs: dict[str, list[dict[str, float]]] = {"e1000": [], "e1k": []}
    for number in range(repeat):
        order = ("e1000", "e1k") if number % 2 == 0 else ("e1k", "e1000")
        for driver in order:
            progress(f"{timed.title}, {driver}, {number + 1} of {repeat}")
            runs[driver].append(guest.run(timed, driver, seconds))
    others = {}
    for driver in ("virtio_net", "e1000e") if orientation else ():
        progress(f"{timed.title}, {driver}")
        others[driver] = guest.run(timed, driver, seconds)
    ratios = {}
    for figure in runs["e1k"][0]:
        values = [ours[figure] / stock[figure] for ours, stock in zip(runs["e1k"], runs["e1000"])]
        ratios[figure] = {"median": median(values), "min": min(values), "max": max(values)}
    return {"title": timed.title, "unit": timed.unit, "ratio": ratios,
            "median": {driver: {figure: median(run[figure] for run in of_driver)
                                for figure in of_driver[0]} for driver, of_driver in runs.items()},
            "others": others, "runs": runs}
