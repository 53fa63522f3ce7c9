# SPDX-License-Identifier: GPL-2.0-only
"""How fast the host's time stamp counter runs.

An emulated processor shows the guest the host's counter. A guest that measures its
rate against an emulated timer is wrong by a factor when the host is busy just then,
and its clock with it: every limit of time ends too early. So it is told.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import platform
import time

# rdtsc; shl rdx,32; or rax,rdx; ret
CODE = b"\x0f\x31\x48\xc1\xe2\x20\x48\x09\xd0\xc3"
SECONDS = 0.2
TRIES = 20


@functools.cache
def khz() -> int:
    """Counts in a millisecond; 0 where this cannot be told."""
    if platform.machine() != "x86_64":
        return 0
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    rdtsc = ctypes.CFUNCTYPE(ctypes.c_uint64)(address)

    def sample() -> tuple[int, int]:
        """Counter and nanoseconds of the same moment: the least disturbed of some."""
        best = (1 << 62, 0, 0)
        for _ in range(TRIES):
            before, count, after = time.monotonic_ns(), rdtsc(), time.monotonic_ns()
            best = min(best, (after - before, count, (before + after) // 2))
        return best[1], best[2]

    count, when = sample()
    time.sleep(SECONDS)
    count2, when2 = sample()
    return round((count2 - count) * 1e6 / (when2 - when))
