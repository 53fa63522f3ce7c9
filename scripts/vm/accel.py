# SPDX-License-Identifier: GPL-2.0-only
"""Decide between KVM and emulation.

That /dev/kvm opens proves nothing: nested set-ups exist where a guest never
gets past its boot loader. So the processor's flags are read first, and then a
probe guest must really run within a limit. The answer is kept until the host
boots again.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from lib.paths import cache_dir, publish
from vm.qemu import cpu_options

PROBE_SECONDS = 20
PROBE_WORD = "e1k-guest: probe ok"


def _cpu_can() -> bool:
    flags = Path("/proc/cpuinfo").read_text()
    return (" vmx" in flags or " svm" in flags) and os.access("/dev/kvm", os.R_OK | os.W_OK)


def _probe(qemu: str, image: Path, initramfs: Path) -> bool:
    arguments = [qemu, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                 "-M", "pc", *cpu_options(qemu, "kvm"), "-m", "512", "-serial", "stdio",
                 "-kernel", str(image), "-initrd", str(initramfs),
                 "-append", "console=ttyS0 quiet panic=-1 e1k.probe"]
    try:
        done = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=PROBE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return PROBE_WORD in done.stdout.decode("utf-8", "replace")


def choose(qemu: str, image: Path, initramfs: Path) -> str:
    """"kvm" or "tcg"; ACCEL= in the environment decides without asking."""
    forced = os.environ.get("ACCEL")
    if forced in ("kvm", "tcg"):
        return forced
    if not _cpu_can():
        return "tcg"
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    remembered = cache_dir("boot") / f"accel-{boot_id}"
    if not remembered.exists():
        publish(remembered, b"kvm" if _probe(qemu, image, initramfs) else b"tcg")
    return remembered.read_text().strip()
