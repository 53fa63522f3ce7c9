# SPDX-License-Identifier: GPL-2.0-only
"""A guest that has KVM, on a machine that has none.

QEMU emulates AMD-V with nested paging: kvm_amd works in such a guest, and a guest of that
guest runs under the real KVM. It is slow, but nothing in it is a model of KVM.
"""

from __future__ import annotations

from typing import Any

import accel
import qemu
from config import NIC_MODELS, GuestConfig
from guest import Guest, GuestError

QEMU = ("10.0", "trixie")
# The second level has the same processor. With XSAVE its kernel complains of sizes, and
# without fast string operations no instruction counts as thousands (-icount).
CPU = "max,la57=off,-xsave,-erms,-fsrm"
LOAD_SECONDS = 120


def plain(**words: Any) -> GuestConfig:
    """Whatever the environment says: that is meant for the second level."""
    return GuestConfig(**{"nic": NIC_MODELS[0], "machine": "pc", "peer": "virtio-net-pci",
                          "kroot": "", "bus": "pci", "smp": 1, "mem": 1024, "append": "",
                          "iommu": False, "disk": False, "patience": 2, **words})


def config(smp: int, mem: int, icount: bool = False, append: str = "") -> GuestConfig:
    """The first level."""
    time = ("-icount", "shift=0,sleep=on") if icount else ()
    threads = "single" if icount else "multi"
    return plain(smp=smp, mem=mem, append=append, qemu=qemu.newer(*QEMU), cpu_options=(
        "-accel", f"tcg,thread={threads},tb-size=512", "-cpu", CPU, *time))


def is_needed() -> bool:
    """Whether this machine has no KVM of its own, or ACCEL=tcg says so."""
    guest = Guest(plain(), "kvm")
    return accel.choose(guest.config.qemu, *guest.boot_files()) != "kvm"


def load_kvm(guest: Guest) -> None:
    done = guest.run("modprobe kvm_amd && [ -c /dev/kvm ]", timeout=LOAD_SECONDS)
    if done.code:
        raise GuestError(f"no KVM in the guest: {done.output.decode('utf-8', 'replace')}")
