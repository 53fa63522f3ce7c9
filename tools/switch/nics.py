# SPDX-License-Identifier: GPL-2.0-only
"""The NICs on the PCI bus: which are of the e1000's kind, who drives them, and
how one is taken from a driver and given to another."""

from __future__ import annotations

import fnmatch
import functools
from dataclasses import dataclass
from pathlib import Path

from common import SwitchError, read, run, succeeds, wait_for, write

PCI = Path("/sys/bus/pci")
NET = Path("/sys/class/net")
IFF_UP = 1
OURS = "e1k"
# The stock drivers, of the 8254x and of the 82574L with its kin
STOCK = ("e1000", "e1000e")
# Registering an interface is part of binding; udev may still be renaming it.
APPEAR_SECONDS = 60


@functools.cache
def aliases(module: str) -> tuple[str, ...]:
    """The patterns of devices that a module says it drives; none if there is no such module."""
    try:
        return tuple(run("modinfo", "-F", "alias", module).split())
    except SwitchError:
        return ()


def drives(module: str, modalias: str) -> bool:
    """Whether a module says that it drives such a device."""
    return any(fnmatch.fnmatchcase(modalias, pattern) for pattern in aliases(module))


@dataclass(frozen=True)
class Nic:
    """A NIC, by its place on the bus."""

    address: str

    @property
    def path(self) -> Path:
        return PCI / "devices" / self.address

    @property
    def modalias(self) -> str:
        return read(self.path / "modalias")

    @property
    def chip(self) -> str:
        """Vendor and device, as lspci -n writes them."""
        return ":".join(read(self.path / name).removeprefix("0x") for name in ("vendor", "device"))

    @property
    def driver(self) -> str:
        link = self.path / "driver"
        return link.resolve().name if link.exists() else ""

    @property
    def stock(self) -> str:
        """The stock driver of this model."""
        return next((module for module in STOCK if drives(module, self.modalias)), STOCK[0])

    @property
    def override(self) -> str:
        text = read(self.path / "driver_override")
        return "" if text == "(null)" else text

    @property
    def interface(self) -> str:
        """Its name, if it has a driver and is in this network namespace."""
        net = self.path / "net"
        return next((p.name for p in sorted(net.iterdir())), "") if net.is_dir() else ""

    def __str__(self) -> str:
        return f"{self.interface or 'no interface'} ({self.address})"


def all_nics() -> list[Nic]:
    """The NICs of the e1000's kind, in the order of the bus."""
    found = [Nic(path.name) for path in sorted((PCI / "devices").iterdir())]
    return [nic for nic in found if any(drives(m, nic.modalias) for m in (OURS, *STOCK))]


def find(name: str) -> Nic:
    """A NIC by interface name or PCI address."""
    for nic in all_nics():
        if name in (nic.address, nic.address.removeprefix("0000:"), nic.interface):
            return nic
    if (NET / name).exists():
        raise SwitchError(f"{name} is not a NIC of the e1000's kind; see e1k-switch status")
    raise SwitchError(f"there is no NIC {name}; see e1k-switch status")


def load(module: str) -> None:
    """Load a driver by name or file, and let it take no NIC on its own.

    A driver that is loaded is offered every device that has none. For that
    moment such NICs are reserved for the stock driver.
    """
    if Path("/sys/module", Path(module).name.split(".")[0]).is_dir():
        return
    waiting = [nic for nic in all_nics() if not nic.driver and not nic.override]
    for nic in waiting:
        write(nic.path / "driver_override", nic.stock)
    try:
        if "/" in module:
            for needed in run("modinfo", "-F", "depends", module).strip().split(","):
                if needed:
                    run("modprobe", needed)
            run("insmod", module)
        else:
            run("modprobe", module)
    except SwitchError as error:
        if "Key was rejected" in str(error):
            raise SwitchError(f"{error}\nThis machine only loads signed modules (Secure Boot); "
                              "e1k(4) says how e1k is signed") from None
        raise
    finally:
        for nic in waiting:
            write(nic.path / "driver_override", "\n")


def unload_if_idle() -> None:
    """Unload e1k when it drives nothing any more."""
    devices = PCI / "drivers" / OURS
    if devices.is_dir() and not any(":" in entry.name for entry in devices.iterdir()):
        succeeds("rmmod", OURS)


def bind(nic: Nic, driver: str) -> None:
    """Take the NIC from its driver and give it to another one, which must be loaded."""
    write(nic.path / "driver_override", driver if driver == OURS else "\n")
    if nic.driver == driver:
        return
    if nic.driver:
        unbind = nic.path / "driver/unbind"
        # A driver that is just being loaded has NICs before it has this.
        wait_for(unbind.exists, APPEAR_SECONDS)
        write(unbind, nic.address)
    try:
        write(PCI / "drivers" / driver / "bind", nic.address)
    except SwitchError as error:
        # Someone may have been faster, udev for instance.
        if not wait_for(lambda: nic.driver == driver, 1):
            raise SwitchError(f"{driver} does not take {nic.address}: {error}") from None


def is_up(name: str) -> bool:
    """Whether an interface is there and was brought up."""
    return bool(int(read(NET / name / "flags") or "0", 16) & IFF_UP)


def wait_interface(nic: Nic) -> str:
    """The name of the interface that the new driver made, when udev is done with it."""
    if not wait_for(lambda: nic.interface, APPEAR_SECONDS):
        raise SwitchError(f"{nic.driver or 'no driver'} made no interface for {nic.address}")
    succeeds("udevadm", "settle", "--timeout=30")
    return nic.interface
