# SPDX-License-Identifier: GPL-2.0-only
"""A guest's root on disks of its own instead of 9p: suspended, migrated and booted
into another kernel it is still there.

Two images, both read-only for the guest: a small root of this root directory's own
programs, in the cache, and the project's tests with the module, made for each guest.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from lib.paths import TREE, cache_dir
from vm.initramfs import module_files
from vm.kernel import Kernel

PROGRAMS = (
    "bash", "sh", "python3", "ip", "ethtool", "devlink", "tc", "ping", "tcpdump", "insmod",
    "modprobe", "rmmod", "lsmod", "modinfo", "mount", "umount", "dmesg", "rtcwake", "grep", "sed",
    "awk", "find", "env", "cat", "ls", "cp", "mv", "rm", "ln", "mkdir", "rmdir", "readlink",
    "basename", "dirname", "date", "sleep", "sort", "tr", "cut", "head", "tail", "wc", "uname",
    "true", "false", "timeout", "kill", "ps", "pgrep", "sysctl", "touch", "chmod", "tee",
)
# What programs open without being linked to it.
LIBRARIES = ("libgcc_s.so.1",)
SETTINGS = ("etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/protocols", "etc/services",
            "etc/iproute2", "usr/share/iproute2")
MODULES = ("8021q", "macvlan")
# Of Python's library: what no test imports.
UNUSED = ("test", "idlelib", "lib2to3", "ensurepip", "tkinter", "turtledemo", "pydoc_data",
          "distutils", "sqlite3", "dist-packages", "config-*", "*.opt-?.pyc")
MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
TREE_PARTS = ("tests", "scripts", "tools")


class Collection:
    """Files of a root directory, named by where they really are in it."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.files: dict[str, Path] = {}
        self.links: dict[str, str] = {name: os.readlink(self.root / name) for name in MERGED
                                      if (self.root / name).is_symlink()}
        self._libraries = [path for pattern in ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*",
                                                "usr/lib", "lib", "usr/lib64", "lib64")
                           for path in self.root.glob(pattern)]

    def add(self, path: Path) -> None:
        """A file, and the links that lead to it, inside the root."""
        while True:
            path = path.parent.resolve() / path.name
            name = str(path.relative_to(self.root))
            if not path.is_symlink():
                self.files[name] = path
                return
            target = os.readlink(path)
            self.links[name] = target
            path = self.root / target.lstrip("/") if target.startswith("/") else \
                path.parent / target

    def add_all(self, directory: Path, unused: tuple[str, ...] = ()) -> None:
        """A directory with all that is in it."""
        ignore = shutil.ignore_patterns(*unused)
        for base, directories, names in os.walk(directory):
            out = ignore(base, directories + names)
            directories[:] = [d for d in directories if d not in out]
            for name in names:
                if name not in out and os.path.exists(f"{base}/{name}"):
                    self.add(Path(base, name))

    def add_program(self, name: str) -> None:
        """A program, if there is one of this name."""
        for directory in ("usr/bin", "usr/sbin", "bin", "sbin"):
            if os.path.lexists(self.root / directory / name):
                self.add(self.root / directory / name)
                return

    def add_library(self, name: str) -> None:
        for directory in self._libraries:
            if os.path.lexists(directory / name):
                self.add(directory / name)
                return

    def add_needed(self) -> None:
        """The libraries of everything that is here, and theirs."""
        asked: set[str] = set()
        known: set[str] = set()
        while new := [p for n, p in self.files.items() if n not in asked and _is_elf(p)]:
            asked.update(self.files)
            said = subprocess.run(["objdump", "-p", *map(str, new)], check=True, text=True,
                                  stdout=subprocess.PIPE).stdout
            for name in set(re.findall(r"^\s+NEEDED\s+(\S+)", said, re.MULTILINE)) - known:
                known.add(name)
                self.add_library(name)

    def digest(self) -> str:
        key = hashlib.sha256(Path(__file__).read_bytes())
        for name, path in sorted(self.files.items()):
            info = path.stat()
            key.update(f"{name} {info.st_size} {info.st_mtime_ns}\n".encode())
        key.update(repr(sorted(self.links.items())).encode())
        return key.hexdigest()[:12]

    def copy_to(self, target: Path) -> None:
        for name, link in self.links.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            os.symlink(link, target / name)
        for name, path in self.files.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / name)


def _is_elf(path: Path) -> bool:
    if not (os.access(path, os.X_OK) or ".so" in path.name):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def _collect(kernel: Kernel) -> Collection:
    files = Collection(kernel.root)
    for name in PROGRAMS:
        files.add_program(name)
    for name in LIBRARIES:
        files.add_library(name)
    for linker in files.root.glob("lib*/ld-linux*"):
        files.add(linker)
    for name in SETTINGS:
        path = files.root / name
        if path.is_dir():
            files.add_all(path)
        elif path.exists():
            files.add(path)
    python = (files.root / "usr/bin/python3").resolve().name
    files.add_all(files.root / "usr/lib" / python, UNUSED)
    files.add_needed()
    where = f"usr/lib/modules/{kernel.release}"
    for path in [*module_files(kernel, list(MODULES)), *kernel.modules.glob("modules.*")]:
        files.files[f"{where}/{path.relative_to(kernel.modules)}"] = path
    files.files["boot/vmlinuz"] = kernel.image
    return files


def _make_image(directory: Path, image: Path) -> None:
    """An ext4 image of a directory; needs no root rights."""
    size = sum((path.lstat().st_size + 4095) // 4096 + 1 for path in directory.rglob("*"))
    handle, name = tempfile.mkstemp(dir=image.parent, prefix=f".{image.name}.")
    os.close(handle)
    environment = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}
    subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", "-i", "8192",
                    "-O", "^has_journal,^metadata_csum,^resize_inode",
                    "-E", "root_owner=0:0", "-d", str(directory), name,
                    str(size * 108 // 100 + 4096)],
                   env=environment, check=True)
    os.chmod(name, 0o644)
    os.rename(name, image)


def root_image(kernel: Kernel) -> Path:
    """The cached image of the guest's root."""
    files = _collect(kernel)
    image = cache_dir("boot") / f"root-{kernel.release}-{files.digest()}.ext4"
    if not image.exists():
        with tempfile.TemporaryDirectory(dir=image.parent) as directory:
            for name in ("dev", "proc", "sys", "tmp", "run", "root", "e1k", "out"):
                Path(directory, name).mkdir()
            files.copy_to(Path(directory))
            _make_image(Path(directory), image)
    return image


def tree_image(module: Path, initramfs: Path, where: Path) -> Path:
    """The project tree as a guest sees it: what its tests need, the module, and what it
    was booted with, to boot again by kexec."""
    image = where / "tree.ext4"
    with tempfile.TemporaryDirectory(dir=where) as directory:
        for part in TREE_PARTS:
            shutil.copytree(TREE / part, Path(directory, part), symlinks=True,
                            ignore=shutil.ignore_patterns("__pycache__", "*.o", "*.cmd"))
        Path(directory, "build").mkdir()
        shutil.copy2(initramfs, Path(directory, "build/initramfs"))
        if module.exists():
            target = Path(directory) / module.relative_to(TREE)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(module, target)
        _make_image(Path(directory), image)
    return image
