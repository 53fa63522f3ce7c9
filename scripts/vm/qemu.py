# SPDX-License-Identifier: GPL-2.0-only
"""The QEMU command line of a guest."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from pathlib import Path

from lib.paths import TREE
from nic.personality import PERSONALITIES
from vm import hosttsc
from vm.config import (NUT_MAC, PEER_MAC, SHARE_MAC, SHARE_PEER_MAC, SOFT_NICS, ConfigError,
                       GuestConfig, Nic)

# Slot numbers are fixed so that a guest looks the same each time. Four slots
# apart means the same INTx line on both machines: `share` sits on nut's.
SLOTS = {"ctl": 2, "root": 3, "nut": 4, "peer": 5, "share-peer": 6, "e1k": 7, "share": 8,
         "out": 9, "rng": 10, "port": 11}

MACHINE_OPTIONS = {
    # No device that the guest would only spend boot time on.
    "pc": "pc,usb=off,vmport=off,smbus=off",
    "q35": "q35,usb=off,vmport=off,smbus=off,sata=off",
    "virt": "virt",
}
CONSOLES = {"virt": "ttyAMA0"}


@functools.cache
def version(qemu: str) -> tuple[int, int]:
    """QEMU's major and minor version."""
    text = subprocess.run([qemu, "--version"], stdout=subprocess.PIPE, check=True, text=True).stdout
    match = re.search(r"version (\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def newer(wanted: str, suite: str, own: bool = True) -> str:
    """The path of a QEMU of that version or a newer one; that suite's, unpacked into the
    cache, if this machine's own is older or not wanted."""
    done = subprocess.run([str(TREE / "scripts/vm/newer-qemu"), wanted, suite],
                          env=None if own else {**os.environ, "QEMU": "none"},
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise ConfigError(f"no QEMU {wanted} or newer")
    return done.stdout.strip()


def tcg_threads(qemu: str) -> str:
    """Whether emulated processors get a host thread each ("multi") or share one.

    Before QEMU 8.1 a processor could keep a translation of code that another
    one was just changing: it then took the breakpoint of a long finished text
    patch for ever, about once in fifty boots.
    """
    return os.environ.get("TCG_THREADS") or ("multi" if version(qemu) >= (8, 1) else "single")


def cpu_options(qemu: str, accel: str) -> list[str]:
    if accel == "kvm":
        return ["-accel", "kvm", "-cpu", os.environ.get("KVM_CPU") or "host"]
    if "aarch64" in qemu:
        return ["-accel", f"tcg,thread={tcg_threads(qemu)},tb-size=256", "-cpu", "cortex-a57"]
    # Five-level page tables would only make emulated address translation slower.
    return ["-accel", f"tcg,thread={tcg_threads(qemu)},tb-size=256", "-cpu", "max,la57=off"]


def counted_qemu() -> str:
    """The same one everywhere, unpacked into the cache, so that results can be compared.
    Older ones hang with -icount, the e1000 of newer ones has hardly a counter."""
    return newer("10.0", "trixie", own=False)


def counted_options() -> list[str]:
    """One instruction is a nanosecond, whichever of the processors has it. A repeated move
    would count once for each byte: the guest is told that its processor has no fast ones."""
    return ["-accel", "tcg,thread=single,tb-size=256", "-cpu", "max,la57=off,erms=off,fsrm=off",
            "-icount", "shift=0,sleep=on"]


def emulated_time(tells_rate: bool = True) -> list[str]:
    """Kernel arguments for a guest whose processors are emulated."""
    # They starve when the host is busy: that is not a lockup, and no reason to give
    # up the only cheap clock.
    words = ["tsc=reliable", "watchdog_thresh=30", "rcupdate.rcu_cpu_stall_timeout=60",
             "nmi_watchdog=0"]
    rate = hosttsc.khz() if tells_rate else 0
    return words + ([f"tsc_early_khz={rate}"] if rate else [])


def needs_override(config: GuestConfig) -> bool:
    """Whether the driver only gets the NIC where it is named: it leaves such a NIC alone, or the
    peer's driver, which is loaded first, would take it."""
    if config.nic in SOFT_NICS:
        return PERSONALITIES[config.nic].needs_override
    return config.nic == config.peer and not config.nics and not os.environ.get("DRV")


def kernel_arguments(config: GuestConfig, accel: str, is_lab: bool) -> str:
    words = [
        f"console={CONSOLES.get(config.machine, 'ttyS0')}", "panic=-1", "oops=panic", "unknown_nmi_panic", "net.ifnames=0",
        # The stock driver must never take the NIC under test.
        "modprobe.blacklist=e1000",
        "iomem=relaxed",    # tests break the NIC through its registers
        "mitigations=off", "nokaslr", "apparmor=0", "audit=0", "random.trust_cpu=on",
        "8250.nr_uarts=1", "log_buf_len=4M", "cryptomgr.notests", "no_timer_check",
        "i8042.noprobe", "raid=noautodetect",
    ]
    if accel != "kvm" or config.patience > 1:
        # KVM tells the rate itself, and a clock that counts instructions has another one.
        counts = config.counted or "-icount" in config.cpu_options
        words += emulated_time(tells_rate=accel != "kvm" and not counts)
    if needs_override(config):
        words += [f"e1k.override=0000:00:{SLOTS['nut']:02x}.0"]
    if config.iommu:
        # Each mapping is torn down at once: a late access faults.
        words += ["intel_iommu=on", "iommu=nopt", "iommu.strict=1"]
    if config.disk:
        # Set aside for the kernel that is started after a crash.
        words += ["e1k.disk", "no_console_suspend", "crashkernel=256M"]
    if is_lab:
        # Built in, these make interfaces at boot.
        words += ["bonding.max_bonds=0", "dummy.numdummies=0", "ifb.numifbs=0"]
        # Its interpreter of ACPI takes a minute over the routing of interrupts.
        words += ["acpi=noirq", "watchdog_thresh=60"]
        # It doubles what an allocation costs
        words += [] if config.leaks else ["kmemleak=off"]
    words += ["ignore_loglevel"] if config.verbose_boot else ["quiet", "loglevel=4"]
    return " ".join([*words, *config.append.split()])


def port_options(config: GuestConfig) -> list[str]:
    """A root port for the NIC under test, with a second function beside it that no driver
    takes. Hardware has no NIC of plain PCI there, QEMU takes it. The kernel waits for the link
    of a faster port to say that it is active, which this one never does."""
    if config.bus != "port":
        return []
    return ["-device", f"pcie-root-port,id=nut-port,addr={SLOTS['port']:#x},hotplug=off,"
            "x-speed=2_5,x-width=1,romfile=",
            "-device", "pci-testdev,id=stranger,bus=nut-port,addr=0x0.0x1"]


def standard_nics(config: GuestConfig) -> tuple[Nic, ...]:
    where = (0, "nut-port,multifunction=on") if config.bus == "port" else (SLOTS["nut"], "")
    return (Nic("nut", config.nic, 0, NUT_MAC, *where),
            Nic("peer", config.peer, 0, PEER_MAC, SLOTS["peer"]),
            Nic("share", "rtl8139", 1, SHARE_MAC, SLOTS["share"]),
            Nic("share-peer", "virtio-net-pci", 1, SHARE_PEER_MAC, SLOTS["share-peer"]))


def nic_options(config: GuestConfig) -> list[str]:
    options = ["-nic", "none"]
    for nic in config.nics or standard_nics(config):
        if nic.model in SOFT_NICS:
            continue    # softnic.py has its options
        options += ["-netdev", f"hubport,id=hub-{nic.name},hubid={nic.hub}",
                    "-device", f"{nic.model},id={nic.name},netdev=hub-{nic.name},mac={nic.mac},"
                               f"addr={nic.slot:#x},romfile=" + (f",bus={nic.bus}" if nic.bus else "")]
    return options


def _share(tag: str, path: Path, readonly: bool) -> list[str]:
    # QEMU reads commas in a path as the next option unless they are doubled.
    quoted = str(path).replace(",", ",,")
    mode = ",readonly=on" if readonly else ""
    return ["-fsdev", f"local,id=fs-{tag},path={quoted},security_model=none,multidevs=remap{mode}",
            "-device", f"virtio-9p-pci,fsdev=fs-{tag},mount_tag={tag},addr={SLOTS[tag]:#x}"]


def _disk(tag: str, path: Path) -> list[str]:
    quoted = str(path).replace(",", ",,")
    return ["-drive", f"if=none,id=disk-{tag},file={quoted},format=raw,readonly=on",
            "-device", f"virtio-blk-pci,drive=disk-{tag},addr={SLOTS[tag]:#x}"]


def root_options(config: GuestConfig, out: Path, disks: dict[str, Path]) -> list[str]:
    """The guest's root, the tree and a way out; or the first two as disks."""
    if disks:
        return [word for tag, path in disks.items() for word in _disk(tag, path)]
    return [*_share("root", config.root, readonly=True), *_share("e1k", TREE, readonly=True),
            *_share("out", out, readonly=False)]


def channel_options(console: Path, ctl: int, agent_qmp: int, qmp: int) -> list[str]:
    """Console to a file; agent, QMP relay and QMP on inherited sockets."""
    quoted = str(console).replace(",", ",,")
    return [
        "-chardev", f"file,id=console,path={quoted},append=on", "-serial", "chardev:console",
        "-chardev", f"socket,id=ctl,fd={ctl}",
        "-chardev", f"socket,id=agent-qmp,fd={agent_qmp}",
        "-chardev", f"socket,id=qmp,fd={qmp}", "-mon", "chardev=qmp,mode=control",
        "-device", f"virtio-serial-pci,id=serial,addr={SLOTS['ctl']:#x}",
        "-device", "virtserialport,bus=serial.0,nr=1,chardev=ctl,name=e1k.ctl",
        "-device", "virtserialport,bus=serial.0,nr=2,chardev=agent-qmp,name=e1k.qmp",
    ]


def command(config: GuestConfig, accel: str, image: Path, initramfs: Path, out: Path,
            is_lab: bool = False, disks: dict[str, Path] | None = None) -> list[str]:
    """Everything but the channels. Disks, if any, are "root" and "e1k", in this order."""
    processor = config.cpu_options or (counted_options() if config.counted else
                                       cpu_options(config.qemu, accel))
    return [
        config.qemu, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-M", MACHINE_OPTIONS[config.machine], *processor,
        "-smp", str(config.smp), "-m", str(config.mem),
        "-kernel", str(image), "-initrd", str(initramfs),
        "-append", kernel_arguments(config, accel, is_lab),
        *(["-device", "intel-iommu"] if config.iommu else []),
        *root_options(config, out, disks or {}),
        "-device", f"virtio-rng-pci,addr={SLOTS['rng']:#x}",
        *port_options(config), *nic_options(config),
        *config.qemu_options,
    ]
