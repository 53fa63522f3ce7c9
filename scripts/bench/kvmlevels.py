# SPDX-License-Identifier: GPL-2.0-only
"""A guest under real KVM, and what a packet costs the whole computer.

Without KVM the computer is an emulated one (scripts/vm/kvmhost.py) of one processor whose
time is the number of its instructions: the second-level guest's, KVM's, QEMU's and those
of the peer beside it. With KVM the computer is this one, and time is time.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from bench_guest import COUNTED_KERNEL, HERE, TOOLS
from vm import initramfs, kvmhost, qemu
from vm.guest import Guest, GuestError
from vm.kernel import Kernel

# Without a result for so long the emulated machine, or the guest in it, stands still. Once
# the guest has booted, as long as its boot took is enough, but at least RUN_SECONDS.
STALL_SECONDS = 180
RUN_SECONDS = 20
TRIES = 4
INIT = HERE / "guest/second-init"
MAC = "52:54:00:e1:00:01"
SEGMENT = 1448


@dataclass(frozen=True)
class Setup:
    """A NIC with its driver."""

    title: str
    device: str
    driver: str
    netdev: str = ""


@dataclass(frozen=True)
class Job:
    """A workload of guest/load: which level has the near end, whether the far end begins
    before or after it, and its two lengths."""

    title: str
    per: str
    load: str
    counts: tuple[int, int]
    near: str = "second"
    far: str = "before"
    # What the costs are divided by: units of load, segments of a stream, or the frames that
    # the second level received.
    divisor: str = "units"
    mtu: int = 1500


SETUPS = {
    "e1000": Setup("e1000", "e1000", "e1000"),
    "e1k": Setup("e1k", "e1000", "e1k"),
    "e1000e": Setup("e1000e", "e1000e", "e1000e"),
    "e1k-82574": Setup("e1k on e1000e", "e1000e", "e1k"),
    "virtio": Setup("virtio-net", "virtio-net-pci", "virtio_net"),
    "vhost": Setup("virtio-net, vhost", "virtio-net-pci", "virtio_net", ",vhost=on"),
}
JOBS = {
    "rr64": Job("UDP request-response, 64 bytes", "transaction", "rr warm=100 size=64",
                (100, 900)),
    "rr1400": Job("UDP request-response, 1400 bytes", "transaction", "rr warm=100 size=1400",
                  (100, 900)),
    "paced": Job("UDP receive at 5 kpps", "packet", "paced warm=100 size=64", (100, 1100),
                 far="after"),
    "pktgen-out": Job("pktgen transmit", "packet", "pktgen warm=200 size=60", (500, 4500),
                      far=""),
    "pktgen-in": Job("pktgen receive at 10 kpps, dropped in IP", "packet",
                     "pktgen warm=100 size=60 gap=100000 clone=0", (200, 2200),
                     near="first", far="", divisor="received"),
    "tcp-in": Job("TCP in, MTU 1500", f"{SEGMENT} bytes", "stream warm=2000000",
                  (1 << 20, 9 << 20), far="after", divisor="segments"),
    "tcp-out": Job("TCP out, MTU 1500", f"{SEGMENT} bytes", "stream warm=2000000",
                   (1 << 20, 9 << 20), near="first", far="after", divisor="segments"),
    "tcp-out-9000": Job("TCP out, MTU 9000", f"{SEGMENT} bytes", "stream warm=2000000",
                        (1 << 20, 9 << 20), near="first", far="after", divisor="segments",
                        mtu=9000),
}


class LevelError(Exception):
    """The levels did not run."""


def pack(kernel: Kernel, module: Path, driver: str, target: Path) -> None:
    """The second level's initramfs: a shell, load, one driver."""
    cpio = initramfs.Cpio()
    for name in ("bin", "dev", "proc", "sys", "modules"):
        cpio.add(name, stat.S_IFDIR | 0o755)
    cpio.add("dev/console", stat.S_IFCHR | 0o600, rdev=(5, 1))
    busybox = initramfs.find_busybox(kernel.root)
    cpio.add("bin/busybox", stat.S_IFREG | 0o755, busybox.read_bytes())
    for applet in ("sh", "mount", "stty", "insmod", "ip", "cat", "usleep"):
        cpio.add(f"bin/{applet}", stat.S_IFLNK | 0o777, b"busybox")
    cpio.add("bin/load", stat.S_IFREG | 0o755, (TOOLS / "load").read_bytes())
    ours = driver == "e1k"
    names = ["pktgen", *(["virtio_pci"] if driver == "virtio_net" else []),
             *([] if ours else [driver])]
    files = [*initramfs.module_files(kernel, names), *([module] if ours else [])]
    for number, path in enumerate(files):
        cpio.add(f"modules/{number:02}.ko", stat.S_IFREG | 0o644, initramfs.read_module(path))
    cpio.add("init", stat.S_IFREG | 0o755, INIT.read_bytes())
    target.write_bytes(cpio.bytes())


