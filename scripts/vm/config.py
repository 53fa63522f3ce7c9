# SPDX-License-Identifier: GPL-2.0-only
"""What a guest is made of, and how the environment chooses it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from lib.paths import BUILD, TREE, kroot_dir
from nic.personality import PERSONALITIES
from vm.kernel import Kernel, choose_kernel

NUT_MAC = "52:54:00:e1:00:01"
PEER_MAC = "52:54:00:e1:00:02"
SHARE_MAC = "52:54:00:e1:00:03"
SHARE_PEER_MAC = "52:54:00:e1:00:04"

NIC_MODELS = ("e1000", "e1000-82545em", "e1000-82544gc", "e1000e")
# The NIC in software (nic/): the models that it can be. The first does what the manual says.
SOFT_NICS = tuple(PERSONALITIES)
ALL_NICS = (*NIC_MODELS, *SOFT_NICS)
# Other drivers to be compared with (DRV=), and the NIC that each is tried on.
STOCK_NICS = {"e1000": "e1000", "e1000e": "e1000e", "virtio_net": "virtio-net-pci"}
# virt is for arm64, the others are for amd64 and i386.
MACHINES = ("pc", "q35", "virt")
# Where the NIC under test sits: beside the other devices, or behind a root port of PCI
# Express, which can be told that there was an error.
BUSES = ("pci", "port")
# e_machine of an ELF file: see elf.h.
ELF_MACHINES = {0x03: "i386", 0x3E: "amd64", 0xB7: "arm64"}
# Peer device in QEMU -> module that drives it in the guest.
PEER_MODULES = {"virtio-net-pci": "virtio_net", "e1000e": "e1000e"}


class ConfigError(Exception):
    """A choice that does not exist."""


@dataclass(frozen=True)
class Nic:
    """A NIC in a PCI slot of its own, on one of QEMU's hubs."""

    name: str
    model: str
    hub: int
    mac: str
    slot: int
    bus: str = ""


def arch_of(root: Path) -> str:
    """The architecture of the programs in a root directory, as Debian calls it."""
    for name in ("bin/busybox", "usr/bin/busybox", "usr/bin/env", "bin/env"):
        if (root / name).is_file():
            with open(root / name, "rb") as file:
                return ELF_MACHINES.get(int.from_bytes(file.read(20)[18:20], "little"), "amd64")
    return "amd64"


def _number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) == 0:
        raise ConfigError(f"{name}={text} is not a positive number")
    return int(text)


@dataclass
class GuestConfig:
    """One guest's hardware and kernel. Defaults come from the environment."""

    nic: str = field(default_factory=lambda: os.environ.get("NIC") or NIC_MODELS[0])
    machine: str = field(default_factory=lambda: os.environ.get("MACHINE") or MACHINES[0])
    peer: str = field(default_factory=lambda: os.environ.get("PEER") or "virtio-net-pci")
    kroot: str = field(default_factory=lambda: os.environ.get("KROOT") or "")
    kver: str = field(default_factory=lambda: os.environ.get("KVER") or "")
    smp: int = field(default_factory=lambda: _number("SMP", 2))
    mem: int = field(default_factory=lambda: _number("MEM", 1024))
    append: str = field(default_factory=lambda: os.environ.get("APPEND") or "")
    qemu: str = field(default_factory=lambda: os.environ.get("QEMU") or "")
    iommu: bool = field(default_factory=lambda: bool(os.environ.get("IOMMU")))
    disk: bool = field(default_factory=lambda: bool(os.environ.get("DISK")))
    bus: str = field(default_factory=lambda: os.environ.get("BUS") or BUSES[0])
    leaks: bool = field(default_factory=lambda: bool(os.environ.get("LEAKS")))
    # The guest's clock counts instructions: a busy host slows it down and no limit passes.
    counted: bool = field(default_factory=lambda: bool(os.environ.get("COUNTED")))
    patience: int = field(default_factory=lambda: _number("PATIENCE", 1))
    verbose_boot: bool = False
    # For other programs than the tests: NICs instead of the four above, what
    # to say instead of the usual -accel and -cpu, and further options.
    nics: tuple[Nic, ...] = ()
    cpu_options: tuple[str, ...] = ()
    qemu_options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.qemu:
            self.qemu = f"qemu-system-{'aarch64' if self.arch == 'arm64' else 'x86_64'}"

    @property
    def arch(self) -> str:
        """The architecture of the guest's programs; its kernel's, too."""
        return arch_of(self.root)

    def check(self) -> None:
        """Refuse what QEMU would refuse later and less clearly."""
        for name, value, allowed in (("NIC", self.nic, (*ALL_NICS, *STOCK_NICS.values())),
                                     ("MACHINE", self.machine, MACHINES),
                                     ("BUS", self.bus, BUSES),
                                     ("PEER", self.peer, tuple(PEER_MODULES))):
            if value not in allowed:
                raise ConfigError(f"{name}={value}: choose one of {', '.join(allowed)}")
        if (self.machine == "virt") != (self.arch == "arm64"):
            raise ConfigError(f"MACHINE={self.machine} is none for {self.arch}")
        if self.counted and self.machine == "virt":
            raise ConfigError("COUNTED=1 is not for MACHINE=virt")
        if self.iommu and self.machine != "q35":
            raise ConfigError("IOMMU=1 needs MACHINE=q35")
        if self.bus != BUSES[0] and (self.machine != "q35" or self.nic in SOFT_NICS):
            raise ConfigError(f"BUS={self.bus} needs MACHINE=q35 and a NIC of QEMU's")
        if not self.root.is_dir():
            raise ConfigError(f"KROOT={self.kroot}: {self.root} does not exist "
                              "(scripts/kernel/kroot makes one)")

    @property
    def root(self) -> Path:
        return kroot_dir(self.kroot)

    def kernel(self) -> Kernel:
        return choose_kernel(self.root, self.kver)

    def module_path(self, kernel: Kernel) -> Path:
        """The module under test for this kernel, as seen on the host."""
        if kernel.is_host:
            return TREE / "e1k.ko"
        return BUILD / kernel.release / "e1k.ko"

    def guest_env(self, kernel: Kernel) -> dict[str, str]:
        """The fixed environment of every program run in the guest."""
        module = "/e1k/" + str(self.module_path(kernel).relative_to(TREE))
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/e1k/tools/walk",
            "HOME": "/root", "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash",
            "LANG": "C.UTF-8", "TERM": "dumb", "TMPDIR": "/tmp",
            # For "from lib import ..." in a test, whatever folder it is in.
            "PYTHONPATH": "/e1k/tests:/e1k/scripts",
            # The tree cannot be written to: without this each test compiles all that it imports.
            "PYTHONPYCACHEPREFIX": "/run/pycache",
            "E1K_KO": os.environ.get("E1K_KO") or module,
            "DRV": os.environ.get("DRV") or "",
            "NIC": self.nic, "MACHINE": self.machine, "PEER": self.peer,
            "NUT_MAC": NUT_MAC, "PEER_MAC": PEER_MAC,
            "SHARE_MAC": SHARE_MAC, "SHARE_PEER_MAC": SHARE_PEER_MAC,
            "KSFT_MACHINE_SLOW": "yes",
            # How many times longer than usual a test waits before it gives up
            "E1K_PATIENCE": str(self.patience * (4 if kernel.is_lab else 1)),
            # Wishes to tests: seeds, longer forms.
            **{k: v for k, v in os.environ.items() if k.startswith("E1K_TEST_")},
        }
