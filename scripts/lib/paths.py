# SPDX-License-Identifier: GPL-2.0-only
"""Where things are: the project tree, its build directory and the cache."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]
BUILD = TREE / "build"


def cache_dir(name: str) -> Path:
    """A directory (made if missing) in the cache, which outlives the build directory."""
    base = os.environ.get("E1K_CACHE")
    if not base:
        base = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "e1k")
    path = Path(base) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def kroot_dir(kroot: str) -> Path:
    """The root directory that KROOT= means: a path, or a name below the cache."""
    if not kroot:
        return Path("/")
    path = Path(kroot)
    if "/" not in kroot:
        path = cache_dir("roots") / kroot
    return path.resolve()


def publish(path: Path, data: bytes) -> None:
    """Write a cache file so that another process sees all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    os.chmod(name, 0o644)
    os.rename(name, path)