class Levels:
    """The computer and what is needed for a second level on it, in a directory that both
    see. Boots again when it has to."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self._progress = progress
        self.counted = kvmhost.is_needed()
        self.guest = Guest(kvmhost.config(2048, COUNTED_KERNEL)
                           if self.counted else kvmhost.plain(), "bench-kvm")
        self.kernel = self.guest.kernel
        # As the first level sees them
        self._shared = Path("/out") if self.counted else self.guest.dir
        self._tree = Path("/e1k") if self.counted else HERE.parents[1]
        self.guest.dir.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Levels":
        (self.guest.dir / "vmlinux").write_bytes(self.guest.boot_files()[0].read_bytes())
        return self

    def __exit__(self, *_: object) -> None:
        self.guest.kill()

    def _boot(self) -> None:
        if not self.counted or self.guest.alive:
            return
        self._progress("booting an emulated machine that has KVM, its instructions counted")
        self.guest = Guest(self.guest.config, self.guest.name)
        self.guest.start()
        kvmhost.load_kvm(self.guest)
        self._do("modprobe -a tun vhost_net pktgen")

    def _do(self, line: str) -> None:
        done = self.guest.run(line, timeout=120)
        if done.code:
            raise GuestError(f"{line}: {done.output.decode('utf-8', 'replace')}")

    def _write(self, setup: Setup, jobs: dict[str, Job]) -> Path:
        """The configuration; its path at the first level."""
        pack(self.kernel, self.guest.config.module_path(self.kernel), setup.driver,
             self.guest.dir / "second.cpio")
        second = kvmhost.plain(machine="q35", append="ipv6.disable=1 loglevel=1 noautogroup "
                               "clearcpuid=112,297,580")
        options = ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                   "-M", qemu.MACHINE_OPTIONS["q35"], "-accel", "kvm",
                   "-cpu", kvmhost.SECOND_CPU if self.counted else "host",
                   "-m", "256", "-kernel", str(self._shared / "vmlinux"),
                   "-initrd", str(self._shared / "second.cpio"),
                   "-append", qemu.kernel_arguments(second, "kvm", False)]
        words = {"qemu": "qemu-system-x86_64", "options": options, "device": setup.device,
                 "netdev": setup.netdev, "mac": MAC, "load": str(self._tree / "build/bench/load"),
                 "jobs": [{"name": name, "load": job.load, "counts": job.counts,
                           "near": job.near, "far": job.far, "mtu": job.mtu}
                          for name, job in jobs.items()]}
        (self.guest.dir / "second.json").write_text(json.dumps(words))
        return self._shared / "second.json"

    def run(self, setup: Setup, jobs: dict[str, Job]) -> dict[str, list[dict[str, Any]]]:
        """Both runs of each job; what stands still is begun anew, and left out in the end."""
        runs: dict[str, list[dict[str, Any]]] = {}
        tries = dict.fromkeys(jobs, TRIES)
        while left := {name: job for name, job in jobs.items()
                       if name not in runs and tries[name]}:
            said = Words(left, lambda words: self._progress(f"{setup.title}: {words}"))
            try:
                self._run(setup, left, said)
            except (LevelError, GuestError) as error:
                self._progress(f"{setup.title}: {error}")
                self.guest.kill()
            runs |= {name: pair for name, pair in said.runs.items() if len(pair) == 2}
            for name in left:
                if name not in runs:
                    tries[name] -= 1
                    break
        return runs

    def _run(self, setup: Setup, jobs: dict[str, Job], said: "Words") -> None:
        self._boot()
        program = [str(self._tree / "scripts/bench/guest/second"), str(self._write(setup, jobs))]
        if not self.counted:
            _run_here(program, said)
        else:
            with kvmhost.Watch(STALL_SECONDS, self.guest.kill) as watch:
                began = time.monotonic()

                def hear(data: bytes) -> None:
                    watch.heard(max(RUN_SECONDS, time.monotonic() - began)
                                if b'"booted"' in data else 0)
                    said.hear(data)

                try:
                    self.guest.run(program, on_output=hear)
                except GuestError as error:
                    raise LevelError("it stands still" if watch.stalled
                                     else str(error)) from error
        if said.ended != "done":
            raise LevelError(said.ended or "stopped in the middle")


def _run_here(program: list[str], said: "Words") -> None:
    """Root in a network of its own; as a user KVM's statistics are not to be had."""
    with subprocess.Popen(["unshare", "-n" if os.geteuid() == 0 else "-rn", *program],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout
        for line in process.stdout:
            said.hear(line)


class Words:
    """What guest/second says, as it comes."""

    def __init__(self, jobs: dict[str, Job], progress: Callable[[str], None]) -> None:
        self.runs: dict[str, list[dict[str, Any]]] = {name: [] for name in jobs}
        self.ended = ""
        self._progress = progress
        self._rest = b""

    def hear(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            try:
                self._take(json.loads(line))
            except ValueError:
                # A program's complaint, the end of a traceback
                self.ended = line.decode("utf-8", "replace")

    def _take(self, said: dict[str, Any]) -> None:
        if "job" in said:
            self.runs[said["job"]].append(said)
            self._progress(f"{said['job']}, {said['values']['units']}")
        elif "booted" in said:
            self._progress("the second level has booted")
        elif "done" in said or "error" in said:
            self.ended = said.get("error", "done")
