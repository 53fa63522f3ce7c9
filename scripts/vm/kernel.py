# SPDX-License-Identifier: GPL-2.0-only
"""Find the kernels of a root directory and prepare one for booting."""

from __future__ import annotations

import hashlib
import lzma
import os
import re
import shutil
import struct
import subprocess
import zlib
from dataclasses import dataclass
from pathlib import Path

from lib.paths import cache_dir, publish


# Kernels that scripts/kernel/debug-kernel builds: names for KVER=.
LAB_KINDS = ("debug", "kcsan")


class KernelError(Exception):
    """No usable kernel, or an image that cannot be read."""


@dataclass(frozen=True)
class Kernel:
    """A kernel for a guest whose root is `root` (/ or a KROOT directory).

    A lab kernel is not installed there but kept in the cache.
    """

    release: str
    root: Path
    image: Path
    modules: Path
    has_headers: bool
    is_lab: bool = False

    @property
    def is_host(self) -> bool:
        return self.root == Path("/") and not self.is_lab


def version_key(release: str) -> tuple[list[int], str]:
    """Order 6.9 before 6.12; equal numbers are ordered by the text."""
    return [int(n) for n in re.findall(r"\d+", release)], release


def _image_of(root: Path, release: str) -> Path | None:
    for name in (f"boot/vmlinuz-{release}", f"usr/lib/modules/{release}/vmlinuz"):
        if (root / name).is_file():
            return root / name
    return None


def _has_headers(root: Path, modules: Path) -> bool:
    """The build link is absolute and must be followed inside the root."""
    link = modules / "build"
    if not link.is_symlink():
        return (link / "Makefile").is_file()
    target = os.readlink(link)
    base = root / target.lstrip("/") if target.startswith("/") else modules / target
    return (base / "Makefile").is_file()


def _can_9p(modules: Path) -> bool:
    """Kernels made for one cloud's machines often lack what the guest's root needs."""
    return any("/9p.ko" in (modules / name).read_text()
               for name in ("modules.dep", "modules.builtin"))


def find_kernels(root: Path, lab: str = "") -> list[Kernel]:
    """All kernels below `root` (or of a kind of lab kernels) that a guest could
    boot, oldest first."""
    found = []
    base = cache_dir("kernels") / lab if lab else root
    tree = base / "lib/modules"
    for modules in tree.iterdir() if tree.is_dir() else []:
        image = _image_of(base, modules.name)
        if image and (modules / "modules.dep").is_file() and _can_9p(modules):
            found.append(Kernel(modules.name, root, image, modules,
                                _has_headers(base, modules), bool(lab)))
    return sorted(found, key=lambda k: version_key(k.release))


def choose_kernel(root: Path, want: str = "") -> Kernel:
    """The kernel named `want` (release or its beginning, or a lab kernel's kind, of the
    suite that the root has), else the newest with headers."""
    if want in LAB_KINDS:
        lab = want if root == Path("/") else f"{want}-{root.name}"
        kernels = find_kernels(root, lab)
        if not kernels:
            raise KernelError(f"no kernel {lab}; scripts/kernel/debug-kernel {lab} builds it")
        return kernels[-1]
    kernels = find_kernels(root)
    if want:
        match = [k for k in kernels if k.release == want] or \
                [k for k in kernels if k.release.startswith(want)]
    else:
        match = [k for k in kernels if k.has_headers] or kernels
    if not match:
        have = ", ".join(k.release for k in kernels) or "none"
        raise KernelError(f"no kernel {want or 'with image and headers'} in {root} (found: {have}); "
                          "scripts/setup installs one")
    chosen = match[-1]
    if not os.access(chosen.image, os.R_OK):
        raise KernelError(f"{chosen.image} is not readable for this user "
                          f"(as root: chmod a+r {chosen.image})")
    return chosen


def _unpack(payload: bytes) -> bytes | None:
    """Decompress the payload of a bzImage; None for a format we cannot do."""
    if payload.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload)
    if payload.startswith(b"\x1f\x8b"):
        # Whatever is behind the stream is not looked at.
        return zlib.decompressobj(wbits=31).decompress(payload)
    if payload.startswith(b"\x28\xb5\x2f\xfd") and shutil.which("zstd"):
        # The image has the unpacked size behind the stream, which zstd calls an error.
        return subprocess.run(["zstd", "-dcq"], input=payload, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout
    return None


def _vmlinux_of(image: Path) -> bytes | None:
    """The ELF kernel inside a bzImage, see Documentation/arch/x86/boot.rst; or what is
    packed in an EFI zboot image, see drivers/firmware/efi/libstub/zboot-header.S."""
    data = image.read_bytes()
    if data[4:8] == b"zimg":
        offset, length = struct.unpack_from("<II", data, 8)
        return _unpack(data[offset:offset + length])
    if data[0x202:0x206] != b"HdrS" and data[0x202:0x206] != b"SrdH":
        return None
    setup_sects = data[0x1F1] or 4
    offset, length = struct.unpack_from("<II", data, 0x248)
    start = (setup_sects + 1) * 512 + offset
    elf = _unpack(data[start:start + length])
    return elf if elf and elf.startswith(b"\x7fELF") and b"Xen\0" in elf else None


def boot_image(kernel: Kernel) -> Path:
    """What to give to qemu -kernel.

    The uncompressed ELF image boots through its PVH entry and saves the guest
    from decompressing itself, which is seconds under emulation. Where it
    cannot be had the image is booted as it is.
    """
    stat = kernel.image.stat()
    tag = hashlib.sha256(f"{kernel.image}{stat.st_size}{stat.st_mtime_ns}".encode()).hexdigest()[:12]
    cached = cache_dir("boot") / f"vmlinux-{kernel.release}-{tag}"
    if not cached.exists():
        publish(cached, _vmlinux_of(kernel.image) or b"")
    return cached if cached.stat().st_size else kernel.image
