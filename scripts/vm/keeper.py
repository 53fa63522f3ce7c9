# SPDX-License-Identifier: GPL-2.0-only
"""A guest that stays: one background process boots it and serves other programs.

The process listens on a socket in the guest's directory. A client sends one
JSON line saying what it wants (exec, qmp, info, stop) and for exec goes on
with input messages; the answers are JSON lines too.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Iterator

from lib.paths import BUILD, TREE
from vm.config import GuestConfig
from vm.guest import Guest, GuestError, Job, Result
from vm.qmpclient import QmpError

READY = b"ready\n"


@contextlib.contextmanager
def _address(directory: Path) -> Iterator[str]:
    """A path to the socket that is short however deep the tree lies."""
    fd = os.open(directory, os.O_PATH)
    try:
        yield f"/proc/self/fd/{fd}/keeper.sock"
    finally:
        os.close(fd)


class Keeper:
    """The serving side."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self.done = threading.Event()

    def serve(self) -> None:
        server = socket.socket(socket.AF_UNIX)
        (self.guest.dir / "keeper.sock").unlink(missing_ok=True)
        with _address(self.guest.dir) as address:
            server.bind(address)
        server.listen()
        server.settimeout(1)
        while self.guest.alive and not self.done.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            threading.Thread(target=self._client, args=(client,), daemon=True).start()
        (self.guest.dir / "keeper.sock").unlink(missing_ok=True)
        self.guest.stop()

    def _client(self, client: socket.socket) -> None:
        def answer(message: dict[str, Any]) -> None:
            with contextlib.suppress(OSError):
                client.sendall(json.dumps(message).encode() + b"\n")

        with client, client.makefile("rb") as lines:
            try:
                request = json.loads(lines.readline() or b"{}")
                self._handle(request, lines, answer)
            except (GuestError, QmpError, ValueError, KeyError) as error:
                answer({"error": str(error)})

    def _handle(self, request: dict[str, Any], lines: Any,
                answer: Callable[[dict[str, Any]], None]) -> None:
        operation = request.get("op")
        if operation == "stop":
            self.done.set()
            answer({"ok": True})
        elif operation == "info":
            answer({"kernel": self.guest.kernel.release, "nic": self.guest.config.nic,
                    "machine": self.guest.config.machine, "accel": self.guest.accel,
                    "module": str(self.guest.module)})
        elif operation == "qmp":
            answer(self.guest.qmp.execute(request["execute"], request.get("arguments")))
        elif operation == "exec":
            job = self.guest.launch(request["command"], **request["options"])
            threading.Thread(target=_feed, args=(job, lines), daemon=True).start()
            result = job.wait(on_output=lambda data: answer(
                {"out": base64.b64encode(data).decode()}))
            answer({"exit": result.code})


def _feed(job: Job, lines: Any) -> None:
    """Client's input to the program; a client that goes away hangs it up."""
    with contextlib.suppress(OSError, ValueError, GuestError):
        for line in lines:
            message = json.loads(line)
            if "in" in message:
                job.send_input(base64.b64decode(message["in"]))
            elif "rows" in message:
                job.resize(message["rows"], message["cols"])
            else:
                job.end_input()
        job.signal(1)


class RemoteJob:
    """The client's view of a program in a kept guest; same shape as guest.Job."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def _send(self, message: dict[str, Any]) -> None:
        self._sock.sendall(json.dumps(message).encode() + b"\n")

    def send_input(self, data: bytes) -> None:
        self._send({"in": base64.b64encode(data).decode()})

    def end_input(self) -> None:
        self._send({"eof": True})

    def resize(self, rows: int, cols: int) -> None:
        self._send({"rows": rows, "cols": cols})

    def wait(self, on_output: Callable[[bytes], Any]) -> Result:
        for line in self._sock.makefile("rb"):
            message = json.loads(line)
            if "out" in message:
                on_output(base64.b64decode(message["out"]))
            elif "exit" in message:
                return Result(message["exit"], b"")
            else:
                raise GuestError(message.get("error", "unexpected answer"))
        raise GuestError("the guest died")


def _connect(name: str) -> socket.socket:
    directory = BUILD / "vm" / name
    sock = socket.socket(socket.AF_UNIX)
    try:
        with _address(directory) as address:
            sock.connect(address)
    except OSError:
        sock.close()
        raise GuestError(f"no guest named {name} is running") from None
    return sock


def request(name: str, message: dict[str, Any]) -> dict[str, Any]:
    """One question to a kept guest, one answer."""
    with _connect(name) as sock:
        sock.sendall(json.dumps(message).encode() + b"\n")
        answer = json.loads(sock.makefile("rb").readline() or b'{"error": "the guest died"}')
    if isinstance(answer.get("error"), str):
        raise GuestError(answer["error"])
    return answer


def launch(name: str, command: str | list[str], **options: Any) -> RemoteJob:
    sock = _connect(name)
    message = {"op": "exec", "command": command, "options": options}
    sock.sendall(json.dumps(message).encode() + b"\n")
    return RemoteJob(sock)


def names() -> list[str]:
    """The kept guests that answer."""
    found = []
    for path in sorted((BUILD / "vm").glob("*/keeper.sock")):
        with contextlib.suppress(GuestError):
            _connect(path.parent.name).close()
            found.append(path.parent.name)
    return found


def spawn(name: str, config: GuestConfig) -> None:
    """Start the background process; returns when its guest answers."""
    directory = BUILD / "vm" / name
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / "keeper.log", "wb") as log:
        child = subprocess.Popen(  # pylint: disable=consider-using-with
            [sys.executable, "-m", "vm.keeper", name, json.dumps(dataclasses.asdict(config))],
            env={**os.environ, "PYTHONPATH": str(TREE / "scripts")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
    assert child.stdout
    if child.stdout.readline() != READY:
        raise GuestError((directory / "keeper.log").read_text().strip() or "the keeper died")


def _main() -> int:
    name, config = sys.argv[1], GuestConfig(**json.loads(sys.argv[2]))
    guest = Guest(config, name)
    try:
        guest.start()
    except GuestError as error:
        print(f"{error}\n{guest.console_tail()}", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    # The starter is free to go: keep no pipe of it open.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    Keeper(guest).serve()
    return 0


if __name__ == "__main__":
    sys.exit(_main())
