# SPDX-License-Identifier: GPL-2.0-only
"""How many functions one ordinary frame passes, and in how many files.

The functions are counted from the sources: all that can be reached by calls from where a frame
enters the driver, inline ones included. Not counted are accessors (of a register, a ring's index, a
descriptor's field), what is marked noinline, which is never on the ordinary way, and what ASIDE
names. docs/driver/architecture.md lists them, and a check compares.
"""

from __future__ import annotations

import re
from pathlib import Path

from check.common import Check, Project

PAGE = "docs/driver/architecture.md"
DEFINITION = re.compile(r"^((?:static |[a-z])[^;{}#]*?\b(e1k_\w+)\([^;{}]*?\))\n\{\n(.*?)^\}",
                        re.S | re.M)
ACCESSOR = re.compile(r"e1k_(rd32|wr32|has_\w+|idx_\w+|[rt]x_(slot|avail|used|start_thrs)"
                      r"|tx_data|tx_ctx_\w+|rxd_\w+)$")

# The ordinary frame: a NIC with one queue, without XDP, no error, memory not short; nothing to
# complete on the other side; no timed poll.
ASIDE = {
    "e1k_service_raise": "the link has changed",
    "e1k_tx_is_sent": "completion", "e1k_rx_poll_split": "another NIC's",
    "e1k_rx_poll_ext": "another NIC's", "e1k_rx_set_hash": "another NIC's",
    "e1k_msix_rearm": "another NIC's", "e1k_msix_deferred": "another NIC's",
    "e1k_xsk_receive": "AF_XDP", "e1k_xsk_xmit": "AF_XDP", "e1k_xdp_finish": "XDP",
    "e1k_rx_skb_from_page": "a large MTU", "e1k_rx_offload": "a VLAN tag",
    "e1k_rx_drop": "memory is short", "e1k_rx_alloc_missing": "memory is short",
    "e1k_page_frags_refill": "a page is used up", "e1k_rx_mark_edge": "a quirk",
    "e1k_repoll_rests": "timed polls", "e1k_repoll_plan": "timed polls",
    "e1k_repoll_arm": "timed polls", "e1k_repoll_forget": "timed polls",
    "e1k_irq_unmask_fresh": "timed polls",
    "e1k_tx_tso": "segmentation", "e1k_tx_put_context": "the checksum's place has changed",
    "e1k_tx_probe_sync": "the first frames", "e1k_tx_unwind": "a failed mapping",
    "e1k_tx_limit_batch": "a frame that is held back",
}
COPIED = {"e1k_rx_alloc_head", "e1k_rx_sync_for_device", "e1k_rx_count"}
IN_PLACE = {"e1k_page_frags_alloc"}

# Name -> where it begins, what it does not pass, most functions, most files
WAYS: dict[str, tuple[list[str], set[str], int, int]] = {
    "received, copied": (["e1k_irq_handler", "e1k_irq_poll"], {"e1k_tx_complete"} | IN_PLACE,
                         19, 3),
    "received, in place": (["e1k_irq_handler", "e1k_irq_poll"], {"e1k_tx_complete"} | COPIED,
                           17, 4),
    "sent": (["e1k_start_xmit"], set(), 16, 4),
}


def functions(project: Project) -> dict[str, tuple[str, str, str]]:
    """Name -> file, head and body of each function of the driver."""
    found = {}
    for name in project.sources("src"):
        text = re.sub(r"/\*.*?\*/", "", project.text(name), flags=re.S)
        for head, function, body in DEFINITION.findall(text):
            found[function] = (name, head, body)
    return found


def way(known: dict[str, tuple[str, str, str]], roots: list[str], aside: set[str]) -> list[str]:
    """The functions that are passed, in the order of their calls."""
    passed: list[str] = []

    def enter(name: str) -> None:
        if name in passed or name in aside or name not in known or ACCESSOR.match(name) \
                or "noinline" in known[name][1]:
            return
        passed.append(name)
        for called in re.findall(r"\b(e1k_\w+)\(", known[name][2]):
            enter(called)

    for root in roots:
        enter(root)
    return passed


def check_hops(project: Project) -> list[str]:
    """Ways that have become longer, or are not as the documentation has them."""
    known = functions(project)
    found = [f"scripts/check/hops.py: there is no {name}()"
             for name in sorted(ASIDE.keys() | COPIED | IN_PLACE) if name not in known]
    page = project.text(PAGE)
    for title, (roots, aside, most, most_files) in WAYS.items():
        passed = way(known, roots, ASIDE.keys() | aside)
        files = {known[name][0] for name in passed}
        names = ", ".join(passed)
        if len(passed) > most or len(files) > most_files:
            found.append(f"a frame {title}: {len(passed)} functions in {len(files)} files, "
                         f"at most {most} in {most_files}: {names}")
        described = re.search(rf"^{re.escape(title)} +(\d+) functions in (\d+) files\n((?:  .*\n)+)",
                              page, re.M)
        lines = [(Path(known[name][0]).name, name) for name in passed]
        if not described or int(described[1]) != len(passed) or int(described[2]) != len(files):
            found.append(f"{PAGE}: a frame {title}: {len(passed)} functions in {len(files)} files: "
                         f"{names}")
        elif set(re.findall(r"e1k_\w+", described[3])) != {name for _, name in lines}:
            found.append(f"{PAGE}: a frame {title} passes {names}")
    return found


CHECKS = [Check("hops", "one frame passes no more functions than it did", check_hops)]
