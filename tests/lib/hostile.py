# SPDX-License-Identifier: GPL-2.0-only
"""The NIC in software (scripts/nic) misbehaves: commands to it, and what must be true
after each of its faults. For tests with "# nic: datasheet"."""

import importlib.machinery
import importlib.util
import threading
import time

from lib import e1k, frames

MASK_DD, MASK_EOP = 1 << 32, 1 << 33


def _qmp():
    """scripts/vm/qmp as a module: a process for each command would take too long."""
    loader = importlib.machinery.SourceFileLoader("qmp", e1k.QMP)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("qmp", loader))
    loader.exec_module(module)
    return module


_exchange = _qmp().exchange


def nic(op, **arguments):
    """One command to the NIC; how often each fault struck, and registers peeked at."""
    reply = _exchange({"execute": "x-nic", "arguments": {"op": op, **arguments}})
    if "error" in reply:
        raise RuntimeError(reply["error"])
    return reply["return"]


def arm(fault, **settings):
    nic("arm", fault=fault, **settings)


def disarm(fault=None):
    nic("disarm", **({"fault": fault} if fault else {}))


def struck(fault):
    """How often a fault struck since it was armed."""
    return nic("state")["struck"].get(fault, 0)


def peek(offset):
    """A register of the NIC as it is."""
    return nic("state", peek=[offset])["registers"][f"{offset:#x}"]


def frame(length):
    """A frame of this length to the NIC, even fewer than a header; see inject()."""
    whole = frames.ether(e1k.NUT_MAC, e1k.PEER_MAC, frames.ETH_P_TEST, b"\xa5" * length)
    return whole[:length]


def many(length, times=1):
    """For play(): frames of this length."""
    return {"op": "inject", "frame": frame(min(length, 16)).hex(), "length": length,
            "times": times}


def play(*requests):
    """Frames, and faults to be armed in between: executed by the NIC one after the
    other, as fast as it finds buffers. A frame is bytes, or a length. Returns when the
    last one is on the ring.
    """
    def said(item):
        if isinstance(item, int):
            return many(item)
        return {"op": "inject", "frame": item.hex()} if isinstance(item, bytes) else item

    nic("play", requests=[said(item) for item in requests])
    e1k.wait_for(lambda: not nic("state")["left"], "the NIC to find buffers")


def survived(t, what):
    """The fault is over: both ways work again, by themselves."""
    disarm()
    return t.check(t.ping() and e1k.wait_for(t.has_carrier), f"{what}: traffic flows again")


# Hangs and waiting frames are looked for every 2 s, and each is to be seen twice.
_EXCHANGES_S, _OFTEN_S = 16, 1


def _exchanges(t, fault, ring, send):
    """Exchange rings while there is a fault; the longest time that one was there."""
    over = threading.Event()

    def sends():
        while not over.wait(0.001):
            send()

    sender = threading.Thread(target=sends)
    arm(fault)
    sender.start()
    longest, size = 0.0, 128
    last = begin = time.monotonic()
    while last < begin + _EXCHANGES_S:
        size = 384 - size
        t.must(t.on_nut("ethtool", "-G", t.nut, ring, size))
        now = time.monotonic()
        last, longest = now, max(longest, now - last)
        time.sleep(0.1)
    over.set()
    sender.join()
    disarm()
    # With the fault over, what is on this one does not stay there
    t.must(t.on_nut("ethtool", "-G", t.nut, ring, 64))
    return longest


def healed_by_exchanges(t, fault, ring, send, counter):
    """How much a counter of recoveries grew while rings ("rx" or "tx") were exchanged, none of
    them there long enough to be looked at twice."""
    for _ in range(6):
        before = t.statistics()[counter]
        longest = _exchanges(t, fault, ring, send)
        if longest < _OFTEN_S:
            return t.statistics()[counter] - before
    raise e1k.Skip(f"this machine is too slow: a ring was there for {longest:.1f} s")
