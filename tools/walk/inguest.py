# SPDX-License-Identifier: GPL-2.0-only
"""e1k-walk in a guest, from outside."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
# pylint: disable=wrong-import-position
from vm.config import GuestConfig
from vm.guest import Guest, GuestError

LIMIT = 900
LOAD = """for module in $(modinfo -F depends $E1K_KO | tr , ' '); do modprobe $module || exit; done
insmod $E1K_KO"""


class WalkFailed(Exception):
    """Something that was run in the guest failed."""


def show(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def walk(config: GuestConfig, name: str, runs: list[list[str]]) -> Path:
    """Boot, load, run e1k-walk with each list of arguments.

    Return the directory that was /out in the guest.
    """
    print(f"Booting a guest: {config.nic} on {config.machine}, Linux {config.kernel().release}",
          flush=True)
    guest = Guest(config, name)
    try:
        with guest:
            print("The guest is up: loading e1k", flush=True)
            loaded = guest.run(LOAD, timeout=LIMIT)
            if loaded.code:
                raise WalkFailed(f"cannot load the module: {loaded.output.decode()}")
            for arguments in runs:
                print(f"In the guest: e1k-walk {' '.join(arguments)}", flush=True)
                done = guest.run(["/e1k/tools/walk/e1k-walk", *arguments], timeout=LIMIT,
                                 on_output=show)
                if done.code:
                    what = f"no end after {LIMIT} s" if done.timed_out else f"exit {done.code}"
                    raise WalkFailed(f"e1k-walk {' '.join(arguments)}: {what}")
    except GuestError as error:
        raise WalkFailed(f"{error}\n--- {guest.console}\n{guest.console_tail()}") from error
    return guest.console.parent
