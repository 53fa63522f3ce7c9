# SPDX-License-Identifier: GPL-2.0-only
"""QMP on the host: send commands, collect events, serve the guest's requests."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any, Callable


class QmpError(Exception):
    """QEMU refused a command, or is gone."""


class QmpClient:
    """One QMP connection, usable from several threads."""

    def __init__(self, sock: socket.socket,
                 nic: Callable[[dict[str, Any]], dict[str, Any]] | None = None) -> None:
        self._sock = sock
        self._nic = nic
        self._file = sock.makefile("rb")
        self._lock = threading.Lock()
        self._changed = threading.Condition()
        self._replies: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._closed = False
        self._greeted = False
        self._negotiated = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for line in self._file:
                message = json.loads(line)
                with self._changed:
                    if "QMP" in message:
                        self._greeted = True
                    elif "event" in message:
                        self._events.append(message)
                    else:
                        self._replies.append(message)
                    self._changed.notify_all()
        except (OSError, ValueError):
            pass
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _negotiate(self) -> None:
        if self._negotiated:
            return
        with self._changed:
            if not self._changed.wait_for(lambda: self._greeted or self._closed, 30):
                raise QmpError("no greeting from QEMU")
        self._exchange({"execute": "qmp_capabilities"})
        self._negotiated = True

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            self._sock.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise QmpError(f"QEMU is gone: {error}") from error
        with self._changed:
            if not self._changed.wait_for(lambda: self._replies or self._closed, 60):
                raise QmpError(f"no reply to {request['execute']}")
            if not self._replies:
                raise QmpError("QEMU is gone")
            return self._replies.pop(0)

    def execute(self, name: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run a command or one of the extras below; the whole reply message."""
        arguments = arguments or {}
        if self._nic and name == "set_link" and arguments.get("name") == "nut":
            return self._nic({"op": "link", "up": arguments["up"]})
        extra = {"x-pause": self._pause, "x-later": self._later, "x-after": self._after,
                 "x-wait-event": self._wait_event, "x-nic": self._nic}.get(name)
        if extra:
            return extra(arguments)
        with self._lock:
            self._negotiate()
            request: dict[str, Any] = {"execute": name}
            if arguments:
                request["arguments"] = arguments
            return self._exchange(request)

    def _pause(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Stop the virtual machine for some seconds of the host's time."""
        reply = self.execute("stop")
        time.sleep(float(arguments.get("seconds", 1)))
        if "error" in reply:
            return reply
        if self._nic:
            self._nic({"op": "resumed"})
        return self.execute("cont")

    def _later(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a command some seconds from now, when the guest may be asleep."""
        timer = threading.Timer(float(arguments.get("seconds", 1)), self.execute,
                                (arguments["execute"], arguments.get("arguments")))
        timer.daemon = True
        timer.start()
        return {"return": {}}

    def _after(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Run a command when an event has come: SUSPEND, for instance."""
        def body() -> None:
            if "return" in self._wait_event({"timeout": 600, **arguments}):
                self.execute(arguments["execute"])
        # Before that no event is sent
        with self._lock:
            self._negotiate()
        threading.Thread(target=body, daemon=True).start()
        return {"return": {}}

    def _wait_event(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Wait for an event by name (and optionally data); each is reported once."""
        def found() -> dict[str, Any] | None:
            for event in self._events:
                data = event.get("data", {})
                if event["event"] == arguments["event"] and \
                        all(data.get(k) == v for k, v in arguments.get("data", {}).items()):
                    return event
            return None
        with self._changed:
            if not self._changed.wait_for(found, float(arguments.get("timeout", 60))):
                return {"error": {"desc": f"no event {arguments['event']}"}}
            event = found()
            assert event
            self._events.remove(event)
            return {"return": event}


def serve_guest(port: socket.socket, client: QmpClient,
                movers: dict[str, Callable[[dict[str, Any]], None]]) -> None:
    """Answer the requests that programs in the guest write to e1k.qmp, for ever.

    Movers answer themselves, by another port: this one is gone then.
    """
    try:
        for line in port.makefile("rb"):
            try:
                request = json.loads(line)
                if request["execute"] in movers:
                    movers[request["execute"]](request.get("arguments") or {})
                    return
                reply = client.execute(request["execute"], request.get("arguments"))
            except (QmpError, ValueError, KeyError, TypeError) as error:
                reply = {"error": {"desc": f"{type(error).__name__}: {error}"}}
            port.sendall(json.dumps(reply).encode() + b"\n")
    except OSError:
        pass
