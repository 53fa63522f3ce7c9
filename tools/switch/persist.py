# SPDX-License-Identifier: GPL-2.0-only
"""What makes a switch last: a udev rule for each NIC.

It starts e1k-switch.service, at boot before the network is configured or when the
NIC is plugged in, and that calls "e1k-switch apply", to which the rules are the
list of what is to be done. Until then the stock driver has the NIC, and keeps it
if e1k is not there for the kernel that was booted.
"""

from __future__ import annotations

import re
from pathlib import Path

from common import SwitchError, read, succeeds
from nics import Nic

RULES = Path("/etc/udev/rules.d/60-e1k-switch.rules")
SERVICE = "e1k-switch.service"
HEAD = """\
# SPDX-License-Identifier: GPL-2.0-only
# Written by e1k-switch: the NICs that e1k is to drive. One that is no longer to
# be is removed by "e1k-switch back".
"""
RULE = ('ACTION=="add", SUBSYSTEM=="pci", KERNEL=="{address}", ATTR{{vendor}}=="{vendor}", '
        'ATTR{{device}}=="{device}", TAG+="systemd", ENV{{SYSTEMD_WANTS}}+="{service}"')
ENTRY = re.compile(r'KERNEL=="(\S+)", ATTR\{vendor\}=="(\w+)", ATTR\{device\}=="(\w+)"')


def _rule(nic: Nic) -> str:
    return RULE.format(address=nic.address, vendor=read(nic.path / "vendor"),
                       device=read(nic.path / "device"), service=SERVICE)


def _lines() -> list[str]:
    return [line for line in read(RULES).splitlines() if ENTRY.search(line)]


def is_kept(nic: Nic) -> bool:
    """Whether e1k is to drive it after the next boot, too."""
    return _rule(nic) in _lines()


def kept() -> list[Nic]:
    """Those that e1k is to drive, as far as they are there and are the same model."""
    found = [Nic(match[1]) for line in _lines() if (match := ENTRY.search(line))]
    return [nic for nic in found if nic.path.is_dir() and is_kept(nic)]


def _save(lines: list[str]) -> None:
    try:
        if lines:
            RULES.parent.mkdir(parents=True, exist_ok=True)
            new = RULES.with_suffix(".new")
            new.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
            new.replace(RULES)
        else:
            RULES.unlink(missing_ok=True)
    except OSError as error:
        raise SwitchError(f"{RULES}: {error.strerror}") from None
    succeeds("udevadm", "control", "--reload")


def keep(nic: Nic) -> None:
    """Let e1k drive it after the next boot, too."""
    if not is_kept(nic):
        _save([*(line for line in _lines() if f'"{nic.address}"' not in line), _rule(nic)])


def forget(nic: Nic) -> None:
    """Leave it to the stock driver from the next boot on."""
    lines = _lines()
    left = [line for line in lines if f'"{nic.address}"' not in line]
    if left != lines:
        _save(left)


def check_possible(module: str) -> None:
    """Refuse to promise what will not happen at the next boot."""
    if "/" in module:
        raise SwitchError("--persist needs e1k installed for modprobe, not --module with a file")
    if not succeeds("systemctl", "-q", "is-enabled", SERVICE):
        raise SwitchError(f"--persist needs {SERVICE}, which is not installed and enabled here "
                          "(the Debian package e1k-tools brings it)")
