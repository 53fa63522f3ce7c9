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
STACK = re.compile(r"CPU: \d+ (UID: \d+ )?PID: \d+ ")
STACK_END = "</TASK>"
# A data race; of the kernel's many only those count where this driver's access is a plain one
RACE = "BUG: KCSAN:"
RACE_END = "=" * 60
ACCESS = " to 0x"
MARKED = "(marked)"
OURS = "[e1k]"
# BQL's, whose one half is inlined into the drivers
NOT_OURS = "dql_completed"


def blocks(lines: list[str]) -> list[list[str]]:
    """Group lines: a whole splat (cut here .. end trace), a data race, or a message with
    its stack, is one block."""
    grouped: list[list[str]] = []
    end = ""
    for line in lines:
        if BEGIN in line:
            grouped.append([line])
            end = END
        elif RACE in line:
            grouped.append([line])
            end = RACE_END
        elif end or grouped and STACK.search(line):
            grouped[-1].append(line)
            end = end or STACK_END
            if end in line:
                end = ""
        else:
            grouped.append([line])
    return grouped


def is_our_race(block: list[str]) -> bool:
    """Each access is a line, with the function that made it in the next."""
    return NOT_OURS not in block[0] and any(
        ACCESS in access and MARKED not in access and OURS in function
        for access, function in zip(block, block[1:]))


def offences(lines: list[str], allowed: list[str]) -> list[str]:
    """The lines to complain about. An allowed line excuses the splat it is in."""
    excuses = [re.compile(pattern) for pattern in allowed]
    found: list[str] = []
    for block in blocks(lines):
        if not any(BAD.search(line) for line in block):
            continue
        if RACE in block[0] and not is_our_race(block):
            continue
        if any(excuse.search(line) for excuse in excuses for line in block):
            continue
        found += block
    return found
