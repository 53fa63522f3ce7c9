#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 300
"""The kernel's own test of native XDP in drivers, tools/testing/selftests/drivers/net/xdp.py,
passes on the NIC under test. Where the kernel's source has it."""

import glob
import importlib
import os
import re
import shutil

from lib import e1k

SOURCES = f"{e1k.LIB}/../../build/kselftest/*/tools/testing/selftests"


def selftests():
    """Those of the kernel that runs, by its version."""
    version = ".".join(os.uname().release.split(".")[:2])
    for path in glob.glob(SOURCES):
        if glob.glob(f"{path}/../../../.linux-source-{version}.tar.xz") and \
                os.path.exists(f"{path}/drivers/net/xdp.py"):
            return os.path.realpath(path)
    raise e1k.Skip("no source of this kernel that has this test (scripts/kselftest)")


def test(t):
    path = selftests()
    try:
        importlib.import_module("yaml")
    except ImportError as error:
        raise e1k.Skip("no python3-yaml here") from error
    for name in ("bpftool", "socat"):
        if not shutil.which(name):
            raise e1k.Skip(f"no {name} here")
    t.setup()
    t.static_neighbours()
    # The side of the peer is where the test was started: it gets a name.
    t.must(e1k.command("ip", "netns", "attach", "peer", os.getpid()))
    t.defer(e1k.command, "ip", "netns", "del", "peer")
    # With a /sys of the NIC's side, which has no BPF file system of its own
    said = t.on_nut("sh", "-c", 'mount -t bpf bpf /sys/fs/bpf && exec "$@"', "sh", "env",
                    f"NETIF={t.nut}", f"LOCAL_V4={e1k.NUT_IP}", f"REMOTE_V4={e1k.PEER_IP}",
                    "REMOTE_TYPE=netns", "REMOTE_ARGS=peer", "python3", "-B",
                    f"{path}/drivers/net/xdp.py")
    t.note(said.out)
    results = re.findall(r"^(not ok|ok) \d+ (\S+)(.*)", said.out, re.MULTILINE)
    bad = [name for verdict, name, _ in results if verdict != "ok"]
    t.check(len(results) > 5 and not bad, f"{len(results)} cases, none fails", bad)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=2, bed=False)
