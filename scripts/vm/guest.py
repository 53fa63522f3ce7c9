# SPDX-License-Identifier: GPL-2.0-only
"""A guest: boot it, run programs in it, stop it.

    with Guest(GuestConfig(), "example") as guest:
        result = guest.run("ip link", on_output=sys.stdout.buffer.write)
        assert result.code == 0
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import queue
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

from lib.paths import BUILD, TREE
from vm import accel, diskroot, initramfs, klog, qemu, splat
from vm.config import PEER_MODULES, SOFT_NICS, GuestConfig
from vm.kernel import boot_image
from vm.qmpclient import QmpClient, QmpError, serve_guest
from vm.softnic import SoftNic, find_qemu, memory_options

BOOT_SECONDS = 180
# How many of the host's seconds a guest's may take whose clock counts instructions.
COUNTED_FACTOR = 10
# How long after a job's own limit the agent may take to report before the
# guest counts as hung.
GRACE_SECONDS = 90
# How long a guest that is being moved may stand still at the end.
DOWNTIME_MS = 2000
# How far back the beginning of a panic is looked for on the console.
TAIL_LINES = 150


class GuestError(Exception):
    """The guest did not boot, died, or does not answer."""


@dataclass
class Result:
    """How a program in the guest ended."""

    code: int
    output: bytes
    timed_out: bool = False
    strays: int = 0
    klog: list[str] = field(default_factory=list)


class Job:
    """A program running in the guest; messages arrive from the reader thread."""

    def __init__(self, guest: "Guest", number: int) -> None:
        self._guest = guest
        self.number = number
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()

    def send_input(self, data: bytes) -> None:
        self._guest.send({"op": "in", "id": self.number,
                          "data": base64.b64encode(data).decode()})

    def end_input(self) -> None:
        self._guest.send({"op": "eof", "id": self.number})

    def resize(self, rows: int, cols: int) -> None:
        self._guest.send({"op": "resize", "id": self.number, "rows": rows, "cols": cols})

    def signal(self, number: int) -> None:
        self._guest.send({"op": "signal", "id": self.number, "signal": number})

    def wait(self, limit: float | None = None,
             on_output: Callable[[bytes], Any] | None = None) -> Result:
        """Collect output until the program ends. GuestError when the guest dies first."""
        output = bytearray()
        deadline = time.monotonic() + limit if limit else None
        while True:
            left = max(0.01, deadline - time.monotonic()) if deadline else None
            try:
                message = self.messages.get(timeout=left)
            except queue.Empty:
                self._guest.give_up()
                raise GuestError(f"the guest does not answer after {limit:.0f} s") from None
            if message["op"] == "out":
                data = base64.b64decode(message["data"])
                output += data
                if on_output:
                    on_output(data)
            elif message["op"] == "exit":
                return Result(message["code"], bytes(output), message["timed_out"],
                              message["strays"], message["klog"] or [])
            else:
                raise GuestError("the guest died")


class Guest:
    """One virtual machine and the connection to its agent."""

    def __init__(self, config: GuestConfig, name: str) -> None:
        config.check()
        self.config = config
        self.name = name
        self.kernel = config.kernel()
        self.dir: Path = BUILD / "vm" / name
        self.console = self.dir / "console.log"
        self.accel = "tcg"
        self.boot_seconds = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs: dict[int, Job] = {}
        self._hello: queue.Queue[dict[str, Any]] = queue.Queue()
        self._bye = threading.Event()
        self.last_log: list[str] = []
        self._lock = threading.Lock()
        self._counter = 0
        self._dead = False
        self._claim: Any = None
        self._nic: SoftNic | None = None
        self._command: list[str] = []
        self._sending = threading.RLock()
        self._moving = False
        self._moves = 0
        self._rest = self._unfinished = b""

    def __enter__(self) -> "Guest":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def alive(self) -> bool:
        return not self._dead and self._process is not None and \
            (self._moving or self._process.poll() is None)

    @property
    def module(self) -> Path:
        """The module that tests load here, with its debug information, on the host's side."""
        named = self.config.guest_env(self.kernel)["E1K_KO"]
        return TREE / named.removeprefix("/e1k/")

    @property
    def slow(self) -> bool:
        """Emulated, or told that it is no faster: time limits must be generous."""
        return self.accel != "kvm" or self.config.patience > 1

    def _claim_name(self) -> None:
        self.dir.mkdir(parents=True, exist_ok=True)
        # Held open for the guest's life; the lock goes with the process.
        self._claim = open(self.dir / ".lock", "w")  # pylint: disable=consider-using-with
        try:
            fcntl.flock(self._claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GuestError(f"a guest named {self.name} is running already") from None

    def boot_files(self) -> tuple[Path, Path]:
        """Kernel and initramfs; made if they are not in the cache."""
        # An unpacked image is loaded again by QEMU at every reset, and waking from S3
        # begins with one: it would wipe out the sleeping kernel's data.
        packed = self.config.disk and self.config.arch != "arm64"
        image = self.kernel.image if packed else boot_image(self.kernel)
        modules = [PEER_MODULES[self.config.peer], "virtio_net", "8139cp"]
        return image, initramfs.build(self.kernel, modules, self.config.disk)

    def start(self) -> None:
        """Boot, and wait for the agent to say hello."""
        self._claim_name()
        began = time.monotonic()
        image, ramfs = self.boot_files()
        if self.config.nic in SOFT_NICS:
            # Emulated in any case: under KVM, interrupts would take other ways.
            self.config.qemu = find_qemu()
            self._nic = SoftNic(self.config.nic, self.dir / "nic.log", self._end_by_nic)
        elif self.config.counted:
            self.config.qemu = os.environ.get("QEMU") or qemu.counted_qemu()
        elif not self.config.cpu_options and self.config.arch != "arm64":
            self.accel = accel.choose(self.config.qemu, image, ramfs)
        self._command = qemu.command(self.config, self.accel, image, ramfs, self.dir,
                               self.kernel.is_lab, self._disks(ramfs))
        if self._nic:
            self._command += [*memory_options(self.config.mem),
                              *self._nic.options(qemu.SLOTS["nut"])]
        self.console.write_bytes(b"")
        (self.dir / "qemu.log").write_bytes(b"")
        self._launch_qemu()
        limit = BOOT_SECONDS * self.config.patience * \
            (4 if self.kernel.is_lab or self.config.counted else 1)
        try:
            hello = self._hello.get(timeout=limit)
        except queue.Empty:
            hello = {"op": "slow"}
        if hello["op"] != "hello":
            self.give_up()
            raise GuestError("the guest did not boot" if hello["op"] == "died" else
                             f"the guest did not boot within {limit} s")
        self.boot_seconds = time.monotonic() - began

    def _launch_qemu(self, *more: str) -> None:
        """Start QEMU, with channels of its own."""
        ours, theirs = zip(*(socket.socketpair() for _ in range(3)))
        command = [*self._command, *more,
                   *qemu.channel_options(self.console, *(s.fileno() for s in theirs))]
        inherited = [s.fileno() for s in theirs]
        if self._nic:
            inherited.append(self._nic.wire.fileno())
        with open(self.dir / "qemu.log", "ab") as log:
            log.write((" ".join(command) + "\n").encode())
            log.flush()
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                pass_fds=inherited, start_new_session=True)
        for sock in theirs:
            sock.close()
        self._ctl, self._agent_qmp, qmp = ours
        self.qmp = QmpClient(qmp, self._nic.execute if self._nic else None)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        extra = {"x-migrate": self._migrate} if self.config.disk else {}
        threading.Thread(target=serve_guest, args=(self._agent_qmp, self.qmp, extra),
                         daemon=True).start()

    def _migrate(self, arguments: dict[str, Any]) -> None:
        """Move the running guest through a file into another QEMU, or ("back") throw away
        what became of it since and go on from that file. It hears of it in its next life.
        """
        with self._sending:
            self._moving = True
            try:
                self._move(self.dir / "state", bool(arguments.get("back")))
            except QmpError:
                self.kill()
                self._died()
                raise
            finally:
                self._moving = False

    def _move(self, state: Path, back: bool) -> None:
        if not back:
            self.qmp.execute("migrate-set-parameters", {"max-bandwidth": 1 << 40,
                                                        "downtime-limit": DOWNTIME_MS})
            self.qmp.execute("migrate", {"uri": f"exec:cat >'{state}'"})
            self._until("query-migrate", "completed", ("failed", "cancelled", None))
            self._moves = 0
        self._moves += 1
        assert self._process
        self._process.kill()
        self._process.wait()
        # What the old one still said
        self._reader.join()
        self._rest = self._unfinished = self._unfinished if back else self._rest
        self._launch_qemu("-incoming", f"exec:cat '{state}'")
        self._until("query-status", "running", ("internal-error", "shutdown"))
        answer = {"return": {"times": self._moves}}
        self._agent_qmp.sendall(json.dumps(answer).encode() + b"\n")

    def _until(self, question: str, good: str, bad: tuple[str | None, ...]) -> None:
        """Wait for a status."""
        while (said := self.qmp.execute(question)["return"]).get("status") != good:
            if said.get("status") in bad:
                raise QmpError(f"{question}: {said}")
            time.sleep(0.05)

    def _disks(self, ramfs: Path) -> dict[str, Path]:
        if not self.config.disk:
            return {}
        module = self.config.module_path(self.kernel)
        return {"root": diskroot.root_image(self.kernel),
                "e1k": diskroot.tree_image(module, ramfs, self.dir)}

    def _read(self) -> None:
        """Reader thread: hand each message of the agent to whom it concerns."""
        with contextlib.suppress(OSError, ValueError):
            for line in self._ctl.makefile("rb"):
                # A guest may be moved in the middle of a line.
                self._rest += line
                if not line.endswith(b"\n"):
                    break
                message = json.loads(self._rest)
                self._rest = b""
                if message["op"] == "hello":
                    self._hello.put(message)
                elif message["op"] == "bye":
                    self.last_log = message["klog"]
                    self._bye.set()
                else:
                    with self._lock:
                        job = self._jobs.get(message["id"])
                        if message["op"] == "exit":
                            self._jobs.pop(message["id"], None)
                    if job:
                        job.messages.put(message)
        if not self._moving:
            self._died()

    def _died(self) -> None:
        with self._lock:
            self._dead = True
            for job in self._jobs.values():
                job.messages.put({"op": "died"})
        self._hello.put({"op": "died"})

    def send(self, message: dict[str, Any]) -> None:
        try:
            with self._sending:
                self._ctl.sendall(json.dumps(message).encode() + b"\n")
        except OSError as error:
            raise GuestError("the guest died") from error

    def launch(self, command: str | list[str], **options: Any) -> Job:
        """Start a program. A string is for bash. Options are the agent's: timeout,
        klog (return the kernel's log), mark (write a line to it first), tidy (kill
        what the program leaves behind), pty with rows and cols, cwd, env (added)."""
        argv = ["bash", "-c", command] if isinstance(command, str) else command
        env = {**self.config.guest_env(self.kernel), **options.pop("env", {})}
        with self._lock:
            if self._dead:
                raise GuestError("the guest is not running")
            self._counter += 1
            job = Job(self, self._counter)
            self._jobs[job.number] = job
        self.send({"op": "run", "id": job.number, "argv": argv, "env": env, **options})
        return job

    def run(self, command: str | list[str], on_output: Callable[[bytes], Any] | None = None,
            **options: Any) -> Result:
        """Run a program to its end; no input. See launch() for the options."""
        job = self.launch(command, **options)
        job.end_input()
        timeout = options.get("timeout")
        factor = COUNTED_FACTOR if self.config.counted else 1
        return job.wait(timeout * factor + GRACE_SECONDS if timeout else None, on_output)

    def give_up(self) -> None:
        """End a guest that does not answer, with its last words on the console."""
        if self.alive:
            # unknown_nmi_panic makes this a panic with a backtrace.
            with contextlib.suppress(QmpError):
                self.qmp.execute("inject-nmi")
                self._wait(10)
        self.kill()

    def _end_by_nic(self, words: str) -> None:
        """The driver did what ends a virtual machine with such a NIC."""
        with open(self.console, "ab") as console:
            console.write(f"\nthe NIC: {words}\n".encode())
        if self._process:
            self._process.kill()

    def violations(self) -> list[str]:
        """What the NIC in software has to say of its driver since the last call."""
        return self._nic.violations() if self._nic else []

    def _wait(self, seconds: float) -> bool:
        assert self._process
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.returncode is not None

    def kill(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._dead = True
        if self._nic:
            self._nic.stop()
        for name in ("state", "tree.ext4"):
            (self.dir / name).unlink(missing_ok=True)
        if self._claim:
            self._claim.close()

    def stop(self) -> bool:
        """Ask for the agent's final word, then end QEMU. False if it never came.

        With it comes what the kernel logged after the last job: last_log.
        """
        clean = False
        if self.alive:
            with contextlib.suppress(GuestError):
                self.send({"op": "quit"})
                clean = self._bye.wait(30 * self.config.patience)
        self.kill()
        return clean

    def console_tail(self, lines: int = 40) -> str:
        """The end of what the kernel said, from where its trouble began if it
        had any, and QEMU's own complaints before it."""
        text = self.console.read_bytes().decode("utf-8", "replace").replace("\r", "")
        said = text.splitlines()[-TAIL_LINES:]
        start = next((n for n, line in enumerate(said) if klog.BAD.search(line)), len(said))
        complaints = (self.dir / "qemu.log").read_text(errors="replace").splitlines()[1:]
        complaints = [line for line in complaints if "is not connected to host" not in line]
        said = splat.decode(said[max(0, min(start - 2, len(said) - lines)):], self.module)
        return "\n".join([*complaints[-5:], *said])
