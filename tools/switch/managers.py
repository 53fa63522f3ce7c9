# SPDX-License-Identifier: GPL-2.0-only
"""The programs that configure interfaces. Each is told before a NIC is taken
from under it, and asked to configure the interface afterwards.

An interface may have none of them, or one; nothing here assumes that a program
is installed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from common import SwitchError, run, succeeds, wait_for
from nics import is_up

NETWORKD_DONE = ("configured", "unmanaged", "failed")


class NetworkManager:
    """Profiles that are active on the interfaces, by UUID."""

    name = "NetworkManager"

    def __init__(self, names: list[str]) -> None:
        self._active: list[tuple[str, str]] = []
        if not shutil.which("nmcli") or \
                not succeeds("systemctl", "-q", "is-active", "NetworkManager.service"):
            return
        fields = ("-t", "-f", "UUID,DEVICE,FILENAME")
        for line in run("nmcli", *fields, "connection", "show", "--active").splitlines():
            uuid, device, file = line.split(":", 2)
            # What is in /run was not asked for but found.
            if device in names and not file.startswith("/run/"):
                self._active.append((device, uuid))
        self._active.sort(key=lambda item: names.index(item[0]))

    @property
    def interfaces(self) -> list[str]:
        return [device for device, _ in self._active]

    def before(self) -> None:
        """It notices by itself that the interface goes."""

    def after(self, seconds: float) -> None:
        """Activate the same profiles again."""
        for device, uuid in self._active:
            def activate() -> bool:
                return succeeds("nmcli", "--wait", str(int(seconds)), "connection", "up",
                                "uuid", uuid, timeout=seconds + 5)
            if not wait_for(activate, seconds):
                raise SwitchError(f"NetworkManager does not activate {device} again")


class Networkd:
    """systemd-networkd; it configures what appears by itself."""

    name = "systemd-networkd"

    def __init__(self, names: list[str]) -> None:
        self.interfaces: list[str] = []
        if shutil.which("networkctl") and \
                succeeds("systemctl", "-q", "is-active", "systemd-networkd.service"):
            self.interfaces = [n for n in names if self._setup(n) not in ("", "unmanaged")]

    @staticmethod
    def _setup(name: str) -> str:
        try:
            words = run("networkctl", "--no-legend", "--no-pager", "list", name).split()
        except SwitchError:
            return ""
        return words[-1] if words else ""

    def before(self) -> None:
        """It notices by itself that the interface goes."""

    def after(self, seconds: float) -> None:
        """Wait until it has finished; before that it removes what it did not set itself."""
        for name in self.interfaces:
            if not wait_for(lambda: self._setup(name) in NETWORKD_DONE, seconds):
                raise SwitchError(f"systemd-networkd does not finish with {name}")


class Ifupdown:
    """ifup and ifdown; for hot-plugged interfaces as a service of systemd, which
    would take the new interface down for the old one's sake if it were not
    stopped first."""

    name = "ifupdown"

    def __init__(self, names: list[str]) -> None:
        self.interfaces: list[str] = []
        self._service: set[str] = set()
        if not shutil.which("ifquery") or not Path("/run/network").is_dir():
            return
        state = [line.partition("=")[0] for line in run("ifquery", "--state").split()]
        self.interfaces = [n for n in names if n in state]
        if shutil.which("systemctl"):
            self._service = {n for n in self.interfaces
                             if succeeds("systemctl", "-q", "is-active", f"ifup@{n}.service")}

    def before(self) -> None:
        for name in reversed(self.interfaces):
            if name in self._service:
                run("systemctl", "stop", f"ifup@{name}.service")
            # Content if the interface is down already.
            run("ifdown", name)

    def after(self, seconds: float) -> None:
        for name in self.interfaces:
            if name in self._service:
                run("systemctl", "start", f"ifup@{name}.service", timeout=seconds)
            # The service only starts it; this waits until it is done, or nearly so.
            run("ifup", name, timeout=seconds)
            wait_for(lambda: is_up(name), seconds)


Manager = NetworkManager | Networkd | Ifupdown


def in_charge(names: list[str]) -> list[Manager]:
    """Those that have configured one of these interfaces."""
    found = (kind(names) for kind in (NetworkManager, Networkd, Ifupdown))
    return [manager for manager in found if manager.interfaces]
