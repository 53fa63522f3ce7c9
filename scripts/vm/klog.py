# SPDX-License-Identifier: GPL-2.0-only
"""Find in the guest's kernel log what no test may cause."""

from __future__ import annotations

import re

BAD = re.compile(r"WARNING:|BUG:|INFO: possible|lockdep|KASAN|KCSAN|UBSAN|Oops|Call Trace|"
                 r"refcount_t|NETDEV WATCHDOG|page_pool_release_retry|DMA-API|hung_task|"
                 r"blocked for more than|rcu.*stall|lines lost")
BEGIN = "------------[ cut here ]------------"
END = "---[ end trace"
# A message with a stack and no more: from the line before this one to the stack's end
STACK = re.compile(r"CPU: \d+ PID: \d+ ")
STACK_END = "</TASK>"


def blocks(lines: list[str]) -> list[list[str]]:
    """Group lines: a whole splat (cut here .. end trace), or a message with its stack, is
    one block."""
    grouped: list[list[str]] = []
    end = ""
    for line in lines:
        if BEGIN in line:
            grouped.append([line])
            end = END
        elif end or grouped and STACK.search(line):
            grouped[-1].append(line)
            end = end or STACK_END
            if end in line:
                end = ""
        else:
            grouped.append([line])
    return grouped


def offences(lines: list[str], allowed: list[str]) -> list[str]:
    """The lines to complain about. An allowed line excuses the splat it is in."""
    excuses = [re.compile(pattern) for pattern in allowed]
    found: list[str] = []
    for block in blocks(lines):
        if not any(BAD.search(line) for line in block):
            continue
        if any(excuse.search(line) for excuse in excuses for line in block):
            continue
        found += block
    return found
