# SPDX-License-Identifier: GPL-2.0-only
"""What "make install" leaves behind, looked at in a directory of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from check.common import Check, Project, run

# As the kernel asks for a driver of the 82540EM: modalias of a PCI device
ALIAS = "pci:v00008086d0000100Esv00001AF4sd00001100bc02sc00i00"


def check_install(_: Project) -> list[str]:
    """The module is found by its name, and not by the device: the stock driver has the same
    aliases, and which of the two the next boot loads must not be a race."""
    with tempfile.TemporaryDirectory() as root:
        done = run("make", "-s", "install", f"INSTALL_MOD_PATH={root}")
        modules = list(Path(root).rglob("e1k.ko*"))
        if done.returncode or len(modules) != 1:
            return [f"make install: exit code {done.returncode}, {len(modules)} modules\n" +
                    done.stdout[-1000:]]
        release = modules[0].relative_to(root).parts[2]
        modprobe = ("modprobe", "-d", root, "-C", f"{root}/etc/modprobe.d", "-S", release)
        os.makedirs(f"{root}/etc/modprobe.d", exist_ok=True)
        by_name = run(*modprobe, "-n", "-v", "e1k").stdout
        by_alias = run(*modprobe, "-R", ALIAS).stdout
        by_kernel = run(*modprobe, "-b", "-n", "-v", ALIAS).stdout
    found = []
    if "insmod" not in by_name:
        found.append(f"make install: \"modprobe e1k\" does not find it: {by_name.strip()}")
    if "e1k" not in by_alias:
        found.append(f"make install: depmod has not made the aliases: {by_alias.strip()}")
    if "insmod" in by_kernel:
        found.append("make install: no blacklist; at the next boot two drivers race for the NIC")
    return found


CHECKS = [Check("install", "what make install leaves: no race of two drivers", check_install)]
