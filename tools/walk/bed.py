# SPDX-License-Identifier: GPL-2.0-only
"""Two ends of one wire in one kernel: the NIC under test in a namespace of its
own, its peer outside. What was not there before is gone afterwards."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Iterator

from errors import WalkError

NS = "nut"
NUT_IP, PEER_IP, FAR_IP = "192.0.2.1", "192.0.2.2", "198.51.100.2"
NUT_IP6, PEER_IP6 = "2001:db8::1", "2001:db8::2"
PEER_MAC = os.environ.get("PEER_MAC", "52:54:00:e1:00:02")
SHARE_MAC = os.environ.get("SHARE_MAC", "52:54:00:e1:00:03")
SHARE_PEER_MAC = os.environ.get("SHARE_PEER_MAC", "52:54:00:e1:00:04")
PATIENCE = 30
# Parts of the names of the kernel's functions in which those sleep that wait for a socket.
SLEEPING = ("poll", "wait_for_more_packets", "inet_csk_", "wait_woken")
LIBC = ctypes.CDLL(None, use_errno=True)


def run(*command: str, check: bool = True, ns: str = "") -> str:
    """A program; what it printed."""
    if ns:
        command = ("ip", "netns", "exec", ns, *command)
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
    except FileNotFoundError as error:
        raise WalkError(f"{command[0]} is needed and not installed") from error
    if check and done.returncode:
        raise WalkError(f"'{' '.join(command)}' failed: {done.stdout.strip()}")
    return done.stdout


@contextlib.contextmanager
def namespace(name: str = NS) -> Iterator[None]:
    """What this thread opens inside belongs to the network namespace."""
    with open("/proc/thread-self/ns/net", encoding="ascii") as home, \
            open(f"/run/netns/{name}", encoding="ascii") as there:
        if LIBC.setns(there.fileno(), 0):
            raise WalkError(f"cannot enter the namespace {name}")
        try:
            yield
        finally:
            LIBC.setns(home.fileno(), 0)


def name_thread(name: str) -> None:
    """Shown by the kernel as the task's name."""
    LIBC.prctl(15, name.encode(), 0, 0, 0)


def driver_of(device: str) -> str:
    return os.path.basename(os.path.realpath(f"/sys/class/net/{device}/device/driver"))


def interface(mac: str) -> str | None:
    for path in Path("/sys/class/net").iterdir():
        with contextlib.suppress(OSError):
            if (path / "device").exists() and \
                    (path / "address").read_text(encoding="ascii").strip() == mac:
                return path.name
    return None


