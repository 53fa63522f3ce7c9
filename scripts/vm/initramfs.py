# SPDX-License-Identifier: GPL-2.0-only
"""Build the small initramfs that mounts the guest's root, over 9p or from a disk.

It holds busybox, the modules needed to reach the root (plus the ones every
guest wants anyway, since loading them here costs least) and guest-init.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import shutil
import stat
import subprocess
from pathlib import Path

from lib.paths import TREE, cache_dir, publish
from vm.config import arch_of
from vm.kernel import Kernel, KernelError

# In loading order; what is built in or pulled in as a dependency is handled.
BASE_MODULES = ("virtio_pci", "overlay", "virtio_console")
SHARE_MODULES = ("9pnet_virtio", "9p")
DISK_MODULES = ("virtio_blk", "ext4")
# Wanted, but a guest without them still boots.
EXTRA_MODULES = ("virtio_rng", "crc32c_generic")
APPLETS = ("sh", "mount", "mkdir", "insmod", "switch_root", "ip", "hostname", "cat", "cp", "ln",
           "readlink", "sed", "poweroff", "reboot", "sleep", "umount", "uname", "chmod")
DIRECTORIES = ("bin", "dev", "proc", "sys", "new", "rom", "rw", "modules", "index")


def _normal(name: str) -> str:
    return name.replace("-", "_")


def module_files(kernel: Kernel, names: list[str]) -> list[Path]:
    """The files to insert for `names`, dependencies first, each once."""
    table: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        path, _, deps = line.partition(":")
        table[path] = deps.split()
        where[_normal(Path(path).name.split(".ko")[0])] = path
    builtin = {_normal(Path(p).name.split(".ko")[0])
               for p in (kernel.modules / "modules.builtin").read_text().split()}
    order: list[str] = []
    for name in names:
        if _normal(name) in builtin:
            continue
        path = where.get(_normal(name))
        if path is None:
            if name in EXTRA_MODULES:
                continue
            raise KernelError(f"kernel {kernel.release} has no module {name}")
        for item in [*reversed(table[path]), path]:
            if item not in order:
                order.append(item)
    return [kernel.modules / p for p in order]


def read_module(path: Path) -> bytes:
    """A module's bytes, unpacked (busybox insmod takes plain files only)."""
    if path.suffix == ".xz":
        return lzma.decompress(path.read_bytes())
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", str(path)], check=True, stdout=subprocess.PIPE).stdout
    return path.read_bytes()


class Cpio:
    """A writer for the `newc` format, which needs neither root nor cpio(1)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._ino = 1

    def add(self, name: str, mode: int, data: bytes = b"", rdev: tuple[int, int] = (0, 0)) -> None:
        encoded = name.encode() + b"\0"
        fields = (self._ino, mode, 0, 0, 1, 0, len(data), 0, 0, *rdev, len(encoded), 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + encoded
        self._parts += [head, b"\0" * (-len(head) % 4), data, b"\0" * (-len(data) % 4)]
        self._ino += 1

    def bytes(self) -> bytes:
        self.add("TRAILER!!!", 0)
        return b"".join(self._parts)


def find_busybox(root: Path) -> Path:
    if arch_of(root) != arch_of(Path("/")):
        return root / "usr/bin/busybox"
    for candidate in (shutil.which("busybox"), "/bin/busybox", "/usr/bin/busybox"):
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    raise KernelError("busybox is missing (Debian: busybox-static)")


def _index(kernel: Kernel) -> list[Path]:
    """What modprobe must find in the guest and the guest's root does not have."""
    return sorted(kernel.modules.glob("modules.*")) if kernel.is_lab else []


def build(kernel: Kernel, nic_modules: list[str], disk: bool = False) -> Path:
    """The cached initramfs for this kernel, set of modules and kind of root."""
    init = TREE / "scripts/vm/guest-init"
    busybox = find_busybox(kernel.root)
    roots = DISK_MODULES if disk else SHARE_MODULES
    files = module_files(kernel, [*BASE_MODULES, *EXTRA_MODULES, *roots, *nic_modules])
    key = hashlib.sha256(init.read_bytes() + Path(__file__).read_bytes())
    index = _index(kernel)
    for path in [busybox, *files, *index]:
        info = path.stat()
        key.update(f"{path} {info.st_size} {info.st_mtime_ns}".encode())
    target = cache_dir("boot") / f"initramfs-{kernel.release}-{key.hexdigest()[:12]}.cpio"
    if target.exists():
        return target

    cpio = Cpio()
    for name in DIRECTORIES:
        cpio.add(name, stat.S_IFDIR | 0o755)
    # The kernel opens /dev/console for init before devtmpfs can be mounted.
    cpio.add("dev/console", stat.S_IFCHR | 0o600, rdev=(5, 1))
    cpio.add("bin/busybox", stat.S_IFREG | 0o755, busybox.read_bytes())
    for applet in APPLETS:
        cpio.add(f"bin/{applet}", stat.S_IFLNK | 0o777, b"busybox")
    for number, path in enumerate(files):
        cpio.add(f"modules/{number:02}-{path.name.split('.ko')[0]}.ko",
                 stat.S_IFREG | 0o644, read_module(path))
    for path in index:
        cpio.add(f"index/{path.name}", stat.S_IFREG | 0o644, path.read_bytes())
    cpio.add("init", stat.S_IFREG | 0o755, init.read_bytes())
    publish(target, cpio.bytes())
    return target
