#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
# timeout: 300
"""The kernel's own test of native XDP in drivers, tools/testing/selftests/drivers/net/xdp.py,
passes on the NIC under test, but for its longest cases. Where the kernel's source has it."""

import glob
import importlib
import os
import re
import shutil

from lib import e1k

# The others, which move an end of the frame, exchange some hundred datagrams by socat
CASES = [f"test_xdp_native_{case}" for case in (
    "pass_sb", "pass_mb", "drop_sb", "drop_mb", "tx_sb", "tx_mb", "qstats*", "update_mb_to_sb")]
SOURCES = f"{e1k.LIB}/../../build/kselftest/*/tools/testing/selftests"


def selftests():
    """Those of the kernel that runs, by its version."""
    version = ".".join(os.uname().release.split(".")[:2])
    for path in glob.glob(SOURCES):
        if glob.glob(f"{path}/../../../.linux-source-{version}.tar.xz") and \
                os.path.exists(f"{path}/drivers/net/xdp.py"):
            return os.path.realpath(path)
    raise e1k.Skip("no source of this kernel that has this test (scripts/kselftest)")


def run(t, path, cases):
    """Run these of its cases: their verdicts by name."""
    # With a /sys of the NIC's side, which has no BPF file system of its own
    said = t.on_nut("sh", "-c", 'mount -t bpf bpf /sys/fs/bpf && exec "$@"', "sh", "env",
                    f"NETIF={t.nut}", f"LOCAL_V4={e1k.NUT_IP}", f"REMOTE_V4={e1k.PEER_IP}",
                    "REMOTE_TYPE=netns", "REMOTE_ARGS=peer", "python3", "-B",
                    f"{path}/drivers/net/xdp.py", *(word for c in cases for word in ("-t", c)))
    t.note(said.out)
    return {name: verdict == "ok" for verdict, name in
            re.findall(r"^(not ok|ok) \d+ \S*?(test_xdp_native_[\w.]+)", said.out, re.MULTILINE)}


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
    # It wants each of 1000 frames that come at once; QEMU's NIC drops what finds no buffer.
    t.must(t.on_nut("ethtool", "-G", t.nut, "rx", 4096))
    results = run(t, path, CASES)
    # It gives its own helpers five seconds, which a slow machine may need twice.
    bad = [name for name, good in results.items() if not good]
    if bad:
        results |= run(t, path, bad)
    bad = [name for name, good in results.items() if not good]
    t.check(len(results) >= len(CASES) and not bad, f"{len(results)} cases, none fails", bad)
    t.check(t.ping(), "the peer answers")


e1k.main(test, plan=2, bed=False)
