# SPDX-License-Identifier: GPL-2.0-only
"""The NIC in software (nic/) from the harness' side: its process, QEMU's options
for it, and commands to it."""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, Callable

from lib.paths import TREE
from nic.personality import PERSONALITIES
from vm import qemu
from vm.config import NUT_MAC

PROGRAM = TREE / "scripts/nic/nic"
# vfio-user-pci came with QEMU 10.1.
QEMU_VERSION, QEMU_SUITE = "10.1", "forky"
# QEMU gives a device up that does not answer for so long; the host may be busy.
ANSWER_MS = 120000


def find_qemu() -> str:
    """A QEMU with the client device, unpacked into the cache if there is none."""
    return qemu.newer(QEMU_VERSION, QEMU_SUITE)


def memory_options(mem: int) -> list[str]:
    """The guest's memory as a file that the NIC's process can map."""
    return ["-object", f"memory-backend-memfd,id=ram,size={mem}M,share=on",
            "-machine", "memory-backend=ram"]


class SoftNic:
    """One NIC process."""

    def __init__(self, personality: str, log: Path, on_death: Callable[[str], None]) -> None:
        # A socket's path must be short: the build directory may lie deep.
        self._dir = tempfile.TemporaryDirectory(prefix="e1k-nic-")
        self._path = f"{self._dir.name}/socket"
        self._who = PERSONALITIES[personality]
        ours, control = socket.socketpair()
        self.wire, wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with open(log, "wb") as file:
            self._process = subprocess.Popen(
                [str(PROGRAM), personality, self._path, NUT_MAC, str(wire.fileno()),
                 str(control.fileno())],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                pass_fds=[wire.fileno(), control.fileno()], start_new_session=True)
        wire.close()
        control.close()
        self._control, self._on_death = ours, on_death
        self._replies: queue.Queue[bytes] = queue.Queue()
        self._lock = threading.Lock()
        self._last_words: list[str] = []
        self._log, self._stopped = log, False
        threading.Thread(target=self._read, daemon=True).start()
        self._replies.get()         # it listens now

    def _read(self) -> None:
        """Reader thread: answers, and that an access ended the machine."""
        with contextlib.suppress(OSError, ValueError), self._control.makefile("rb") as lines:
            for line in lines:
                if line.startswith(b'{"event"'):
                    self._on_death(json.loads(line)["words"])
                else:
                    self._replies.put(line)
        self._replies.put(b"")

    def options(self, slot: int) -> list[str]:
        """QEMU's options: the wire on nut's hub, and the device."""
        return ["-netdev", f"dgram,id=wire,local.type=fd,local.str={self.wire.fileno()}",
                "-netdev", "hubport,id=hub-nut,hubid=0,netdev=wire",
                "-device", json.dumps({
                    "driver": "vfio-user-pci", "id": "nut", "addr": f"{slot:#x}", "rombar": 0,
                    "x-msg-timeout": ANSWER_MS,
                    "x-no-posted-writes": not self._who.posted_writes,
                    "socket": {"type": "unix", "path": self._path}})]

    def execute(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """A command to the NIC and its answer."""
        with self._lock, contextlib.suppress(OSError):
            self._control.sendall(json.dumps(arguments).encode() + b"\n")
            line = self._replies.get()
            if line:
                return json.loads(line)
            self._replies.put(line)
        return {"error": {"desc": "the NIC is gone"}}

    def violations(self) -> list[str]:
        """What the driver did wrong since the last call, in the NIC's words."""
        words, self._last_words = self._last_words, []
        if self._process.poll() is not None and not self._stopped:
            return [*words, f"its program ended, see {self._log}"]
        return words + self.execute({"op": "violations"}).get("return", [])

    def stop(self) -> None:
        """End it; safe to call again. What it had to say is kept."""
        self._last_words = self.violations()
        self._stopped = True
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self.wire.close()
        self._process.terminate()
        self._process.wait()
        self._dir.cleanup()
