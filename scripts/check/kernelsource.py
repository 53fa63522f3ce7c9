# SPDX-License-Identifier: GPL-2.0-only
"""Tools that come with the kernel's source, taken out of Debian's linux-source package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from check.common import CheckError
from lib.paths import cache_dir

# Newer kernels have moved kernel-doc; not every path is in every source.
PATHS = ("scripts/checkpatch.pl", "scripts/spelling.txt", "scripts/const_structs.checkpatch",
         "scripts/kernel-doc*", "scripts/lib/kdoc", "tools/docs", "tools/lib/python")

_lock = threading.Lock()


def _package() -> Path:
    """The newest installed source."""
    found = [p for p in Path("/usr/src").glob("linux-source-*.tar.*") if p.is_file()]
    if not found:
        raise CheckError("no /usr/src/linux-source-*.tar.xz; scripts/setup check installs it")
    return max(found, key=lambda p: [int(n) for n in re.findall(r"\d+", p.name)])


def directory() -> Path:
    """A directory with the tools, unpacked if it is not in the cache yet."""
    package = _package()
    target = cache_dir("kernel-tools") / f"{package.name}-{int(package.stat().st_mtime)}"
    with _lock:
        if not target.is_dir():
            fresh = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
            # tar complains of the paths that this source does not have
            subprocess.run(["tar", "-x", "-f", str(package), "-C", str(fresh),
                            "--strip-components=1", "--wildcards",
                            *(f"linux-source-*/{p}" for p in PATHS)],
                           stderr=subprocess.DEVNULL, check=False)
            if not (fresh / "scripts/checkpatch.pl").is_file():
                shutil.rmtree(fresh)
                raise CheckError(f"no checkpatch.pl in {package}")
            os.rename(fresh, target)
    return target


def kernel_doc() -> list[str]:
    """The command that runs kernel-doc."""
    base = directory()
    for name in ("tools/docs/kernel-doc", "scripts/kernel-doc.py", "scripts/kernel-doc"):
        script = base / name
        if script.is_file():
            first = script.read_text(errors="replace").splitlines()[0]
            return ["perl" if "perl" in first else "python3", str(script)]
    raise CheckError("no kernel-doc in " + str(base))
