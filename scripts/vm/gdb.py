# SPDX-License-Identifier: GPL-2.0-only
"""gdb on a guest: QEMU's stub on a socket in the guest's directory, and the commands by which
gdb knows the module that is loaded there."""

from __future__ import annotations

import shlex
from pathlib import Path

from lib.paths import BUILD

# In the guest: names and addresses of the module's sections, those with code and data
SECTIONS = ("cd /sys/module/e1k/sections && "
            "grep -sH . .text* .exit.text .rodata .data .bss || [ -e .text ]")
# Where vmlinux may be, with the kernel's own symbols: Debian's linux-image-RELEASE-dbg
KERNEL_SYMBOLS = "/usr/lib/debug/boot/vmlinux-{}"


def stub(name: str) -> Path:
    return BUILD / "vm" / name / "gdb.sock"


def options(name: str) -> tuple[str, ...]:
    """QEMU's, for a guest that is to have a stub. A comma in a path is doubled."""
    path = str(stub(name)).replace(",", ",,")
    return ("-chardev", f"socket,id=gdb,path={path},server=on,wait=off", "-gdb", "chardev:gdb")


def commands(stub_path: str, sections: str, module: str) -> list[str]:
    """For gdb. `sections` is what SECTIONS printed: NAME:ADDRESS lines."""
    places = dict(line.split(":") for line in sections.split())
    return [f"target remote {stub_path}",
            " ".join([f"add-symbol-file {module}",
                      *(f"-s {name} {address}" for name, address in sorted(places.items()))])]


def write(name: str, sections: str, module: str, release: str) -> str:
    """Put them into the guest's directory; returns the command to type."""
    script = stub(name).with_name("gdb.cmd")
    script.write_text("\n".join(commands(str(stub(name)), sections, module)) + "\n")
    vmlinux = Path(KERNEL_SYMBOLS.format(release))
    return shlex.join(["gdb", *([str(vmlinux)] if vmlinux.exists() else []), "-x", str(script)])
