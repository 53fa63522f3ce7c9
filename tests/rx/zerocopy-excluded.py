#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""XDP and AF_XDP want to see what a queue with a program's memory cannot show. Whichever comes
second is refused, with the right error and a reason in words, and the first one goes on."""

import errno

from lib import devmem, e1k, frames, xdp, xsk


def split(t, mode):
    """ethtool -G DEV tcp-data-split MODE."""
    return t.on_nut("ethtool", "-G", t.nut, "tcp-data-split", mode)


def bind_fails(t, memory):
    """The error and the words with which the second queue does not take memory."""
    try:
        devmem.Binding(t, memory).close()
    except OSError as error:
        return error.errno, error.strerror
    return 0, "not refused"


def socket_fails(t, flags=xsk.ZEROCOPY):
    """The error with which it does not take an AF_XDP socket."""
    try:
        xsk.Socket(t, xsk.Umem(t, 64), flags=flags, queue=1, patience=1).close()
    except OSError as error:
        return error.errno
    return 0


def log_since(t, mark):
    """What the kernel has logged since the mark was."""
    return t.must(e1k.command("dmesg")).out[mark:]


def test_memory_first(t, memory, programs):
    """A queue has memory."""
    binding = devmem.Binding(t, memory)
    for mode, flags in (("a program", xdp.DRV_MODE), ("one in generic mode", xdp.SKB_MODE)):
        error, text = xdp.set_program(t, programs["frags"], flags)
        t.check(error == errno.EBUSY and "memory provider" in text,
                f"a queue has memory: {mode} is refused, in words", error, text)
    t.equal(socket_fails(t), errno.EBUSY, "a queue has memory: no AF_XDP socket without copies")
    nut, peer = devmem.connection(t)
    with nut, peer:
        t.equal(devmem.by_memory(nut, peer, memory), 0, "and all comes by the memory after that")
    binding.close()


def test_split_first(t, programs):
    """Headers are split."""
    error, text = xdp.set_program(t, programs["frags"])
    t.check(error == errno.EOPNOTSUPP and "turn tcp-data-split off" in text,
            "header split: a program is refused, in words", error, text)
    mark = len(e1k.command("dmesg").out)
    error = socket_fails(t)
    said = log_since(t, mark)
    t.check(error == errno.EOPNOTSUPP and "turn tcp-data-split off" in said,
            "header split: an AF_XDP socket without copies is refused, in the log", error, said)


def test_program_first(t, memory, programs):
    """A program is there."""
    xdp.attach(t, programs["frags"])
    result = split(t, "on")
    t.check(not result and "detach the program" in result.out,
            "a program: header split is refused, in words", result)
    error, text = bind_fails(t, memory)
    t.check(error == errno.EINVAL and "tcp-data-split" in text,
            "a program: the queue takes no memory, in words", error, text)
    before = xdp.counters(t)
    wrong = xdp.carried(xdp.SIZES, xdp.incoming, xdp.sending(frames.raw(t, "peer")),
                        xdp.capturing(frames.capture(t, "nut", frames.ETH_P_TEST)))
    t.check(not wrong and xdp.gained(t, before)["pass"] >= len(xdp.SIZES),
            "and it sees all that comes after that", *wrong, xdp.gained(t, before))
    xdp.detach(t)


def test_socket_first(t, memory):
    """An AF_XDP socket has a queue."""
    umem = xsk.Umem(t, 64)
    with_socket = xsk.Socket(t, umem)
    with_socket.fill(umem.take(32))
    programs = xsk.program(t, with_socket)
    xdp.detach(t)
    result = split(t, "on")
    t.check(not result and "close AF_XDP sockets" in result.out,
            "an AF_XDP socket: header split is refused, in words", result)
    error, text = bind_fails(t, memory)
    t.check(error == errno.EINVAL and "tcp-data-split" in text,
            "an AF_XDP socket: the queue takes no memory, in words", error, text)
    xdp.attach(t, programs["to_socket"])
    wrong = xdp.carried(xdp.SIZES, xdp.incoming, xdp.sending(frames.raw(t, "peer")),
                        with_socket.receiving)
    t.check(not wrong, "and receives all after that", *wrong)
    xdp.detach(t)
    with_socket.close()


def test_copying_socket(t, memory):
    """One that copies does without the driver, but the kernel wants its queue."""
    t.must(split(t, "on"))
    copying = xsk.Socket(t, xsk.Umem(t, 64), flags=xsk.COPY, queue=1)
    error, text = bind_fails(t, memory)
    t.check(error == errno.EBUSY and "AF_XDP" in text,
            "a queue with an AF_XDP socket that copies takes no memory, in words", error, text)
    copying.close()


def test(t):
    devmem.arrange(t)
    memory = devmem.Memory(devmem.PAGES)
    programs = xdp.Programs("verdict", "frags", "to_socket")
    t.must(split(t, "on"))
    test_memory_first(t, memory, programs)
    test_split_first(t, programs)
    t.must(split(t, "off"))
    test_program_first(t, memory, programs)
    test_socket_first(t, memory)
    test_copying_socket(t, memory)
    binding = devmem.Binding(t, memory)
    nut, peer = devmem.connection(t)
    with nut, peer:
        t.equal(devmem.by_memory(nut, peer, memory), 0, "without them the queue takes memory")
    binding.close()
    memory.close()


e1k.main(test, plan=14)
