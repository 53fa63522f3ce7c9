# SPDX-License-Identifier: GPL-2.0-only
"""A guest that has KVM, on a machine that has none.

QEMU emulates AMD-V with nested paging: kvm_amd works in such a guest, and a guest of that
guest runs under the real KVM. It is slow, but nothing in it is a model of KVM.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Callable

from vm import accel, qemu
from vm.config import NIC_MODELS, GuestConfig
from vm.guest import Guest, GuestError

# With XSAVE the second level's kernel complains of sizes.
SECOND_CPU = "host,-xsave,la57=off"
LOAD_SECONDS = 120


class Watch:
    """Ends what has not been heard of for so long: a guest of the second level can come to
    a halt with all levels busy, which its own limits of time hardly ever end."""

    def __init__(self, seconds: float, end: Callable[[], Any]) -> None:
        self.stalled = False
        self._seconds = seconds
        self._end = end
        self._last = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def heard(self, limit: float = 0) -> None:
        """limit: in seconds, from here on, if it is less."""
        self._last = time.monotonic()
        self._seconds = min(self._seconds, limit or self._seconds)

    def _watch(self) -> None:
        while not self._over.wait(5):
            if time.monotonic() - self._last > self._seconds:
                self.stalled = True
                self._end()
                return

    def __enter__(self) -> "Watch":
        self.heard()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def plain(**words: Any) -> GuestConfig:
    """Whatever the environment says: that is meant for the second level."""
    return GuestConfig(**{"nic": NIC_MODELS[0], "machine": "pc", "peer": "virtio-net-pci",
                          "kroot": "", "bus": "pci", "smp": 1, "mem": 1024, "append": "",
                          "iommu": False, "disk": False, "patience": 2, **words})


def config(mem: int, append: str = "") -> GuestConfig:
    """The first level. Its time follows its instructions: an emulated exit takes a
    millisecond of a busy machine's time, in which both levels would do nothing but serve
    their timers. Under QEMU 10.0 the second level comes to a halt more often."""
    return plain(mem=mem, append=append, qemu=qemu.newer("10.1", "forky", own=False),
                 cpu_options=tuple(qemu.counted_options()))


def is_needed() -> bool:
    """Whether this machine has no KVM of its own, or ACCEL=tcg says so."""
    guest = Guest(plain(), "kvm")
    return accel.choose(guest.config.qemu, *guest.boot_files()) != "kvm"


def load_kvm(guest: Guest) -> None:
    done = guest.run("modprobe kvm_amd && [ -c /dev/kvm ]", timeout=LOAD_SECONDS)
    if done.code:
        raise GuestError(f"no KVM in the guest: {done.output.decode('utf-8', 'replace')}")
