# SPDX-License-Identifier: GPL-2.0-only
"""Payload that is not copied: the page that the NIC has written, and where it goes.

The driver says which page a packet's first fragment is. The same page put into the address
space of a process is that payload, and no copy of it.
"""

from __future__ import annotations

import struct
from lang import tr
from tracefs import Event
from trail import Trail, Walk

PAGE = 4096
INSERTED = ("vm_insert_pages",)
LINK_HEADER = 14
# Up to here the NIC splits (E1K_RX_HEAD_LEN); without split, more of the frame is before its
# first fragment, or the link header alone.
HEAD = 256


def inserted(event: Event) -> set[int]:
    """The pages, of which the first are recorded."""
    raw = event.values["pages"]
    pages = struct.unpack(f"<{len(raw) // 8}Q", raw)
    return set(pages[:event.values["count"]]) - {0}


def of_driver(walk: Walk) -> set[int]:
    """The first page of each of its frames, if there is one."""
    return {mark.event.values.get("page", 0) for mark in walk.marks.values()
            if mark.event.name == "e1k_rx_skb"} - {0}


def insertions(trail: Trail, walk: Walk, since: int) -> list[Event]:
    """Where pages of the packet were mapped after it was on its socket's queue."""
    pages = of_driver(walk)
    if not pages or since < 0:
        return []
    return [event for event in trail.events[since:] if event.name in INSERTED
            and inserted(event) & pages]


def inserted_text(walk: Walk, event: Event) -> str:
    pages = sorted(inserted(event) & of_driver(walk))
    return tr("page {page}, which the NIC has written, is now at {address} in the process's "
              "memory: not copied").format(page=", ".join(f"0x{page:x}" for page in pages),
                                           address=f"0x{event.values['address']:x}")


def split(walk: Walk, descriptor: Event) -> tuple[int, int] | None:
    """Bytes of headers and of payload, if the NIC has put them apart.

    descriptor: it has the length of the whole frame. GRO is told how much of it is in pages.
    """
    gro = next((mark.event for mark in walk.ordered() if mark.event.name == "napi_gro_receive_entry"
                and mark.event.index > descriptor.index), None)
    payload = gro.values.get("data_len", 0) if gro and of_driver(walk) else 0
    head = (descriptor.values["hi"] & 0xffff) - payload
    return (head, payload) if payload and LINK_HEADER < head <= HEAD else None


def is_split(walk: Walk) -> bool:
    """It came through a ring with header split."""
    return any(mark.event.values.get("split") or
               mark.event.name == "e1k_rx_desc" and split(walk, mark.event)
               for mark in walk.ordered())
