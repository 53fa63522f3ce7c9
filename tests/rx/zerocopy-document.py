#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# nic: e1000e
"""The ten lines of docs/use/zero-copy.md, taken from there: each works as it is written, and what
the other machine sends comes by the queue that the server has."""

import os
import re
import subprocess
import tempfile
import zlib

from lib import devmem, e1k

TREE = os.path.realpath(f"{e1k.LIB}/../..")
DOCUMENT = f"{TREE}/docs/use/zero-copy.md"
# What the document calls the interface and the machine
DEV, GUEST = "ens3", "GUEST"
AWAY = "on another machine"


def lines():
    """Its lines: command and comment."""
    with open(DOCUMENT, encoding="utf-8") as file:
        block = re.search(r"^## In ten lines$.*?^```$(.*?)^```$", file.read(), re.M | re.S)[1]
    return [(line.partition("  ")[0], line.partition("  ")[2].strip())
            for line in block.strip().splitlines()]


def follow(t, command, comment, where):
    """One of the lines: what it says, or the process if it stays in the background."""
    command = command.replace(DEV, t.nut).replace(GUEST, e1k.NUT_IP)
    there = [] if comment == AWAY else ["ip", "netns", "exec", "nut"]
    if not command.endswith("&"):
        return e1k.command(*there, "bash", "-c", f"cd {where} && {command}")
    process = subprocess.Popen(     # pylint: disable=consider-using-with
        [*there, "bash", "-c", f"cd {where} && exec {command[:-1]}"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    t.defer(process.kill)
    # It is ready when it says something
    process.said = process.stdout.readline()
    return process


def test(t):
    devmem.need_kernel()
    if not os.path.exists("/usr/include/liburing.h"):
        raise e1k.Skip("no liburing to build with")
    where = tempfile.mkdtemp()
    os.symlink(f"{TREE}/docs", f"{where}/docs")
    load, *rest = lines()
    t.check(load[0] == "modprobe e1k" and len(rest) == 9, "there are ten; the first is done", load,
            rest)
    said, server = [], None
    for command, comment in rest:
        result = follow(t, command, comment, where)
        if isinstance(result, subprocess.Popen):
            server = result
            t.check("port" in server.said, command, server.said)
            t.equal(devmem.bound(t), 1, "the server has a queue")
        else:
            t.check(result, command, result)
            said.append(result.out)
    server.wait(e1k.PATIENCE)
    received = server.stdout.read()
    data = bytes(10 << 20)
    t.check(f"{len(data)} bytes, adler32 {zlib.adler32(data):08x}" in received,
            "the server has received what was sent", received)
    # Each takes 64 frames at most, and these are more than 7000
    polls = int(re.search(r"rx1_polls: (\d+)", said[-1])[1])
    t.check(polls > 100, "by the second queue", *said[-1:])


e1k.main(test, plan=13)