def wait_for(condition, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise WalkError(f"waited in vain for {what}")
        time.sleep(0.02)


class Background(threading.Thread):
    """A task with a name, in a namespace; what it raised is raised again in join()."""

    def __init__(self, name: str, function, ns: str = "") -> None:
        super().__init__(daemon=True)
        self.task, self.function, self.ns = name, function, ns
        self.result, self.error = None, None
        self.start()

    def run(self) -> None:
        name_thread(self.task)
        try:
            with namespace(self.ns) if self.ns else contextlib.nullcontext():
                self.result = self.function()
        except (OSError, WalkError) as error:
            self.error = error

    def wait_asleep(self) -> None:
        """Until it sleeps in poll(), where a socket with a time limit waits, or in the
        system call itself."""
        end = time.monotonic() + 1
        while self.is_alive() and time.monotonic() < end:
            with contextlib.suppress(OSError):
                path = Path(f"/proc/self/task/{self.native_id}/wchan")
                where = path.read_text(encoding="ascii")
                if any(name in where for name in SLEEPING):
                    return
            time.sleep(0.005)

    def finish(self):
        self.join(PATIENCE)
        if self.error or self.is_alive():
            raise WalkError(f"{self.task}: {self.error or 'does not end'}")
        return self.result


class Bed:
    """Use as a context manager."""

    def __init__(self, driver: str = "e1k") -> None:
        """driver: of the NIC under test."""
        self.driver = driver
        self.made_ns = False
        self.nut = ""
        self.peer = interface(PEER_MAC) or ""
        self.undo: list[tuple[str, ...]] = []

    def __enter__(self) -> "Bed":
        if not self.peer:
            raise WalkError(f"no peer NIC ({PEER_MAC}) here: scenarios need the guest of "
                            "'make walk' or 'make shell'; elsewhere use --follow")
        # Before the probes: those of a module can only be put into it.
        run("modprobe", "-a", "bridge", "8021q", "ipip", "nf_tables", check=False)
        run("modprobe", "bonding", "max_bonds=0", check=False)
        try:
            self.nut = self.in_namespace() or self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def in_namespace(self) -> str | None:
        if not os.path.exists(f"/run/netns/{NS}"):
            return None
        names = run("ls", "/sys/class/net", ns=NS).split()
        for name in names:
            if self.driver in run("sh", "-c", f"readlink /sys/class/net/{name}/device/driver || :",
                            ns=NS).rpartition("/")[2]:
                return name
        return None

    def make(self) -> str:
        nuts = [path.name for path in Path("/sys/class/net").iterdir()
                if driver_of(path.name).startswith(self.driver)]
        if not nuts:
            raise WalkError(f"no interface is driven by {self.driver}: load the module first")
        nut = nuts[0]
        run("ip", "netns", "add", NS)
        self.made_ns = True
        run("ip", "link", "set", nut, "netns", NS)
        for line in (f"-n {NS} link set lo up",
                     f"-n {NS} link set {nut} addrgenmode none",
                     f"-n {NS} addr add {NUT_IP}/24 dev {nut}",
                     f"-n {NS} addr add {NUT_IP6}/64 dev {nut} nodad",
                     f"-n {NS} link set {nut} up",
                     f"link set {self.peer} addrgenmode none",
                     f"addr replace {PEER_IP}/24 dev {self.peer}",
                     f"addr replace {PEER_IP6}/64 dev {self.peer} nodad",
                     f"link set {self.peer} up"):
            run("ip", *line.split())
        wait_for(lambda: "LOWER_UP" in run("ip", "-n", NS, "link", "show", "dev", nut),
                 f"a carrier on {nut}")
        return nut

    def __exit__(self, *_: object) -> None:
        for command in reversed(self.undo):
            run(*command, check=False)
        self.undo.clear()
        if self.made_ns:
            run("ip", "netns", "del", NS, check=False)
            run("ip", "addr", "flush", "dev", self.peer, check=False)

    def path_of_nut(self) -> str:
        """The PCI device of the NIC under test."""
        return run("readlink", "-f", f"/sys/class/net/{self.nut}/device", ns=NS).strip()

    def by_message(self) -> bool:
        """Does its driver take messages (MSI-X), of which each belongs to one queue?"""
        messages = Path(self.path_of_nut()) / "msi_irqs"
        return messages.is_dir() and len(list(messages.iterdir())) > 1

    # --- what scenarios do -----------------------------------------------------

    def ip(self, line: str, undo: str = "", ns: str = NS) -> None:
        """An ip command in the namespace, and the one that takes it back."""
        where = ("-n", ns) if ns else ()
        run("ip", *where, *line.split())
        if undo:
            self.undo.append(("ip", *where, *undo.split()))

    def set_file(self, path: str, value: str, ns: str = NS) -> str:
        """Write to /sys or /proc there; undone at the end."""
        old = run("cat", path, ns=ns).strip()
        run("sh", "-c", f"echo {value} > {path}", ns=ns)
        self.undo.append(("ip", "netns", "exec", ns, "sh", "-c", f"echo {old} > {path}") if ns
                         else ("sh", "-c", f"echo {old} > {path}"))
        return old

    def restore(self) -> None:
        for command in reversed(self.undo):
            run(*command, check=False)
        self.undo.clear()

    def settle(self, nut: str = NUT_IP, peer: str = PEER_IP) -> None:
        """ARP answered on both sides, so that only the packet itself is seen.

        Some writes to the NIC stop it from receiving for a second: until it answers.
        """
        for address, ns in ((peer, NS), (nut, "")):
            wait_for(lambda address=address, ns=ns: " 0% packet loss" in
                     run("ping", "-q", "-c1", "-w1", address, ns=ns, check=False),
                     f"an answer of {address}")

    def counters(self) -> dict[str, int]:
        """ethtool -S of the NIC under test, its standard groups, and what of ip -s -s link
        tells of lost frames."""
        text = run("ethtool", "-S", self.nut, ns=NS, check=False)
        text += run("ethtool", "-S", self.nut, "--all-groups", ns=NS, check=False)
        text += run("sh", "-c", f"cd /sys/class/net/{self.nut}/statistics && grep -H . rx_*_errors",
                    ns=NS, check=False)
        pairs = (line.rpartition(":")[::2] for line in text.splitlines())
        return {key.strip(): int(value) for key, value in pairs if value.strip().isdigit()}

    def socket(self, where: str, kind: int = socket.SOCK_DGRAM, proto: int = 0,
               family: int = socket.AF_INET) -> socket.socket:
        """where: "nut" or "peer"."""
        with namespace() if where == "nut" else contextlib.nullcontext():
            made = socket.socket(family, kind, proto)
        made.settimeout(PATIENCE)
        return made
