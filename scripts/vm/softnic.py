# SPDX-License-Identifier: GPL-2.0-only
"""The NIC in software (nic/) from the harness' side: its process, QEMU's options
for it, and commands to it."""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from config import NUT_MAC, ConfigError
from paths import TREE

PROGRAM = TREE / "scripts/vm/nic/nic"
# vfio-user-pci came with QEMU 10.1.
QEMU_VERSION, QEMU_SUITE = "10.1", "forky"
# QEMU gives a device up that does not answer for so long; the host may be busy.
ANSWER_MS = 120000


def find_qemu() -> str:
    """A QEMU with the client device, unpacked into the cache if there is none."""
    done = subprocess.run([str(TREE / "scripts/vm/newer-qemu"), QEMU_VERSION, QEMU_SUITE],
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise ConfigError("NIC=hostile: no QEMU with vfio-user-pci")
    return done.stdout.strip()


def memory_options(mem: int) -> list[str]:
    """The guest's memory as a file that the NIC's process can map."""
    return ["-object", f"memory-backend-memfd,id=ram,size={mem}M,share=on",
            "-machine", "memory-backend=ram"]


class SoftNic:
    """One NIC process."""

    def __init__(self, log: Path) -> None:
        # A socket's path must be short: the build directory may lie deep.
        self._dir = tempfile.TemporaryDirectory(prefix="e1k-nic-")
        self._path = f"{self._dir.name}/socket"
        ours, control = socket.socketpair()
        self.wire, wire = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        with open(log, "wb") as file:
            self._process = subprocess.Popen(
                [str(PROGRAM), self._path, NUT_MAC, str(wire.fileno()), str(control.fileno())],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                pass_fds=[wire.fileno(), control.fileno()], start_new_session=True)
        wire.close()
        control.close()
        self._control = ours
        self._replies = ours.makefile("rb")
        self._lock = threading.Lock()
        self._replies.readline()    # it listens now

    def options(self, slot: int) -> list[str]:
        """QEMU's options: the wire on nut's hub, and the device."""
        return ["-netdev", f"dgram,id=wire,local.type=fd,local.str={self.wire.fileno()}",
                "-netdev", "hubport,id=hub-nut,hubid=0,netdev=wire",
                "-device", json.dumps({
                    "driver": "vfio-user-pci", "id": "nut", "addr": f"{slot:#x}", "rombar": 0,
                    "x-msg-timeout": ANSWER_MS,
                    "socket": {"type": "unix", "path": self._path}})]

    def execute(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """A command to the NIC and its answer."""
        with self._lock:
            self._control.sendall(json.dumps(arguments).encode() + b"\n")
            line = self._replies.readline()
        return json.loads(line) if line else {"error": {"desc": "the NIC is gone"}}

    def stop(self) -> None:
        """End it; safe to call again."""
        self._control.close()
        self._replies.close()
        self.wire.close()
        self._process.terminate()
        self._process.wait()
        self._dir.cleanup()
